import { PolicyFields } from '@toolgate/core'
import { type Claim, type Peeked, quotaKeyPart, type UsageReport } from '@toolgate/quota'
import type { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import type { Scripts } from './scripts.ts'

/** Parts of quotas' keys, as in a call. A quota is meant whose key has all that are given. */
export interface QuotaScope {
  readonly runner?: string
  readonly tool?: string
  readonly tenant?: string
  readonly principal?: string
  readonly session?: string
  readonly run?: string
}

/** How a quota stands, as far as Redis knows it: limits stand in policies. */
export interface QuotaUsage {
  /** What is counted, in which window: `calls.60000`, `inflight`, `spend.day.UTC`. Windows are in milliseconds. */
  readonly kind: string
  /** Whose quota it is: the runner, what is counted, and the scopes. */
  readonly key: string
  /** Units in use, held ones included. Of money, units of 10^-scale; the scale stands in the key: `spend.9:…`. */
  readonly used: number
  /** Units of `used` that are held or in flight. */
  readonly held: number
  /** When the quota will be wholly free if nothing more is taken. `undefined` when time alone does not free it. */
  readonly resetAfterMs: number | undefined
}

const scopeNames: (keyof QuotaScope)[] = ['runner', 'tool', 'tenant', 'principal', 'session', 'run']
const keysPerScan = 500

/** The most quotas that are listed at once. */
const mostListed = 10_000

interface Found {
  readonly redisKey: string
  readonly claim: Claim
}

/** The keys of a store, by what they are kept per. */
export class Inspection {
  readonly #scripts: Scripts
  readonly #keys: RedisKeys

  constructor(scripts: Scripts, keys: RedisKeys) {
    this.#scripts = scripts
    this.#keys = keys
  }

  /** How the quotas of a scope stand. @throws PolicyError for a scope that names nothing, or too many quotas. */
  async usage(scope: QuotaScope, peek: (claims: readonly Claim[]) => Promise<Peeked>): Promise<QuotaUsage[]> {
    const all = new Map<string, QuotaUsage>()
    for await (const batch of this.#find(scope)) {
      const peeked = await Promise.all(batch.map(({ claim }) => peek([claim])))
      peeked.forEach(({ reports }, index) => {
        const { quota: kind, key, used, held, resetAfterMs } = reports[0] as UsageReport
        all.set((batch[index] as Found).redisKey, { kind, key, used, held, resetAfterMs })
      })
      if (all.size > mostListed)
        throw new PolicyFields({ scope }, place).error('scope', `one of ${mostListed} quotas at most`)
    }
    return [...all.values()]
  }

  /** Forgets the quotas of a scope, and returns how many there were. @throws PolicyError for a scope of nothing. */
  async reset(scope: QuotaScope): Promise<number> {
    let count = 0
    for await (const batch of this.#find(scope)) {
      const removed = await Promise.all(
        batch.map(async ({ redisKey, claim }) => {
          const isThere = await this.#ask((client) => client.unlink(redisKey))
          await this.#ask((client) => client.unlink(this.#keys.of(claim).leases))
          return isThere
        }),
      )
      count += removed.reduce((sum, isThere) => sum + isThere, 0)
    }
    return count
  }

  async *#find(scope: QuotaScope): AsyncGenerator<Found[]> {
    const wanted = readScope(scope)
    for (const node of await this.#ask(async (client) => nodesOf(client))) {
      let cursor = '0'
      do {
        const scan = () => node.scan(cursor, 'MATCH', this.#keys.pattern, 'COUNT', keysPerScan)
        const [next, redisKeys] = await this.#ask(scan)
        yield redisKeys.flatMap((redisKey) => {
          const claim = this.#keys.claimOf(redisKey)
          if (claim === undefined) return []
          return wanted.every(([name, value]) => quotaKeyPart(claim.key, name) === value) ? [{ redisKey, claim }] : []
        })
        cursor = next
      } while (cursor !== '0')
    }
  }

  #ask<Value>(command: (client: RedisClient) => Promise<Value>): Promise<Value> {
    const { client } = this.#scripts
    return this.#scripts.inTime(() => command(client))
  }
}

const place = { path: 'usage', names: ['scope'] }

function nodesOf(client: RedisClient): Redis[] {
  return client.isCluster ? (client as Cluster).nodes('master') : [client as Redis]
}

/** @throws PolicyError unless something is named: a store is not reset by accident. */
function readScope(scope: QuotaScope): [keyof QuotaScope, string][] {
  const fields = new PolicyFields(scope, { path: 'scope', names: scopeNames })
  const wanted = scopeNames.flatMap((name): [keyof QuotaScope, string][] => {
    const value = fields.raw(name)
    if (value === undefined) return []
    if (typeof value === 'string' && value !== '') return [[name, value]]
    throw fields.error(name, 'a string that is not empty')
  })
  if (wanted.length > 0) return wanted
  throw fields.error('runner', `a name, or that of another of ${scopeNames.join(', ')}`)
}
