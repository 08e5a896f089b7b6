import type { CalendarUnit } from './calendar.ts'

/** How many calls may be admitted in any window `(t − windowMs, t]`. Exact: no window ever holds more. */
export interface CallsClaim {
  readonly kind: 'calls'
  /** What the policy calls this quota, such as `maxCalls`. Reports carry it; it is not part of the quota's identity. */
  readonly quota: string
  readonly key: string
  /** The most units that the quota admits. */
  readonly limit: number
  /** How many units this call asks for: its weight. */
  readonly units: number
  /** `undefined`: the calls count for ever. */
  readonly windowMs: number | undefined
}

/** How many calls may be under way at the same time. Freed when the call is settled, or when its lease ends. */
export interface InFlightClaim {
  readonly kind: 'inFlight'
  readonly quota: string
  readonly key: string
  readonly limit: number
  readonly units: number
}

/**
 * How much may be spent in a window. Units are whole numbers of the smallest amount (10^-scale), never fractions, so
 * sums are exact up to 9,007,199,254,740,991 units.
 */
export interface AmountClaim {
  readonly kind: 'amount'
  readonly quota: string
  readonly key: string
  readonly limit: number
  readonly units: number
  readonly window: AmountWindow
  /**
   * Whether the units are held until the call is settled, and given back should its lease end before; or spent at
   * once, which needs no settling.
   */
  readonly held: boolean
}

/**
 * The window that an amount counts in: rolling, in at most 60 slices, each counted whole until its last charge has
 * left the window; a day, week or month of a calendar; or for ever.
 */
export type AmountWindow =
  | { readonly kind: 'rolling'; readonly windowMs: number }
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit; readonly timeZone: string }
  | { readonly kind: 'forever' }

/** What one call asks of one quota. The key names the quota: claims of one key have the same kind and window. */
export type Claim = CallsClaim | InFlightClaim | AmountClaim

/** Whether what a claim takes comes back by itself when its lease ends. */
export function isHeld(claim: Claim): boolean {
  return claim.kind === 'inFlight' || (claim.kind === 'amount' && claim.held)
}

/** A rolling amount is kept in slices of this part of its window, so that at most 60 are ever alive. */
export const slicesPerWindow = 59

/** The length of the slices of a rolling amount, in milliseconds. */
export function sliceMs(windowMs: number): number {
  return windowMs / slicesPerWindow
}
