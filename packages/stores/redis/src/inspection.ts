import { PolicyError, PolicyFields } from '@toolgate/core'
import { quotaKeyPart, type UsageReport } from '@toolgate/quota'
import type { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import type { QuotaKeys, RedisKeys } from './keys.ts'
import type { ShareUsage } from './partition-store.ts'
import type { Scripts } from './scripts.ts'
import type { Share } from './shares.ts'

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

/** The keys of a store, by what they are kept per. */
export class Inspection {
  readonly #scripts: Scripts
  readonly #keys: RedisKeys

  constructor(scripts: Scripts, keys: RedisKeys) {
    this.#scripts = scripts
    this.#keys = keys
  }

  /** How the quotas of a scope stand. @throws PolicyError for a scope that names nothing, or too many quotas. */
  async usage(scope: QuotaScope, peek: (share: Share) => Promise<ShareUsage>): Promise<QuotaUsage[]> {
    const all = new Map<string, QuotaUsage>()
    for await (const batch of this.#find(scope)) {
      const peeked = await Promise.all(batch.map(peek))
      peeked.forEach(({ reports }, index) => {
        const { quota: kind, key, used, held, resetAfterMs } = reports[0] as UsageReport
        all.set(batch[index]?.keys[0]?.quota as string, { kind, key, used, held, resetAfterMs })
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
        batch.map(({ keys: [keys] }) => {
          const { quota, leases } = keys as QuotaKeys
          // In one step: a lease without its quota, or a quota without its leases, would never be free again.
          return this.#ask((client) => client.unlink(quota, leases))
        }),
      )
      count += removed.filter((keysThere) => keysThere > 0).length
    }
    return count
  }

  async *#find(scope: QuotaScope): AsyncGenerator<Share[]> {
    const wanted = readScope(scope)
    for (const node of await this.#ask(async (client) => nodesOf(client))) {
      let cursor = '0'
      do {
        const scan = () => node.scan(cursor, 'MATCH', this.#keys.pattern, 'COUNT', keysPerScan)
        const [next, redisKeys] = await this.#ask(scan)
        yield redisKeys.flatMap((redisKey) => {
          const found = this.#keys.quotaOf(redisKey)
          if (found === undefined) return []
          const { claim, keys } = found
          if (!wanted.every(([name, value]) => quotaKeyPart(claim.key, name) === value)) return []
          return [{ partition: keys.partition, claims: [claim], keys: [keys], positions: [0] }]
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
  throw new PolicyError({ field: 'scope', value: scope, expected: `at least one of ${scopeNames.join(', ')}` })
}
