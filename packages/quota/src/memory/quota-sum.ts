import type { Claim } from '../claim.ts'

/** How much of one quota is in use, in one process's memory. */
export interface QuotaSum {
  readonly key: string
  /** The units in use, as of the last `advance`. */
  readonly used: number
  /** Whether a claim is of this kind and window. If not, its key names two quotas. */
  isOf(claim: Claim): boolean
  /** Lets go of what has left the window. */
  advance(nowMs: number): void
  /** Counts units from now on. */
  add(nowMs: number, units: number): void
  /** Changes what was counted at a time, if that time has not left the window. */
  adjust(bookedAtMs: number, units: number, nowMs: number): void
  /** Whether what was booked at a time still counts. */
  counts(bookedAtMs: number, nowMs: number): boolean
  /** The first time at which `units` more fit under the limit, with nothing else happening; `Infinity` for never. */
  fitsAtMs(units: number, limit: number): number
  /** The first time at which nothing is in use, with nothing else happening; `Infinity` for never. */
  emptyAtMs(): number
}
