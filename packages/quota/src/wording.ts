const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** A duration exactly, in the largest unit that divides it: 3,600,000 ms is `1 h`, and 90,500 ms is `90500 ms`. */
export function describeDuration(durationMs: number): string {
  const [name, unitMs] = units.find(([, unitMs]) => durationMs >= unitMs && durationMs % unitMs === 0) ?? ['ms', 1]
  return `${durationMs / unitMs} ${name}`
}

const names: Readonly<Record<string, string>> = { '1 s': 'second', '1 min': 'minute', '1 h': 'hour', '1 d': 'day' }

/** The window of a limit, to stand after "per": `minute`, or `90 s`. */
export function describeWindow(windowMs: number): string {
  const duration = describeDuration(windowMs)
  return names[duration] ?? duration
}

/** A wait as people say it, in its two largest units and rounded up: 5,025,000 ms is `1 h 24 min`. */
export function describeWait(waitMs: number): string {
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
export function describeRetry(retryAfterMs: number | undefined, isFinal: boolean): string {
  if (retryAfterMs !== undefined) return `retry after ${describeWait(retryAfterMs)}`
  return isFinal ? 'retrying is useless' : 'retry when one of the calls under way has ended'
}
