import { redisQuotaStore } from '@toolgate/redis'
import { startRedis } from '@toolgate/redis-server'
import { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { budgetGate, GatedToolRunner, rateGate } from 'toolgate'

const server = await startRedis()
const client = new Redis(server.url) as any
client.defineCommand('empty', { numberOfKeys: 4, lua: 'return 1' })
client.defineCommand('small', {
  numberOfKeys: 2,
  lua: "local t=redis.call('TIME') local a=redis.call('INCR',KEYS[1]) local b=redis.call('HINCRBY',KEYS[2],'x',ARGV[1]) return {a,b}",
})
const store = redisQuotaStore({ url: server.url })
const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
runner.register('search', {
  execute: () => 'x',
  rate: { maxCalls: 1_000_000, windowMs: 3_600_000 },
  budget: { maxSpend: '1000000', windowMs: 3_600_000, cost: '0.01' },
})
const N = 1000
const claims = Array.from(
  { length: N },
  (_, i) =>
    [
      {
        kind: 'calls',
        quota: 'maxCalls',
        key: `default/calls:3600000/tool=search/tenant=/principal=agent%3A${i}`,
        limit: 1_000_000,
        units: 1,
        windowMs: 3_600_000,
      },
      {
        kind: 'amount',
        quota: 'maxSpend',
        key: `default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`,
        limit: 1e15,
        units: 10_000_000,
        window: { kind: 'rolling', windowMs: 3_600_000 },
        held: false,
      },
    ] as any,
)
const a = new RateLimiterRedis({ storeClient: client, points: 1e9, duration: 3600, keyPrefix: 'a' })
const b = new RateLimiterRedis({ storeClient: client, points: 1e9, duration: 3600, keyPrefix: 'b' })
const callers = Array.from({ length: N }, (_, i) => ({ principal: `agent:${i}` }))
async function tp(name: string, f: (i: number) => Promise<unknown>, n = 60000) {
  let i = 0
  const st = performance.now()
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (i < n) {
        i++
        await f(i)
      }
    }),
  )
  return (n / (performance.now() - st)) * 1000
}
const cs: [string, (i: number) => Promise<unknown>][] = [
  ['small', (i) => client.small(`{t}k${i % N}`, `{t}h${i % N}`, '5')],
  ['store.acquire', (i) => store.acquire({ claims: claims[i % N] })],
  ['runner.call', (i) => runner.call('search', {}, callers[i % N])],
  [
    'rlf two',
    async (i) => {
      await a.consume(`agent:${i % N}`)
      await b.consume(`agent:${i % N}`, 5)
    },
  ],
]
const res: Record<string, number[]> = {}
for (let r = 0; r < 6; r++)
  for (const [name, f] of cs) {
    const v = await tp(name, f)
    if (r) (res[name] ??= []).push(v)
  }
for (const [n, v] of Object.entries(res)) console.log(n.padEnd(16), Math.round(v.sort((x, y) => x - y)[2]!))
async function lat(name: string, f: (i: number) => Promise<unknown>, n = 10000) {
  const a: number[] = []
  for (let i = 0; i < n; i++) {
    const s = performance.now()
    await f(i)
    a.push(performance.now() - s)
  }
  a.sort((x, y) => x - y)
  console.log(name, 'p50', (a[n / 2]! * 1000).toFixed(1))
}
for (let r = 0; r < 2; r++) {
  await lat('empty', (i) => client.empty(`{t}k${i % N}`, 'b', 'c', 'd'))
  await lat('acquire', (i) => store.acquire({ claims: claims[i % N] }))
}
console.log(
  (await client.info('commandstats'))
    .split('\n')
    .filter((l: string) => /eval/.test(l))
    .join('\n'),
)
client.disconnect()
await store.close()
await server[Symbol.asyncDispose]()
