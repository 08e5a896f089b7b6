/** Each bucket is so much wider than the one before, so a quantile is off by one hundredth at most. */
const growth = 1.02
const logOfGrowth = Math.log(growth)
const leastMs = 0.001
/** The last one holds durations of 30 years and more. */
const bucketCount = 1_800

/** Durations in as much memory for a billion as for ten. Quantiles are right to 1 %, and to a microsecond below that. */
export class DurationHistogram {
  readonly #buckets = new Float64Array(bucketCount)
  #count = 0
  #mostMs = 0

  get count(): number {
    return this.#count
  }

  add(durationMs: number): void {
    if (!(durationMs >= 0)) return
    const bucket = durationMs <= leastMs ? 0 : Math.ceil(Math.log(durationMs / leastMs) / logOfGrowth)
    const index = Math.min(bucket, bucketCount - 1)
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1
    this.#count++
    this.#mostMs = Math.max(this.#mostMs, durationMs)
  }

  /** The duration that so large a share of all is not above; `undefined` where there is none. */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    const index = this.#buckets.findIndex((count) => {
      seen += count
      return seen >= rank
    })
    if (index === 0) return Math.min(leastMs, this.#mostMs)
    // The middle of the bucket, in the sense of ratios: no further from its lower end than from its upper one.
    return Math.min(this.#mostMs, leastMs * growth ** (index - 0.5))
  }
}
