import { startRedis } from '@toolgate/redis-server'
import { Redis } from 'ioredis'

const server = await startRedis()
const c = new Redis(server.url) as any
async function cost(name: string, lua: string, keys: string[], args: any[], n = 4000) {
  const sha = await c.script('LOAD', lua)
  let best = 1e9
  for (let r = 0; r < 7; r++) {
    await c.config('RESETSTAT')
    for (let i = 0; i < n; i += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, j) =>
          c.evalsha(sha, keys.length, ...keys.map((k) => k + ((i + j) % 100)), ...args),
        ),
      )
    const s = await c.info('commandstats')
    const m = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(s)!
    best = Math.min(best, Number(m[2]) / Number(m[1]))
  }
  console.log(name.padEnd(40), best.toFixed(2), 'µs')
  await c.flushall()
}
await cost('empty', 'return 1', ['a'], [])
await cost('shebang empty', '#!lua\nreturn 1', ['a'], [])
const { acquireLua } = await import('../../packages/stores/redis/src/lua/acquire.ts')
const call = ['call', '1000000', '3600000000'],
  spend = ['spend', '1000000000', '10', '3600000000']
await cost('acquire', acquireLua, ['a', 'b', 'c'], ['', 'plain', ...call, ...spend])
await cost('acquire calls', acquireLua, ['a'], ['', 'plain', ...call])
await cost('acquire amount', acquireLua, ['b', 'c'], ['', 'plain', ...spend])
await cost(
  'small',
  "local t=redis.call('TIME') local a=redis.call('INCR',KEYS[1]) local b=redis.call('HINCRBY',KEYS[2],'x',ARGV[1]) return {a,b}",
  ['a', 'b'],
  ['5'],
)
await cost('general', acquireLua, ['a', 'b', 'c'], ['', 'held', 'abc', '1', '', ...call, ...spend])
c.disconnect()
await server[Symbol.asyncDispose]()
