import { type Clock, PolicyFields, systemClock } from '@toolgate/core'
import type { Claim } from '../claim.ts'
import { checkClaims, checkSettlements, isSameClaims } from '../request.ts'
import {
  type AcquireRequest,
  type ClaimReport,
  type Hold,
  type Peeked,
  QuotaCapacityError,
  QuotaRequestError,
  type QuotaStore,
  type Refused,
  type Settlement,
  type Verdict,
} from '../store.ts'
import { ExpiryQueue } from './expiry-queue.ts'
import { isHeld, Leases, MemoryHold } from './leases.ts'
import { isEndless } from './period-sum.ts'
import type { QuotaSum } from './quota-sum.ts'
import { sumOf } from './sum-of.ts'

export interface MemoryStoreOptions {
  /** The most quotas kept at a time; a call that needs one more can not be decided. 1,000,000 by default. */
  readonly maxKeys?: number
  /** For tests. The process's own steady clock by default. */
  readonly clock?: Clock
}

/** A quota store in the memory of this process, which answers at once. */
export interface MemoryQuotaStore extends QuotaStore {
  /** How many quotas are kept, with those that have expired and not been reclaimed yet. */
  readonly size: number
  acquire(request: AcquireRequest): Verdict
  settle(hold: Hold, settlements: readonly Settlement[]): readonly ClaimReport[] | undefined
  peek(claims: readonly Claim[]): Peeked
}

/**
 * Keeps quotas in this process: nothing is shared with other processes or survives this one.
 * @throws PolicyError for an option that can not be used.
 */
export function memoryQuotaStore(options: MemoryStoreOptions = {}): MemoryQuotaStore {
  const fields = new PolicyFields(options, { path: 'memoryQuotaStore', names: ['maxKeys', 'clock'] })
  const maxKeys = fields.wholeNumber('maxKeys', { least: 1 }) ?? 1_000_000
  const clock = fields.callback<Clock>('clock') ?? systemClock
  return new MemoryStore(maxKeys, clock)
}

/** The quotas of some claims, by position; a quota of which nothing is in use may not be there. */
type Sums = (QuotaSum | undefined)[]

class MemoryStore implements MemoryQuotaStore {
  readonly #maxKeys: number
  readonly #clock: Clock
  readonly #sums = new Map<string, QuotaSum>()
  /** When each quota that time frees is to be looked at: forgotten if it is empty by then, or queued again. */
  readonly #expiries = new ExpiryQueue<QuotaSum>()
  readonly #leases = new Leases()
  readonly #byId = new Map<string, MemoryHold>()
  #nowMs = Number.NEGATIVE_INFINITY

  constructor(maxKeys: number, clock: Clock) {
    this.#maxKeys = maxKeys
    this.#clock = clock
  }

  get size(): number {
    return this.#sums.size
  }

