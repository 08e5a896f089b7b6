import {
  type AmountWindow,
  type Claim,
  type ClaimReport,
  isHeld,
  type Refused,
  type Settlement,
  type UsageReport,
} from '@toolgate/quota'
import type { QuotaKeys } from './keys.ts'
import type { Periods } from './periods.ts'

/** What a script is called with: its keys and arguments, both in the order in which it reads them. */
export interface ScriptCall {
  readonly keys: string[]
  readonly args: (string | number)[]
}

/** What a script answers: a word, and numbers (as text, where the client is told so). */
export type Reply = readonly unknown[]

export interface Encoding {
  readonly periods: Periods
  /** How long what is counted for ever is kept after it was last used. */
  readonly keepForeverMs: number
}

/** On the hot path: adds a claim to what a script is called with, as `readClaims` in `lua/claims.ts` reads it. */
export function encodeClaim(
  { keys, args }: ScriptCall,
  claim: Claim,
  redisKeys: QuotaKeys,
  settlement: Settlement | undefined,
  encoding: Encoding,
): void {
  keys.push(redisKeys.quota)
  const limit = settlement === undefined ? claim.limit : typeof settlement === 'string' ? settlement : settlement.units
  if (claim.kind === 'inFlight') {
    args.push('inFlight', limit, claim.units)
  } else if (claim.kind === 'calls' && claim.windowMs !== undefined) {
    const windowUs = claim.windowMs * 1_000
    if (claim.units === 1) args.push('call', limit, windowUs)
    else args.push('calls', limit, windowUs, claim.units)
  } else {
    // Calls that count for ever are a sum that nothing leaves, as money is.
    keys.push(redisKeys.leases)
    const takes = isHeld(claim) ? 'hold' : 'spend'
    const window = claim.kind === 'amount' ? claim.window : forever
    if (window.kind === 'rolling') args.push(takes, limit, claim.units, window.windowMs * 1_000)
    else args.push(`${takes}In`, limit, claim.units, ...periodOf(window, encoding))
  }
}

/** Start and end of a period, and how long it is kept where it has none; in microseconds. */
function periodOf(
  window: Exclude<AmountWindow, { kind: 'rolling' }>,
  { periods, keepForeverMs }: Encoding,
): [number, number, number] {
  if (window.kind === 'forever') return [0, 0, keepForeverMs * 1_000]
  const { startMs, endMs } = periods.current(window.unit, window.timeZone)
  return [startMs * 1_000, endMs * 1_000, 0]
}

const forever = { kind: 'forever' } as const

/** What stands before the reports in an answer that refuses. */
export const refusalLength = 6

/**
 * The reports of an answer that says no more than what is in use, the last quota first: what was just taken is free again
 * when its window, or its period, has passed.
 */
export function decodeTaken(claims: readonly Claim[], reply: Reply, periods: Periods): ClaimReport[] {
  const atMs = Number(reply[0]) / 1_000
  const reports = new Array<ClaimReport>(claims.length)
  for (let index = 0; index < claims.length; index++) {
    const claim = claims[index] as Claim
    reports[index] = reportOf(claim, Number(reply[claims.length - index]), freeAfterMs(claim, atMs, periods))
  }
  return reports
}

/** When a quota is wholly free again of which something was just taken. */
function freeAfterMs(claim: Claim, atMs: number, periods: Periods): number | undefined {
  if (claim.kind !== 'amount') return claim.kind === 'calls' ? claim.windowMs : undefined
  const { window } = claim
  if (window.kind === 'calendar') return Math.ceil(periods.around(atMs, window.unit, window.timeZone).endMs - atMs)
  return window.kind === 'rolling' ? window.windowMs : undefined
}

export function decodeReports(claims: readonly Claim[], reply: Reply, start: number): ClaimReport[] {
  return claims.map((claim, index) => {
    return reportOf(claim, Number(reply[start + index * 2]), freeInMs(reply[start + index * 2 + 1]))
  })
}

export function decodeUsage(claims: readonly Claim[], reply: Reply, start: number): UsageReport[] {
  return claims.map((claim, index) => {
    const [used, freeInUs, held] = reply.slice(start + index * 3, start + index * 3 + 3)
    return { ...reportOf(claim, Number(used), freeInMs(freeInUs)), held: Number(held) }
  })
}

function reportOf({ quota, key, limit }: Claim, used: number, resetAfterMs: number | undefined): ClaimReport {
  return { quota, key, limit, used, remaining: Math.max(0, limit - used), resetAfterMs }
}

function freeInMs(freeInUs: unknown): number | undefined {
  const us = Number(freeInUs)
  return us < 0 ? undefined : Math.ceil(us / 1_000)
}

export function decodeRefusal(reply: Reply): Omit<Refused, 'reports'> {
  const [, , refused, wait, ownWait, isFinal] = reply.slice(0, refusalLength).map(Number)
  return {
    admitted: false,
    refused: refused as number,
    retryAfterMs: waitMs(wait as number),
    ownRetryAfterMs: waitMs(ownWait as number),
    isFinal: isFinal === 1,
  }
}

function waitMs(waitUs: number): number | undefined {
  return waitUs < 0 ? undefined : Math.max(1, Math.ceil(waitUs / 1_000))
}
