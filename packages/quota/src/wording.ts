import type { Refused } from './store.ts'

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** A duration exactly, in the largest unit that divides it: 3,600,000 ms is `1 h`, and 90,500 ms is `90500 ms`. */
function describeDuration(durationMs: number): string {
  const [name, unitMs] = units.find(([, unitMs]) => durationMs >= unitMs && durationMs % unitMs === 0) ?? ['ms', 1]
  return `${durationMs / unitMs} ${name}`
}

/** How long a refused call has to wait. */
export type Wait = Pick<Refused, 'retryAfterMs' | 'ownRetryAfterMs' | 'isFinal'>

const names: Readonly<Record<string, string>> = { '1 s': 'second', '1 min': 'minute', '1 h': 'hour', '1 d': 'day' }

/** The window of a limit, to stand after "per": `minute`, or `90 s`. */
export function describeWindow(windowMs: number): string {
  const duration = describeDuration(windowMs)
  return names[duration] ?? duration
}

/** A wait as people say it, in its two largest units and rounded up: 5,025,000 ms is `1 h 24 min`. */
function describeWait(waitMs: number): string {
  if (waitMs < 1_000) return `${waitMs} ms`
  const largest = units.findIndex(([, unitMs]) => waitMs >= unitMs)
  const [, smallestMs] = units[Math.min(largest + 1, 3)] as (typeof units)[number]
  let leftMs = Math.ceil(waitMs / smallestMs) * smallestMs
  const parts: string[] = []
  for (const [name, unitMs] of units) {
    const count = Math.floor(leftMs / unitMs)
    if (count > 0) parts.push(`${count} ${name}`)
    leftMs -= count * unitMs
  }
  return parts.join(' ')
}

/** What a refused caller should do: wait, wait for a call to end, or give up. */
export function describeRetry({ retryAfterMs, ownRetryAfterMs, isFinal }: Wait): string {
  const isOfAnother = retryAfterMs !== ownRetryAfterMs
  if (isFinal) return isOfAnother ? 'retrying is useless, for another limit is used up for good' : 'retrying is useless'
  if (retryAfterMs === undefined) {
    if (ownRetryAfterMs === undefined) return 'retry when one of the calls under way has ended'
    return `retry after ${describeWait(ownRetryAfterMs)}, when a call under way has ended too`
  }
  return `retry after ${describeWait(retryAfterMs)}${isOfAnother ? ', when another limit is free again too' : ''}`
}
