import { hash } from 'node:crypto'
import {
  type AcquireRequest,
  type Admitted,
  type Claim,
  type ClaimReport,
  checkClaims,
  checkSettlements,
  defaultLeaseMs,
  type Hold,
  type Peeked,
  QuotaRequestError,
  type QuotaStore,
  QuotaTimeoutError,
  type Settlement,
  type Verdict,
} from '@toolgate/quota'
import { connect } from './connection.ts'
import { type HoldPart, RedisHold } from './hold.ts'
import { Inspection, type QuotaScope, type QuotaUsage } from './inspection.ts'
import { RedisKeys } from './keys.ts'
import { LocalRefusals } from './local-refusals.ts'
import { type RedisQuotaStoreOptions, readOptions, type StoreSettings } from './options.ts'
import { type Asked, LateVerdictError, PartitionStore, type ShareVerdict, type Taken } from './partition-store.ts'
import { Periods } from './periods.ts'
import { Scripts } from './scripts.ts'
import { KeptSettlementError, Settlements } from './settlements.ts'
import { inCallOrder, type Share, sharesOf, wholeShare } from './shares.ts'
import { acquireApart, peekApart } from './split-request.ts'

/** A quota store in Redis, shared by all processes that use the same server and prefix. */
export interface RedisQuotaStore extends QuotaStore, AsyncDisposable {
  /** @throws RedisUnavailableError; QuotaTimeoutError when Redis did not answer in time; QuotaRequestError. */
  acquire(request: AcquireRequest): Promise<Verdict>
  /** @throws RedisUnavailableError: Redis is told again until the lease ends, if it may help; QuotaRequestError. */
  settle(hold: Hold, settlements: readonly Settlement[]): Promise<readonly ClaimReport[] | undefined>
  /** @throws RedisUnavailableError; QuotaRequestError. */
  peek(claims: readonly Claim[]): Promise<Peeked>
  /**
   * How the quotas of a scope stand: those whose keys name all that the scope does. It looks through all keys of the
   * store, a part at a time: for operators, not for calls.
   * @throws PolicyError for a scope that names nothing; RedisUnavailableError.
   */
  usage(scope: QuotaScope): Promise<QuotaUsage[]>
  /**
   * Forgets all that the quotas of a scope have counted, and what is held of them, and returns how many there were. What
   * a call under way comes to is booked when it ends.
   * @throws PolicyError for a scope that names nothing; RedisUnavailableError.
   */
  reset(scope: QuotaScope): Promise<number>
  /** Tells Redis what it has not been told, and closes the connection if it is the store's own. */
  close(): Promise<void>
}

/**
 * Keeps quotas in Redis 7 or newer (or a server that is compatible), exactly, over all processes that share it.
 *
 * @throws PolicyError for an option that can not be used, and for a client that would charge calls twice.
 * @example
 * const store = redisQuotaStore({ url: 'redis://127.0.0.1:6379' })
 * const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
 */
export function redisQuotaStore(options: RedisQuotaStoreOptions): RedisQuotaStore {
  return new RedisStore(readOptions(options))
}

class RedisStore implements RedisQuotaStore {
  readonly timeoutMs?: number
  readonly #keys: RedisKeys
  readonly #scripts: Scripts
  readonly #partitions: PartitionStore
  readonly #settlements = new Settlements()
  readonly #refusals: LocalRefusals | undefined
  readonly #inspection: Inspection
  readonly #isOwnClient: boolean

  constructor(settings: StoreSettings) {
    const { url, prefix, partitionOf, commandTimeoutMs, localRefusal, keepForeverMs, clock } = settings
    this.#isOwnClient = settings.client === undefined
    const client =
      settings.client ??
      connect(url as string, (error) => {
        this.#scripts.lastError = error
      })
    // In a cluster a call may take several commands, one after the other.
    if (!client.isCluster) this.timeoutMs = commandTimeoutMs
    this.#keys = new RedisKeys(prefix, partitionOf)
    this.#scripts = new Scripts(client, commandTimeoutMs)
    const encoding = { periods: new Periods(clock), keepForeverMs }
    this.#partitions = new PartitionStore(this.#scripts, this.#keys, encoding, clock)
    this.#refusals = localRefusal ? new LocalRefusals() : undefined
    this.#inspection = new Inspection(this.#scripts, this.#keys)
  }

