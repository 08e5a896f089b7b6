import { type Clock, longestTimerMs, PolicyFields } from '@toolgate/core'
import { type Claim, quotaKeyPart } from '@toolgate/quota'
import type { ClientUse, RedisClient } from './connection.ts'
import type { PartitionOf } from './keys.ts'
import { readServer, type ServerSettings } from './server-options.ts'

export interface RedisQuotaStoreOptions {
  /** The server, such as `redis://127.0.0.1:6379` or `rediss://user:password@host:6380/2`. Either this or `client`. */
  readonly url?: string
  /**
   * A client of ioredis, for Sentinel, clusters and options of one's own, made with `redisOptions` or `clusterOptions`.
   * The store leaves it open.
   */
  readonly client?: RedisClient
  /** What all keys begin with. Stores of one prefix on one server share their quotas. `toolgate` by default. */
  readonly prefix?: string
  /** The longest that Redis may take to answer one command, in milliseconds. 1,000 by default. */
  readonly commandTimeoutMs?: number
  /**
   * Which quotas a cluster keeps on one node: those of a `tenant` (by default; those of no tenant are together), or
   * those for which a function returns the same string. A call whose quotas are on several nodes can not be decided in
   * one step: its verdict says `atomic: false`.
   */
  readonly partitionBy?: 'tenant' | PartitionOf
  /**
   * Whether a refusal is remembered by this process until a retry may pass, so that an agent in a loop does not load
   * Redis. What is given back meanwhile, or reset elsewhere, is seen only then. `false` by default.
   */
  readonly localRefusal?: boolean
  /**
   * How long a quota without a window is kept after it was last used, in milliseconds: ten years by default. Shorter,
   * it frees the memory of quotas that are kept per session or run, and forgets what they had used.
   */
  readonly keepForeverMs?: number
  /** For tests: the time in milliseconds, instead of Redis's own. */
  readonly clock?: Clock
}

export interface StoreSettings extends ServerSettings {
  readonly prefix: string
  readonly commandTimeoutMs: number
  readonly partitionOf: PartitionOf
  readonly localRefusal: boolean
  readonly keepForeverMs: number
  readonly clock: Clock | undefined
}

const names: (keyof RedisQuotaStoreOptions)[] = [
  'url',
  'client',
  'prefix',
  'commandTimeoutMs',
  'partitionBy',
  'localRefusal',
  'keepForeverMs',
  'clock',
]

const use: ClientUse = {
  by: 'redisQuotaStore',
  resent: 'calls that are under way when the connection is lost are charged twice',
  queued: 'calls that were given up are charged later',
  name: 'the store has a `prefix`',
}

const tenYearsMs = 10 * 365.25 * 86_400_000

/** @throws PolicyError for an option that can not be used. */
export function readOptions(options: RedisQuotaStoreOptions): StoreSettings {
  const fields = new PolicyFields(options, { path: 'redisQuotaStore', names })
  const localRefusal = fields.raw('localRefusal') ?? false
  if (typeof localRefusal !== 'boolean') throw fields.error('localRefusal', 'true or false')
  return {
    ...readServer(fields, use),
    prefix: readPrefix(fields),
    commandTimeoutMs: fields.durationMs('commandTimeoutMs', longestTimerMs) ?? 1_000,
    partitionOf: readPartition(fields),
    localRefusal,
    keepForeverMs: fields.durationMs('keepForeverMs', tenYearsMs * 10) ?? tenYearsMs,
    clock: fields.callback<Clock>('clock'),
  }
}

function readPrefix(fields: PolicyFields): string {
  const prefix = fields.raw('prefix') ?? 'toolgate'
  if (typeof prefix === 'string' && prefix !== '' && !/[{}]/.test(prefix) && prefix.isWellFormed()) return prefix
  throw fields.error('prefix', 'a string that is not empty and has no braces, such as "toolgate"')
}

function readPartition(fields: PolicyFields): PartitionOf {
  const partitionBy = fields.raw('partitionBy') ?? 'tenant'
  if (partitionBy === 'tenant') return tenantOf
  if (typeof partitionBy === 'function') return partitionBy as PartitionOf
  throw fields.error('partitionBy', '"tenant" or a function of a claim that returns a string')
}

function tenantOf({ key }: Claim): string {
  return quotaKeyPart(key, 'tenant') ?? ''
}
