import { startRedis } from '@toolgate/redis-server'
import { Redis } from 'ioredis'
import { readFileSync } from 'node:fs'
const server = await startRedis()
const c = new Redis(server.url) as any
await c.ping()
const N = 1000
const keys = Array.from({ length: N }, (_, i) => [`toolgate:{-}:calls.3600000:default/calls:3600000/tool=search/tenant=/principal=agent%3A${i}`, `toolgate:{-}:spend.3600000:default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`, `toolgate:{-}:held.spend.3600000:default/spend.9:rolling:3600000/tool=search/tenant=/principal=agent%3A${i}`])
const cpu = () => readFileSync(`/proc/${server.processId}/stat`, 'utf8').split(' ').slice(13, 15).map(Number)
let corked = 0
function cork() { if (corked === 0) { c.stream.cork(); process.nextTick(() => { if (corked > 0) { corked = 0; c.stream.uncork() } }) } else if (corked >= 8) { c.stream.uncork(); corked = 0; c.stream.cork() } corked++ }
async function run(name: string, lua: string, nk = 3, args: any[] = ['', 'plain', 'call', '1000000', '3600000000', 'spend', '1000000000', '10', '3600000000']) {
  c.defineCommand(name, { numberOfKeys: nk, lua })
  let best = [1e9, 0, 0]
  for (let r = 0; r < 4; r++) {
    const n = 60000; let i = 0; const st = performance.now(); const r0 = cpu(), c0 = process.cpuUsage()
    await Promise.all(Array.from({ length: 64 }, async () => { while (i < n) { i++; cork(); await c[name](...keys[i % N]!.slice(0, nk), ...args) } }))
    const r1 = cpu(), cc = process.cpuUsage(c0), v = ((r1[0]! - r0[0]!) + (r1[1]! - r0[1]!)) * 10000 / n
    if (v < best[0]!) best = [v, (cc.user + cc.system) / n, n / (performance.now() - st) * 1000]
  }
  console.log(name.padEnd(14), 'redis', best[0]!.toFixed(1), 'node', best[1]!.toFixed(1), Math.round(best[2]!), '/s')
  await c.flushall()
}

const pre = `
local call, floor, pack, unpack = redis.call, math.floor, struct.pack, struct.unpack
local wall = tonumber(ARGV[1])
if not wall then local time = call('TIME') wall = time[1] * 1000000 + time[2] end
`

await run('pre + answer', pre + " return {'taken', wall, 3, 4}")
const { clockLua } = await import('../../packages/stores/redis/src/lua/time.ts')
const { quickLua } = await import('../../packages/stores/redis/src/lua/quick.ts')
const q = clockLua + quickLua
const A = ['', 'plain', 'call', '1000000', '3600000000'], B = ['', 'plain', 'spend', '1000000000', '10', '3600000000']
await run('nothing', q, 3, ['', 'plain'])
await run('call', q, 3, A)
await run('spend', q.replaceAll('KEYS[nextKey]', 'KEYS[nextKey+1]'), 3, B)
await run('call no answer', q.replace("answer[#answer + 1] = used + 1", ''), 3, A)
await run('call const', q.replace("isMerged, entry)\n  if isMerged", "isMerged, entry)\n entry='1795255000123456'  if isMerged"), 3, A)
await run('call no pexpire', q.replace("if not before or floor(before / eighth) ~= floor(wall / eighth) then", 'if false then'), 3, A)
await run('call no gone', q.replace(/while oldest[\s\S]*?\n {4}end\n {4}if not oldest or gone == 8 then return end/, ''), 3, A)
await run('both', q)
c.disconnect(); await server[Symbol.asyncDispose]()
