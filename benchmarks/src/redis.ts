import { hash } from 'node:crypto'
import type { Claim } from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'
import type { RedisServer } from '@toolgate/redis-server'
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { budgetGate, GatedToolRunner, rateGate } from 'toolgate'
import type { Contender } from './measure.ts'

const callers = 1_000
const hourMs = 3_600_000

/** The scripts that the store is measured against: one that does nothing, and the smallest that is of any use. */
interface PeerScripts {
  empty(...keys: string[]): Promise<unknown>
  smallest(...keysAndAmount: string[]): Promise<unknown>
}

const emptyLua = 'return 1'
const smallestLua = `
local time = redis.call('TIME')
local calls = redis.call('INCR', KEYS[1])
local spent = redis.call('HINCRBY', KEYS[2], 'spent', ARGV[1])
return { calls, spent }
`

interface RedisContenders {
  readonly contenders: readonly Contender[]
  close(): Promise<void>
}

/** One call of a thousand callers in turn, none of which is refused. */
export function redisContenders(server: RedisServer): RedisContenders {
  const client = new Redis(server.url)
  client.defineCommand('empty', { numberOfKeys: 4, lua: emptyLua })
  client.defineCommand('smallest', { numberOfKeys: 2, lua: smallestLua })
  const peer = client as unknown as PeerScripts & Redis
  const keys = named(
    (index) => [`{t}:calls:${index}`, `{t}:spend:${index}`, `{t}:a:${index}`, `{t}:b:${index}`] as const,
  )
  const names = named((index) => `agent:${index}`)
  const limits = ['calls', 'points'].map((keyPrefix) => {
    return new RateLimiterRedis({ storeClient: client, keyPrefix, points: 1_000_000_000, duration: 3_600 })
  }) as [RateLimiterRedis, RateLimiterRedis]

  const store = redisQuotaStore({ url: server.url })
  const claims = named((index): Claim[] => [
    { kind: 'calls', quota: 'maxCalls', key: keyOf('calls', index), limit: 1_000_000, units: 1, windowMs: hourMs },
    {
      kind: 'amount',
      quota: 'maxSpend',
      key: keyOf('spend.9', index),
      limit: 1_000_000_000_000_000,
      units: 10_000_000,
      window: { kind: 'rolling', windowMs: hourMs },
      held: false,
    },
  ])
  const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
  runner.register('search', {
    execute: () => 'done',
    rate: { maxCalls: 1_000_000, windowMs: hourMs },
    budget: { maxSpend: '1000000', windowMs: hourMs, cost: '0.01' },
  })
  const options = named((index) => ({ principal: `agent:${index}` }))
  const upstash = upstashLimiter(client)
  return {
    contenders: [
      { name: 'an EVALSHA that does nothing, 4 keys', run: (turn) => peer.empty(...at(keys, turn)) },
      {
        name: 'the smallest script: TIME, INCR, HINCRBY',
        run: (turn) => peer.smallest(at(keys, turn)[0], at(keys, turn)[1], '10000000'),
      },
      { name: 'rate-limiter-flexible, one limit', run: (turn) => limits[0].consume(at(names, turn)) },
      {
        name: 'rate-limiter-flexible, two in a row',
        run: async (turn) => {
          await limits[0].consume(at(names, turn))
          await limits[1].consume(at(names, turn), 5)
        },
      },
      { name: 'Upstash, sliding window', run: (turn) => upstash.limit(at(names, turn)) },
      { name: 'store.acquire, rate + budget', run: (turn) => store.acquire({ claims: at(claims, turn) }) },
      { name: 'runner.call, rate + budget', run: (turn) => runner.call('search', {}, at(options, turn)) },
    ],
    close: async () => {
      client.disconnect()
      await store.close()
    },
  }
}

/**
 * Upstash's limiter, on a client of ioredis instead of its own over HTTP, so that its way is no longer than the others'.
 * Its scripts ask for a flag that only Upstash's own server knows: that line is left out.
 */
function upstashLimiter(client: Redis): Ratelimit {
  const loaded = new Map<string, string>()
  const redis = {
    evalsha: async (sha: string, keys: string[], args: string[]) => {
      const own = loaded.get(sha)
      if (own === undefined) throw new Error('NOSCRIPT')
      return client.evalsha(own, keys.length, ...keys, ...args)
    },
    eval: async (script: string, keys: string[], args: string[]) => {
      const own = (await client.script('LOAD', script.replace(/^#!lua .*\n/, ''))) as string
      loaded.set(hash('sha1', script), own)
      return client.evalsha(own, keys.length, ...keys, ...args)
    },
  } as unknown as ConstructorParameters<typeof Ratelimit>[0]['redis']
  return new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(1_000_000_000, '1 h'), ephemeralCache: false })
}

/**
 * Rate limits of which as many calls are in the window as they admit: the clock of the store goes on by a millisecond at
 * each call, so that one leaves the window and one is admitted.
 */
export async function fullRedisContenders(server: RedisServer): Promise<RedisContenders> {
  const all = await Promise.all([10, 10_000].map((maxCalls) => fullContender(server, maxCalls)))
  return {
    contenders: all,
    close: async () => {
      await Promise.all(all.map(({ close }) => close()))
    },
  }
}

async function fullContender(
  server: RedisServer,
  maxCalls: number,
): Promise<Contender & Pick<RedisContenders, 'close'>> {
  let nowMs = Date.now()
  const store = redisQuotaStore({ url: server.url, prefix: `full${maxCalls}`, clock: () => nowMs++ })
  const claims: Claim[] = [
    { kind: 'calls', quota: 'maxCalls', key: 'full', limit: maxCalls, units: 1, windowMs: maxCalls },
  ]
  for (let call = 0; call < maxCalls; call++) await store.acquire({ claims })
  return {
    name: `maxCalls ${maxCalls}, full`,
    run: () => store.acquire({ claims }),
    close: () => store.close(),
  }
}

function keyOf(counted: string, index: number): string {
  return `default/${counted}:${hourMs}/tool=search/tenant=/principal=agent:${index}`
}

function named<Value>(make: (index: number) => Value): Value[] {
  return Array.from({ length: callers }, (_, index) => make(index))
}

function at<Value>(values: readonly Value[], turn: number): Value {
  return values[turn % values.length] as Value
}
