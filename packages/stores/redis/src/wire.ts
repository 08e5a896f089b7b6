import type { Claim, ClaimReport, Refused, Settlement, UsageReport } from '@toolgate/quota'
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
  settlement: Settlement | '',
  encoding: Encoding,
): void {
  keys.push(redisKeys.quota)
  const settled = typeof settlement === 'string' ? settlement : settlement.units
  if (claim.kind === 'inFlight') {
    args.push('inFlight', claim.limit, claim.units, settled)
  } else if (claim.kind === 'calls' && claim.windowMs !== undefined) {
    args.push('calls', claim.limit, claim.units, settled, claim.windowMs * 1_000)
  } else {
    // Calls that count for ever are a sum that nothing leaves, as money is.
    keys.push(redisKeys.leases)
    args.push('amount', claim.limit, claim.units, settled, claim.kind === 'amount' && claim.held ? 1 : 0)
    encodeWindow(args, claim, encoding)
  }
}

function encodeWindow(args: (string | number)[], claim: Claim, { periods, keepForeverMs }: Encoding): void {
  const window = claim.kind === 'amount' ? claim.window : forever
  switch (window.kind) {
    case 'rolling':
      args.push(window.windowMs * 1_000)
      return
    case 'calendar': {
      const { startMs, endMs } = periods.current(window.unit, window.timeZone)
      args.push(0, startMs * 1_000, endMs * 1_000, 0)
      return
    }
    case 'forever':
      args.push(0, 0, 0, keepForeverMs * 1_000)
      return
    default:
      window satisfies never
  }
}

const forever = { kind: 'forever' } as const

/** What stands before the reports in an answer that refuses. */
export const refusalLength = 6
/** How many numbers a report has. */
const reportLength = 3

export function decodeReports(claims: readonly Claim[], reply: Reply, start: number): ClaimReport[] {
  const reports = new Array<ClaimReport>(claims.length)
  for (let index = 0; index < claims.length; index++) {
    const { quota, key, limit } = claims[index] as Claim
    const used = Number(reply[start + index * reportLength])
    const freeInUs = Number(reply[start + index * reportLength + 1])
    reports[index] = {
      quota,
      key,
      limit,
      used,
      remaining: Math.max(0, limit - used),
      resetAfterMs: freeInUs < 0 ? undefined : Math.ceil(freeInUs / 1_000),
    }
  }
  return reports
}

export function decodeUsage(claims: readonly Claim[], reply: Reply, start: number): UsageReport[] {
  return decodeReports(claims, reply, start).map((report, index) => {
    return { ...report, held: Number(reply[start + index * reportLength + 2]) }
  })
}

export function decodeRefusal(reply: Reply): Omit<Refused, 'reports'> {
  const [, , refused, wait, ownWait, isFinal] = reply.map(Number)
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
