import type { Claim, Refused } from '@toolgate/quota'

/** How many refusals are remembered; beyond it, the oldest is forgotten. */
const mostRemembered = 10_000

interface Known {
  readonly claims: readonly Claim[]
  readonly refused: Refused
  /** When the refusal was asked for, on this process's steady clock: no later than Redis's own. */
  readonly askedAtMs: number
}

/**
 * Refusals that this process remembers until a retry may pass, so that an agent in a loop does not load Redis. What
 * is given back meanwhile, or an operator resets, is seen only after that.
 */
export class LocalRefusals {
  readonly #known = new Map<string, Known>()

  /** What Redis would say again, as far as is known here. */
  find(claims: readonly Claim[]): Refused | undefined {
    const known = this.#known.get(nameOf(claims))
    if (known === undefined || !isSame(known.claims, claims)) return undefined
    const { refused, askedAtMs } = known
    const passedMs = performance.now() - askedAtMs
    const left = (waitMs: number | undefined) => waitMs && Math.max(0, Math.ceil(waitMs - passedMs))
    const retryAfterMs = left(refused.retryAfterMs)
    if (!retryAfterMs) {
      this.#known.delete(nameOf(claims))
      return undefined
    }
    return {
      ...refused,
      retryAfterMs,
      ownRetryAfterMs: left(refused.ownRetryAfterMs),
      reports: refused.reports.map((report) => ({ ...report, resetAfterMs: left(report.resetAfterMs) })),
    }
  }

  /** Remembers a refusal whose wait is known. */
  add(claims: readonly Claim[], refused: Refused, askedAtMs: number): void {
    if (refused.retryAfterMs === undefined) return
    const oldest = this.#known.keys().next()
    if (this.#known.size >= mostRemembered && !oldest.done) this.#known.delete(oldest.value)
    this.#known.set(nameOf(claims), { claims, refused, askedAtMs })
  }

  clear(): void {
    this.#known.clear()
  }
}

function nameOf(claims: readonly Claim[]): string {
  return claims.map(({ key }) => key).join('\n')
}

function isSame(known: readonly Claim[], asked: readonly Claim[]): boolean {
  return asked.every(({ key, units, limit }, index) => {
    const before = known[index]
    return before?.key === key && before.units === units && before.limit === limit
  })
}