  /** On the hot path: not `async`, which would cost a turn of the microtask queue or three. */
  acquire({ claims, id, leaseMs = defaultLeaseMs }: AcquireRequest): Promise<Verdict> {
    try {
      checkClaims(claims)
      checkBounds(claims, leaseMs)
      const asked = { id, leaseMs: Math.ceil(leaseMs), print: id === undefined ? '' : printOf(claims) }
      return this.#refusals === undefined
        ? this.#acquire(claims, asked)
        : this.#acquireUnlessRefused(claims, asked, this.#refusals)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async settle(hold: Hold, settlements: readonly Settlement[]): Promise<readonly ClaimReport[] | undefined> {
    if (!(hold instanceof RedisHold)) throw new QuotaRequestError('the hold is not one that a Redis store has given')
    checkSettlements(hold.claims, settlements)
    if (hold.isSettled) return undefined
    hold.isSettled = true
    const settled = await Promise.all(hold.parts.map((part) => this.#settle(hold, part, settlements))).catch(
      (error) => {
        // What nobody tells Redis again may be settled anew.
        hold.isSettled = error instanceof KeptSettlementError
        throw error
      },
    )
    const parts: { share: Share; values: readonly ClaimReport[] }[] = []
    for (const [index, values] of settled.entries()) {
      if (values === undefined) return undefined
      parts.push({ share: (hold.parts[index] as HoldPart).share, values })
    }
    return inCallOrder(parts)
  }

  async peek(claims: readonly Claim[]): Promise<Peeked> {
    checkClaims(claims)
    const [share, ...others] = this.#sharesOf(claims) as [Share, ...Share[]]
    return others.length === 0 ? this.#partitions.peek(share) : peekApart(this.#partitions, [share, ...others])
  }

  usage(scope: QuotaScope): Promise<QuotaUsage[]> {
    return this.#inspection.usage(scope, (share) => this.#partitions.peek(share))
  }

  reset(scope: QuotaScope): Promise<number> {
    this.#refusals?.clear()
    return this.#inspection.reset(scope)
  }

  async close(): Promise<void> {
    await this.#settlements.close()
    if (this.#isOwnClient) this.#scripts.client.disconnect()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #sharesOf(claims: readonly Claim[]): Share[] {
    return this.#scripts.client.isCluster ? sharesOf(claims, this.#keys) : [wholeShare(claims, this.#keys)]
  }

  async #acquireUnlessRefused(claims: readonly Claim[], asked: Asked, refusals: LocalRefusals): Promise<Verdict> {
    const known = refusals.find(claims)
    if (known !== undefined) return known
    const askedAtMs = performance.now()
    const verdict = await this.#acquire(claims, asked)
    if (!verdict.admitted) refusals.add(claims, verdict, askedAtMs)
    return verdict
  }

  #acquire(claims: readonly Claim[], asked: Asked): Promise<Verdict> {
    const shares = this.#sharesOf(claims)
    if (shares.length > 1) return this.#acquireApart(claims, shares, asked)
    const read = (verdict: ShareVerdict) => (verdict.admitted ? admittedBy(claims, asked, [verdict]) : verdict)
    return this.#partitions.acquire(shares[0] as Share, asked).then(read, (error: unknown) => {
      if (!(error instanceof LateVerdictError)) throw error
      throw new QuotaTimeoutError(error.message, error.verdict.then(read))
    })
  }

  async #acquireApart(claims: readonly Claim[], shares: readonly Share[], asked: Asked): Promise<Verdict> {
    const verdict = await acquireApart(this.#partitions, shares, asked, ({ part }) => {
      return this.#giveBack(claims, asked, part)
    })
    return 'admitted' in verdict ? verdict : { ...admittedBy(claims, asked, verdict), atomic: false }
  }

  #settle(hold: RedisHold, part: HoldPart, settlements: readonly Settlement[]): ReturnType<PartitionStore['settle']> {
    // For as long, settling it again changes nothing.
    const rememberMs = hold.leaseMs + 60_000
    return this.#settlements.settle(
      () => this.#partitions.settle(part, { id: hold.id, settlements, rememberMs }),
      rememberMs,
    )
  }

  /** A failure here is mended later, or by the lease. */
  async #giveBack(claims: readonly Claim[], { id, leaseMs }: Asked, part: HoldPart): Promise<void> {
    const hold = new RedisHold({ id, claims, leaseMs, parts: [part] })
    const settlements = claims.map(() => 'release' as const)
    await this.#settle(hold, part, settlements).catch(() => undefined)
  }
}

function admittedBy(claims: readonly Claim[], { id, leaseMs }: Asked, taken: readonly Taken[]): Admitted {
  const [first] = taken as [Taken]
  const parts = taken.map(({ part }) => part)
  return {
    admitted: true,
    hold: new RedisHold({ id, claims, leaseMs, parts }),
    isRepeated: parts.every(({ isRepeated }) => isRepeated),
    reports:
      taken.length === 1
        ? first.reports
        : inCallOrder(taken.map(({ part, reports }) => ({ share: part.share, values: reports }))),
  }
}

/** More at once would hold up Redis: each unit in flight is an entry of its own. */
const mostUnitsInFlight = 1_000
const longestLeaseMs = 3_650 * 86_400_000

/** @throws QuotaRequestError for what Redis can not keep. */
function checkBounds(claims: readonly Claim[], leaseMs: number): void {
  if (!(leaseMs > 0 && leaseMs <= longestLeaseMs)) {
    throw new QuotaRequestError(`leaseMs is \`${leaseMs}\`; expected milliseconds, more than 0 and at most ten years`)
  }
  for (const { kind, key, units } of claims) {
    if (kind !== 'inFlight' || units <= mostUnitsInFlight) continue
    throw new QuotaRequestError(
      `the units of \`${key}\` are \`${units}\`; expected at most ${mostUnitsInFlight} in flight`,
    )
  }
}

/** What tells the claims of a call from others that are made under its id. */
function printOf(claims: readonly Claim[]): string {
  return hash('sha1', JSON.stringify(claims.map(({ limit: _, quota: __, ...identity }) => identity)))
}
