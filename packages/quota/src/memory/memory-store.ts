import { type Clock, PolicyFields, systemClock } from '@toolgate/core'
import { type Claim, isHeld } from '../claim.ts'
import { checkClaims, checkSettlements, isSameClaims } from '../request.ts'
import {
  type AcquireRequest,
  type ClaimReport,
  type Hold,
  type Peeked,
  QuotaRequestError,
  type QuotaStore,
  type Refused,
  type Settlement,
  type Verdict,
} from '../store.ts'
import { Leases, MemoryHold, RepeatedHold } from './leases.ts'
import type { QuotaSum } from './quota-sum.ts'
import { QuotaTable, type Sums } from './quota-table.ts'

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

class MemoryStore implements MemoryQuotaStore {
  readonly #clock: Clock
  readonly #table: QuotaTable
  readonly #leases = new Leases()
  readonly #byId = new Map<string, MemoryHold>()

  constructor(maxKeys: number, clock: Clock) {
    this.#clock = clock
    this.#table = new QuotaTable(maxKeys)
  }

  get size(): number {
    return this.#table.size
  }

  acquire(request: AcquireRequest): Verdict {
    const { claims, id } = request
    checkClaims(claims)
    this.#advance()
    const known = id === undefined ? undefined : this.#byId.get(id)
    if (known !== undefined) return this.#answerAgain(known, claims)
    this.#table.reclaim(claims.length + 2)

    const found = this.#table.find(claims)
    const refused = firstRefused(claims, found)
    if (refused !== -1) {
      return { ...this.#refusal(claims, found, refused), reports: this.#table.reports(claims, found) }
    }
    const sums = this.#table.count(claims, found)
    const hold = new MemoryHold(request, this.#table.nowMs)
    if (id !== undefined) this.#byId.set(id, hold)
    if (hold.mustSettle) this.#leases.add(hold)
    return { admitted: true, hold, isRepeated: false, reports: this.#table.reports(claims, sums) }
  }

  settle(hold: Hold, settlements: readonly Settlement[]): readonly ClaimReport[] | undefined {
    const first = hold instanceof RepeatedHold ? hold.first : hold
    if (!(first instanceof MemoryHold)) throw new QuotaRequestError('the hold is not one that this store has given')
    checkSettlements(hold.claims, settlements)
    this.#advance()
    if (first.state === 'settled') return undefined
    for (let index = 0; index < hold.claims.length; index++) {
      const claim = hold.claims[index] as Claim
      this.#table.adjust(claim, first.atMs, change(claim, settlements[index] as Settlement, first.state))
    }
    this.#close(first, 'settled')
    return this.#table.reports(hold.claims, this.#table.find(hold.claims))
  }

  peek(claims: readonly Claim[]): Peeked {
    checkClaims(claims)
    this.#advance()
    const sums = this.#table.find(claims)
    const reports = this.#table.reports(claims, sums).map((report, index) => {
      return { ...report, held: this.#held(claims[index] as Claim, sums[index]) }
    })
    const refused = firstRefused(claims, sums)
    return refused === -1 ? { admitted: true, reports } : { ...this.#refusal(claims, sums, refused), reports }
  }

  /** Moves to the present, and ends the leases that are over. */
  #advance(): void {
    const nowMs = this.#clock()
    if (!Number.isFinite(nowMs)) throw new Error(`the store's clock says ${nowMs}; expected milliseconds`)
    this.#table.advance(nowMs)
    for (;;) {
      const hold = this.#leases.takeEnded(this.#table.nowMs)
      if (hold === undefined) break
      for (const claim of hold.claims) if (isHeld(claim)) this.#table.adjust(claim, hold.atMs, -claim.units)
      this.#close(hold, 'expired')
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
    const reports = this.#table.reports(claims, this.#table.find(claims))
    return { admitted: true, hold: new RepeatedHold(hold, claims), isRepeated: true, reports }
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
    return untilMs !== undefined && Number.isFinite(untilMs)
      ? Math.max(1, Math.ceil(untilMs - this.#table.nowMs))
      : undefined
  }

  /** The units of a quota that calls under way have taken and that still count. */
  #held(claim: Claim, sum: QuotaSum | undefined): number {
    if (sum === undefined) return 0
    if (claim.kind === 'inFlight') return sum.used
    return this.#leases.heldUnits(claim.key, (hold) => sum.counts(hold.atMs, this.#table.nowMs))
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
