import { spawn, spawnSync } from 'node:child_process'
import { startRedis } from '@toolgate/redis-server'
import { Redis } from 'ioredis'

const server = await startRedis()
const c = new Redis(server.url) as any
await c.ping()
const N = 1000
const K = (a: string, b: string, h: string) =>
  Array.from({ length: N }, (_, i) => [
    `toolgate:{-}:${a}:default/calls:3600000/tool=search/tenant=/principal=agent%3A${i}`,
    `toolgate:{-}:${b}:default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`,
    `toolgate:{-}:${h}:default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`,
  ])
let keys = K('calls.3600000', 'spend.3600000', 'held.spend.3600000')
async function run(
  name: string,
  lua: string,
  nk = 3,
  args: any[] = ['', 'plain', 'call', '1000000', '3600000000', 'spend', '1000000000', '10', '3600000000'],
) {
  c.defineCommand(name.replaceAll(' ', '_'), { numberOfKeys: nk, lua })
  const f = c[name.replaceAll(' ', '_')].bind(c)
  const go = async (n: number) => {
    for (let i = 0; i < n; i += 10)
      await Promise.all(Array.from({ length: 10 }, (_, j) => f(...keys[(i + j) % N]!.slice(0, nk), ...args)))
  }
  await go(5000)
  const p = spawn('perf', ['stat', '-e', 'instructions:u', '-x', ',', '-p', String(server.processId)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let err = ''
  p.stderr.on('data', (d) => (err += d))
  await new Promise((r) => setTimeout(r, 300))
  await go(20000)
  p.kill('SIGINT')
  await new Promise((r) => p.once('exit', r))
  console.log(name.padEnd(18), Math.round(Number(err.split(',')[0]) / 20000), 'instructions')
  await c.flushall()
}
const { clockLua } = await import('../../packages/stores/redis/src/lua/time.ts')
const { quickLua } = await import('../../packages/stores/redis/src/lua/quick.ts')
const { acquireLua } = await import('../../packages/stores/redis/src/lua/acquire.ts')
const q = clockLua + quickLua
await run('noop', 'return 1')
await run('time', "redis.call('TIME') return 1")
await run(
  'small',
  "local t=redis.call('TIME') local a=redis.call('INCR',KEYS[1]) local b=redis.call('HINCRBY',KEYS[2],'x',ARGV[1] == '' and 5) return {a,b}",
)
await run('llen', "redis.call('LLEN',KEYS[1]) return 1")
await run('quick', q)
await run('acquire', acquireLua)
await run('no llen', q.replace("used = call('LLEN', key) - gone", 'used = 1'))
await run('number', q.replace("{ 'taken', wall }", '{ wall }'))
keys = K('c', 's', 'h')
await run('short', q)
for (const k of keys) k[2] = 'x'
await run('no third', q)
c.disconnect()
await server[Symbol.asyncDispose]()
