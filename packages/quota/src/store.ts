import type { PolicyFields } from '@toolgate/core'
import type { Claim } from './claim.ts'

/** What a call asks of all its quotas: it gets all of it or nothing. */
export interface AcquireRequest {
  readonly claims: readonly Claim[]
  /**
   * Names the call, so that asking again before it is settled takes nothing more: it is answered as before. Without
   * an id every request stands for itself.
   */
  readonly id?: string | undefined
  /** How long what is held or in flight stays so if nobody settles it. 60,000 by default. */
  readonly leaseMs?: number | undefined
}

/** How one quota stands, on the store's clock. */
export interface ClaimReport {
  /** What the claim calls the quota, and its key: what is counted, in which window and for whom. */
  readonly quota: string
  readonly key: string
  readonly limit: number
  /** Units in use, held ones included. It is above the limit after an overrun, or where the limit was lowered. */
  readonly used: number
  /** Never below 0. */
  readonly remaining: number
  /** When the quota will be wholly free if nothing more is taken. `undefined` when time alone does not free it. */
  readonly resetAfterMs: number | undefined
}

/** How one quota stands, with what of it is held. */
export interface UsageReport extends ClaimReport {
  /** Units of `used` that are held or in flight: taken, and not yet settled. */
  readonly held: number
}

/** What was taken for one call, to settle it by. A store may keep more in it; callers hand it back as it is. */
export interface Hold {
  readonly id: string | undefined
  readonly claims: readonly Claim[]
  /**
   * Whether the end of the call must be told even where every claim is kept as it was taken: something is held or in
   * flight, or the call's id is in use until then.
   */
  readonly mustSettle: boolean
}

export interface Admitted {
  readonly admitted: true
  readonly hold: Hold
  /** Whether the request repeats one whose id is in use: nothing was taken, and the hold settles what was then. */
  readonly isRepeated: boolean
  /** The quotas after this call, in the order of the claims. */
  readonly reports: readonly ClaimReport[]
  /** `false` where the claims could not be taken in one step; see `Refused`. */
  readonly atomic?: boolean
}

export interface Refused {
  readonly admitted: false
  /** The position of the first claim that does not fit. */
  readonly refused: number
  /**
   * The shortest wait, in whole milliseconds, after which all claims fit if nothing else is taken. `undefined` when
   * no wait is known to help: units that never come back, or that calls under way hold.
   */
  readonly retryAfterMs: number | undefined
  /** The same for the refused claim alone: shorter where another claim of the call takes longer. */
  readonly ownRetryAfterMs: number | undefined
  /** Whether waiting is useless: the claim asks for more than the limit, or the quota never frees itself. */
  readonly isFinal: boolean
  /** The quotas as they stand, in the order of the claims. */
  readonly reports: readonly ClaimReport[]
  /**
   * `false` where the quotas are kept apart, so that the claims were taken one after the other: until those before the
   * refused one were given back, they may have kept other calls out.
   */
  readonly atomic?: boolean
}

export type Verdict = Admitted | Refused

/** What a dry run says: as a verdict, and nothing was taken. */
export type Peeked =
  | { readonly admitted: true; readonly reports: readonly UsageReport[] }
  | (Omit<Refused, 'reports'> & { readonly reports: readonly UsageReport[] })

/**
 * What becomes of one claim when its call has ended: it stays as it was taken (`keep`), is given back (`release`), or
 * came to another amount. Calls in flight end in any case.
 */
export type Settlement = 'keep' | 'release' | { readonly units: number }

/**
 * Where quotas are kept. The package's conformance suite states this contract as tests that any store can run.
 *
 * A store that can not answer throws or rejects; it never says that a limit was reached.
 */
export interface QuotaStore {
  /** The longest that the store may take to answer, where it sees to that itself: then nobody else need. */
  readonly timeoutMs?: number
  /** Takes all claims or none; every claim is checked before any is written, and a refusal writes nothing. */
  acquire(request: AcquireRequest): Verdict | Promise<Verdict>
  /**
   * Settles what was taken, once: `settlements` has one for each claim, in order. An amount is booked in full where
   * its charge stands, whether it fits or not (a sum ends at 2^53 - 1 units, over any limit). Returns how the quotas stand, or `undefined` if the hold was settled
   * before, in which case nothing changes.
   */
  settle(
    hold: Hold,
    settlements: readonly Settlement[],
  ): readonly ClaimReport[] | undefined | Promise<readonly ClaimReport[] | undefined>
  /** What `acquire` would say, and how much is held. Takes nothing. */
  peek(claims: readonly Claim[]): Peeked | Promise<Peeked>
}

export const defaultLeaseMs = 60_000

/** A store that is bounded has no room for another quota. Nothing was taken. */
export class QuotaCapacityError extends Error {
  override readonly name = 'QuotaCapacityError'
}

/** A claim, a settlement or a hold that can not be meant. Nothing was taken or changed. */
export class QuotaRequestError extends RangeError {
  override readonly name = 'QuotaRequestError'
}

/**
 * A store did not answer in time. What it did is not known: the claims may have been taken, so asking again is safe
 * only with the id of a call.
 */
export class QuotaTimeoutError extends Error {
  override readonly name = 'QuotaTimeoutError'
  /** The verdict, if it comes after all: what it took is to be given back, since nobody waits for it any more. */
  readonly answer: Promise<Verdict>

  constructor(message: string, answer: Promise<Verdict>) {
    super(message)
    this.answer = answer
    // Nobody has to listen.
    answer.catch(() => undefined)
  }
}

/** Reads the store that a gate is given, if any. @throws PolicyError for what is no quota store. */
export function readStore(fields: PolicyFields): QuotaStore | undefined {
  const store = fields.raw('store') as Partial<QuotaStore> | undefined
  if (store === undefined) return undefined
  if (typeof store?.acquire === 'function' && typeof store.settle === 'function' && typeof store.peek === 'function') {
    return store as QuotaStore
  }
  throw fields.error('store', 'a quota store, such as memoryQuotaStore()')
}
