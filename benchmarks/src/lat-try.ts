import { redisQuotaStore } from '@toolgate/redis'
import { startRedis } from '@toolgate/redis-server'
import { Redis } from 'ioredis'

const server = await startRedis()
const c = new Redis(server.url) as any
await c.ping()
const N = 1000
const keys = Array.from({ length: N }, (_, i) => [
  `toolgate:{-}:calls.3600000:default/calls:3600000/tool=search/tenant=/principal=agent%3A${i}`,
  `toolgate:{-}:spend.3600000:default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`,
  `toolgate:{-}:held.spend.3600000:default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`,
])
const args = ['', 'plain', 'call', '1000000', '3600000000', 'spend', '1000000000', '10', '3600000000']
const store = redisQuotaStore({ url: server.url })
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
const { acquireLua } = await import('../../packages/stores/redis/src/lua/acquire.ts')
const { clockLua } = await import('../../packages/stores/redis/src/lua/time.ts')
const { quickLua } = await import('../../packages/stores/redis/src/lua/quick.ts')
const all: Record<string, string> = {
  noop: 'return 1',
  small:
    "local t=redis.call('TIME') local a=redis.call('INCR',KEYS[1]) local b=redis.call('HINCRBY',KEYS[2],'x',ARGV[1] == '' and 5) return {a,b}",
  five: "local t=redis.call('TIME') redis.call('LINDEX',KEYS[1],'0') redis.call('LPUSH',KEYS[1],'1795255000123456')  redis.call('LINDEX',KEYS[2],'0') redis.call('LPUSH',KEYS[2],'1795255000123456') return 1",
  seven:
    "local t=redis.call('TIME') redis.call('LINDEX',KEYS[1],'0') redis.call('LINDEX',KEYS[1],'-1') redis.call('LLEN',KEYS[1]) redis.call('LPUSH',KEYS[1],'1795255000123456')  redis.call('LINDEX',KEYS[2],'0') redis.call('LPUSH',KEYS[2],'1795255000123456') return 1",
  quickOnly: clockLua + quickLua,
  acquire: acquireLua,
}
for (const [n, lua] of Object.entries(all)) c.defineCommand(n, { numberOfKeys: 3, lua })
const out: Record<string, number[]> = {}
async function lat(name: string, f: (i: number) => Promise<unknown>, n = 4000) {
  const a: number[] = []
  for (let i = 0; i < n; i++) {
    const s = performance.now()
    await f(i)
    a.push(performance.now() - s)
  }
  a.sort((x, y) => x - y)
  ;(out[name] ??= []).push(a[n / 2]! * 1000)
}
for (let r = 0; r < 7; r++) {
  await lat('empty4', (i) => c.noop(...keys[i % N]!))
  for (const n of Object.keys(all)) {
    await lat(n, (i) => c[n](...keys[i % N]!, ...args))
    await c.flushall()
  }
  await lat('store', (i) => store.acquire({ claims: claims[i % N]! }))
}
for (const [n, v] of Object.entries(out))
  console.log(
    n.padEnd(12),
    v.sort((a, b) => a - b)[3]!.toFixed(1),
    (v[3]! / out.empty4!.sort((a, b) => a - b)[3]!).toFixed(2),
  )
c.disconnect()
await store.close()
await server[Symbol.asyncDispose]()
