import type { Claim } from '../claim.ts'
import { type ClaimReport, QuotaCapacityError, QuotaRequestError } from '../store.ts'
import { ExpiryQueue } from './expiry-queue.ts'
import { isEndless } from './period-sum.ts'
import type { QuotaSum } from './quota-sum.ts'
import { sumOf } from './sum-of.ts'

/** The quotas of some claims, by position; a quota of which nothing is in use may not be there. */
export type Sums = (QuotaSum | undefined)[]

/** How much of every quota is in use: found by key, bounded in number, and forgotten once nothing is. */
export class QuotaTable {
  readonly #maxKeys: number
  readonly #sums = new Map<string, QuotaSum>()
  /** When each quota that time frees is to be looked at: forgotten if it is empty by then, or queued again. */
  #expiries = new ExpiryQueue<QuotaSum>()
  /** Quotas of which all was given back: they may be forgotten before their time when room is needed. */
  readonly #unused = new Set<QuotaSum>()
  #nowMs = Number.NEGATIVE_INFINITY

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  get size(): number {
    return this.#sums.size
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** Moves to the present, which never lies before the past. */
  advance(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs)
  }

  /** The quotas of some claims as they stand now. @throws QuotaRequestError for a key that names two. */
  find(claims: readonly Claim[]): Sums {
    const sums: Sums = new Array(claims.length)
    for (let index = 0; index < claims.length; index++) {
      const claim = claims[index] as Claim
      const sum = this.#sums.get(claim.key)
      if (sum === undefined) continue
      if (!sum.isOf(claim)) throw new QuotaRequestError(`the key \`${claim.key}\` names two different quotas`)
      sum.advance(this.#nowMs)
      sums[index] = sum
    }
    return sums
  }

  /**
   * Takes the units of claims in the quotas that were found for them, or in new ones.
   * @throws QuotaCapacityError when they need more quotas than there may be; then nothing was taken.
   */
  count(claims: readonly Claim[], found: Sums): Sums {
    // Making room may forget a quota that was found empty.
    const sums = this.#makeRoom(claims) ? this.find(claims) : found
    for (let index = 0; index < claims.length; index++) sums[index] = this.#count(claims[index] as Claim, sums[index])
    if (claims.length === 1) return sums
    // A claim of nothing makes no quota, but another one on its key may have.
    for (let index = 0; index < claims.length; index++) sums[index] ??= this.#sums.get((claims[index] as Claim).key)
    return sums
  }

  /** Changes what was booked for a claim at a time. */
  adjust(claim: Claim, bookedAtMs: number, units: number): void {
    if (units === 0) return
    const sum = this.#sums.get(claim.key)
    if (sum === undefined) {
      if (units > 0) this.#create(claim, bookedAtMs, units)
      return
    }
    sum.advance(this.#nowMs)
    // Beyond what can be counted exactly, nothing more would fit anyway.
    sum.adjust(bookedAtMs, Math.min(units, Number.MAX_SAFE_INTEGER - sum.used), this.#nowMs)
    // What time does not free is forgotten as soon as nothing is in use, so that it needs no place in the queue.
    if (sum.used > 0) return
    if (isEndless(claim)) this.#sums.delete(claim.key)
    else this.#unused.add(sum)
  }

  /** Forgets quotas that are empty, the longest overdue first, and looks at no more than `most`. */
  reclaim(most: number): void {
    for (let looked = 0; looked < most && this.#expiries.nextAtMs <= this.#nowMs; looked++) {
      const sum = this.#expiries.pop() as QuotaSum
      sum.advance(this.#nowMs)
      if (sum.used > 0) this.#queue(sum)
      else this.#forget(sum)
    }
  }

  reports(claims: readonly Claim[], sums: Sums): ClaimReport[] {
    const reports = new Array<ClaimReport>(claims.length)
    for (let index = 0; index < claims.length; index++) {
      reports[index] = report(claims[index] as Claim, sums[index], this.#nowMs)
    }
    return reports
  }

  #count(claim: Claim, found: QuotaSum | undefined): QuotaSum | undefined {
    if (claim.units === 0) return found
    // An earlier claim of the same call may have made the quota.
    const sum = found ?? this.#sums.get(claim.key)
    if (sum === undefined) return this.#create(claim, this.#nowMs, claim.units)
    if (this.#unused.size > 0) this.#unused.delete(sum)
    sum.add(this.#nowMs, claim.units)
    return sum
  }

  #create(claim: Claim, atMs: number, units: number): QuotaSum {
    const sum = sumOf(claim, this.#nowMs)
    sum.adjust(atMs, units, this.#nowMs)
    this.#sums.set(claim.key, sum)
    if (!isEndless(claim)) this.#queue(sum)
    return sum
  }

  /** A sum stands in the queue once, under the time when it may be empty first: using it needs no change there. */
  #queue(sum: QuotaSum): void {
    this.#expiries.push(Math.max(sum.emptyAtMs(), this.#nowMs), sum)
  }

  /** A quota that was forgotten before its time still stands in the queue, and another may have its key by then. */
  #forget(sum: QuotaSum): void {
    this.#unused.delete(sum)
    if (this.#sums.get(sum.key) === sum) this.#sums.delete(sum.key)
  }

  #queueAnew(): void {
    this.#expiries = new ExpiryQueue()
    for (const sum of this.#sums.values()) if (sum.emptyAtMs() !== Number.POSITIVE_INFINITY) this.#queue(sum)
  }

  /** Whether quotas had to be forgotten to make room for those that the claims need. */
  #makeRoom(claims: readonly Claim[]): boolean {
    if (this.#sums.size + claims.length <= this.#maxKeys) return false
    this.reclaim(this.#expiries.size)
    for (const sum of this.#unused) if (sum.used === 0) this.#forget(sum)
    if (this.#expiries.size > 2 * this.#maxKeys) this.#queueAnew()
    const wanted = claims.filter((claim) => claim.units > 0 && !this.#sums.has(claim.key)).map(({ key }) => key)
    // A late settlement may have made more quotas than there may be: those that there are go on.
    if (wanted.length === 0 || this.#sums.size + new Set(wanted).size <= this.#maxKeys) return true
    throw new QuotaCapacityError(
      `the memory store keeps ${this.#sums.size} quotas of the ${this.#maxKeys} it may; raise its maxKeys, or keep the quotas per something that has fewer values`,
    )
  }
}

function report({ quota, key, limit }: Claim, sum: QuotaSum | undefined, nowMs: number): ClaimReport {
  if (sum === undefined) return { quota, key, limit, used: 0, remaining: limit, resetAfterMs: 0 }
  const emptyInMs = Math.ceil(sum.emptyAtMs() - nowMs)
  return {
    quota,
    key,
    limit,
    used: sum.used,
    remaining: Math.max(0, limit - sum.used),
    resetAfterMs: emptyInMs === Number.POSITIVE_INFINITY ? undefined : Math.max(0, emptyInMs),
  }
}