  acquire(request: AcquireRequest): Verdict {
    const { claims, id } = request
    checkClaims(claims)
    this.#advance()
    const known = id === undefined ? undefined : this.#byId.get(id)
    if (known !== undefined) return this.#answerAgain(known, claims)
    this.#reclaim(claims.length + 2)

    let sums = this.#sumsOf(claims)
    const refused = firstRefused(claims, sums)
    if (refused !== -1) return { ...this.#refusal(claims, sums, refused), reports: this.#reports(claims, sums) }
    // Making room may forget a quota that was found empty.
    if (this.#makeRoom(claims)) sums = this.#sumsOf(claims)
    for (let index = 0; index < claims.length; index++) sums[index] = this.#count(claims[index] as Claim, sums[index])
    const hold = new MemoryHold(request, this.#nowMs)
    if (id !== undefined) this.#byId.set(id, hold)
    if (hold.mustSettle) this.#leases.add(hold)
    return { admitted: true, hold, reports: this.#reports(claims, sums) }
  }

  settle(hold: Hold, settlements: readonly Settlement[]): readonly ClaimReport[] | undefined {
    if (!(hold instanceof MemoryHold)) throw new QuotaRequestError('the hold is not one that this store has given')
    checkSettlements(hold.claims, settlements)
    this.#advance()
    if (hold.state === 'settled') return undefined
    for (let index = 0; index < hold.claims.length; index++) {
      const claim = hold.claims[index] as Claim
      this.#adjust(claim, hold.atMs, change(claim, settlements[index] as Settlement, hold.state))
    }
    this.#close(hold, 'settled')
    return this.#reports(hold.claims, this.#sumsOf(hold.claims))
  }

  peek(claims: readonly Claim[]): Peeked {
    checkClaims(claims)
    this.#advance()
    const sums = this.#sumsOf(claims)
    const reports = this.#reports(claims, sums).map((report, index) => {
      return { ...report, held: this.#held(claims[index] as Claim, sums[index]) }
    })
    const refused = firstRefused(claims, sums)
    return refused === -1 ? { admitted: true, reports } : { ...this.#refusal(claims, sums, refused), reports }
  }

  /** Moves to the present, which never lies before the past, and ends the leases that are over. */
  #advance(): void {
    const clockMs = this.#clock()
    if (!Number.isFinite(clockMs)) throw new Error(`the store's clock says ${clockMs}; expected milliseconds`)
    this.#nowMs = Math.max(this.#nowMs, clockMs)
    for (let ended = this.#leases.takeEnded(this.#nowMs); ended; ended = this.#leases.takeEnded(this.#nowMs)) {
      for (const claim of ended.claims) if (isHeld(claim)) this.#adjust(claim, ended.atMs, -claim.units)
      this.#close(ended, 'expired')
    }
  }

  #close(hold: MemoryHold, state: 'settled' | 'expired'): void {
    hold.state = state
    this.#leases.remove(hold)
    if (hold.id !== undefined && this.#byId.get(hold.id) === hold) this.#byId.delete(hold.id)
  }

  #answerAgain(hold: MemoryHold, claims: readonly Claim[]): Verdict {
    if (!isSameClaims(hold.claims, claims)) {
      throw new QuotaRequestError(`the call id \`${hold.id}\` is in use for a call that asks for something else`)
    }
    return { admitted: true, hold, reports: this.#reports(claims, this.#sumsOf(claims)) }
  }

  /** The quotas of some claims as they stand now. */
  #sumsOf(claims: readonly Claim[]): Sums {
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

  #refusal(claims: readonly Claim[], sums: Sums, refused: number): Omit<Refused, 'reports'> {
    const fitAtMs = claims.map((claim, index) => this.#fitsAtMs(claim, sums[index], askedBefore(claims, index)))
    const lastMs = Math.max(...fitAtMs.filter((atMs) => atMs !== undefined))
    return {
      admitted: false,
      refused,
      retryAfterMs: fitAtMs.includes(undefined) ? undefined : this.#waitMs(lastMs),
      ownRetryAfterMs: this.#waitMs(fitAtMs[refused]),
      isFinal: lastMs === Number.POSITIVE_INFINITY,
    }
  }

  /**
   * When a claim fits, with nothing else happening: `-Infinity` for now and `Infinity` for never. `undefined` where it
   * would fit but for what is held or in flight: that may be free whenever a call ends, which no clock tells.
   */
  #fitsAtMs(claim: Claim, sum: QuotaSum | undefined, askedBefore: number): number | undefined {
    const units = claim.units + askedBefore
    const used = sum?.used ?? 0
    if (used + units <= claim.limit) return Number.NEGATIVE_INFINITY
    if (used - this.#held(claim, sum) + units <= claim.limit) return undefined
    return sum?.fitsAtMs(units, claim.limit) ?? Number.POSITIVE_INFINITY
  }

  #waitMs(untilMs: number | undefined): number | undefined {
    return untilMs !== undefined && Number.isFinite(untilMs) ? Math.max(1, Math.ceil(untilMs - this.#nowMs)) : undefined
  }

  /** Takes the units of a claim in the quota that was found for it, or in a new one. */
  #count(claim: Claim, found: QuotaSum | undefined): QuotaSum | undefined {
    if (claim.units === 0) return found
    // An earlier claim of the same call may have made the quota.
    const sum = found ?? this.#sums.get(claim.key)
    if (sum === undefined) return this.#create(claim, this.#nowMs, claim.units)
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

  #adjust(claim: Claim, bookedAtMs: number, units: number): void {
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
    if (sum.used === 0 && isEndless(claim)) this.#sums.delete(claim.key)
  }

  /** Forgets quotas that are empty, the longest overdue first, and looks at no more than `most`. */
  #reclaim(most: number): void {
    for (let looked = 0; looked < most && this.#expiries.nextAtMs <= this.#nowMs; looked++) {
      const sum = this.#expiries.pop() as QuotaSum
      sum.advance(this.#nowMs)
      if (sum.used === 0) this.#sums.delete(sum.key)
      else this.#queue(sum)
    }
  }

  /**
   * Whether quotas had to be forgotten to make room for those that the claims need.
   * @throws QuotaCapacityError when the claims need more quotas than the store may keep.
   */
  #makeRoom(claims: readonly Claim[]): boolean {
    if (this.#sums.size + claims.length <= this.#maxKeys) return false
    this.#reclaim(this.#expiries.size)
    const wanted = claims.filter((claim) => claim.units > 0 && !this.#sums.has(claim.key)).map(({ key }) => key)
    if (this.#sums.size + new Set(wanted).size <= this.#maxKeys) return true
    throw new QuotaCapacityError(
      `the memory store keeps ${this.#sums.size} quotas of the ${this.#maxKeys} it may; raise its maxKeys, or keep the quotas per something that has fewer values`,
    )
  }

  #reports(claims: readonly Claim[], sums: Sums): ClaimReport[] {
    const reports = new Array<ClaimReport>(claims.length)
    for (let index = 0; index < claims.length; index++) {
      reports[index] = report(claims[index] as Claim, sums[index], this.#nowMs)
    }
    return reports
  }

  /** The units of a quota that calls under way have taken and that still count. */
  #held(claim: Claim, sum: QuotaSum | undefined): number {
    if (sum === undefined) return 0
    if (claim.kind === 'inFlight') return sum.used
    let held = 0
    for (const hold of this.#leases.holding(claim.key)) {
      if (!sum.counts(hold.atMs, this.#nowMs)) continue
      for (const other of hold.claims) if (other.key === claim.key && isHeld(other)) held += other.units
    }
    return held
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

/** The position of the first claim that does not fit, or -1. */
function firstRefused(claims: readonly Claim[], sums: Sums): number {
  for (let index = 0; index < claims.length; index++) {
    const claim = claims[index] as Claim
    const used = (sums[index]?.used ?? 0) + askedBefore(claims, index)
    if (used + claim.units > claim.limit) return index
  }
  return -1
}

/** The units that earlier claims of the same call ask of the same quota. */
function askedBefore(claims: readonly Claim[], index: number): number {
  let units = 0
  for (let earlier = 0; earlier < index; earlier++) {
    const claim = claims[earlier] as Claim
    if (claim.key === claims[index]?.key) units += claim.units
  }
  return units
}

/** What a settlement adds to what is counted for a claim. After its lease, nothing is counted for what was held. */
function change(claim: Claim, settlement: Settlement, state: MemoryHold['state']): number {
  const counted = state === 'expired' && isHeld(claim) ? 0 : claim.units
  if (claim.kind === 'inFlight' || settlement === 'release') return -counted
  return (settlement === 'keep' ? claim.units : settlement.units) - counted
}
