import { readFileSync } from 'node:fs'
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
const cpu = () => readFileSync(`/proc/${server.processId}/stat`, 'utf8').split(' ').slice(13, 15).map(Number)
let corked = 0
function cork() {
  if (corked === 0) {
    c.stream.cork()
    process.nextTick(() => {
      if (corked > 0) {
        corked = 0
        c.stream.uncork()
      }
    })
  } else if (corked >= 8) {
    c.stream.uncork()
    corked = 0
    c.stream.cork()
  }
  corked++
}
async function run(
  name: string,
  lua: string,
  nk = 3,
  args: any[] = ['', 'plain', 'call', '1000000', '3600000000', 'spend', '1000000000', '10', '3600000000'],
) {
  c.defineCommand(name, { numberOfKeys: nk, lua })
  let best = [1e9, 0, 0]
  for (let r = 0; r < 4; r++) {
    const n = 60000
    let i = 0
    const st = performance.now()
    const r0 = cpu(),
      c0 = process.cpuUsage()
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (i < n) {
          i++
          cork()
          await c[name](...keys[i % N]!.slice(0, nk), ...args)
        }
      }),
    )
    const r1 = cpu(),
      cc = process.cpuUsage(c0),
      v = ((r1[0]! - r0[0]! + (r1[1]! - r0[1]!)) * 10000) / n
    if (v < best[0]!) best = [v, (cc.user + cc.system) / n, (n / (performance.now() - st)) * 1000]
  }
  console.log(name.padEnd(14), 'redis', best[0]!.toFixed(1), 'node', best[1]!.toFixed(1), Math.round(best[2]!), '/s')
  await c.flushall()
}
await run('noop', 'return 1')
await run('noop2', 'return 1', 2, ['5'])
await run('time', "local t=redis.call('TIME') return 1")
await run(
  'small',
  "local t=redis.call('TIME') local a=redis.call('INCR',KEYS[1]) local b=redis.call('HINCRBY',KEYS[2],'x',ARGV[1]) return {a,b}",
  2,
  ['5'],
)
await run(
  'lists',
  "local t=redis.call('TIME') redis.call('LINDEX',KEYS[1],0) redis.call('LINDEX',KEYS[1],-1) redis.call('LLEN',KEYS[1]) redis.call('LPUSH',KEYS[1],'1795255000123456')  redis.call('LINDEX',KEYS[2],0) redis.call('LPUSH',KEYS[2],'1795255000123456') return 1",
)
await run(
  'lists2',
  "local t=redis.call('TIME') redis.call('LINDEX',KEYS[1],0) redis.call('LPUSH',KEYS[1],'1795255000123456')  redis.call('LINDEX',KEYS[2],0) redis.call('LPUSH',KEYS[2],'1795255000123456') return 1",
)
await run(
  'hash',
  "local t=redis.call('TIME') redis.call('HMGET',KEYS[1],'a','b','c') redis.call('RPUSH',KEYS[2],'1795255000123456') redis.call('HSET',KEYS[1],'a','11233','b','2222','c','33333') return 1",
)
await run(
  'strings',
  "local t=redis.call('TIME') redis.call('GET',KEYS[1]) redis.call('SET',KEYS[1],'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','KEEPTTL')  redis.call('RPUSH',KEYS[2],'1795255000123456')  return 1",
)
const { acquireLua } = await import('../../packages/stores/redis/src/lua/acquire.ts')
await run('acquire', acquireLua)
c.disconnect()
await server[Symbol.asyncDispose]()
