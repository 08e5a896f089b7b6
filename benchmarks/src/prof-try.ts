import { readFileSync } from 'node:fs'
import { redisQuotaStore } from '@toolgate/redis'
import { startRedis } from '@toolgate/redis-server'

const server = await startRedis()
const store = redisQuotaStore({ url: server.url })
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
const cpu = () => readFileSync(`/proc/${server.processId}/stat`, 'utf8').split(' ').slice(13, 15).map(Number)
for (let r = 0; r < 4; r++) {
  const n = 100000
  let i = 0
  const st = performance.now()
  const c0 = process.cpuUsage()
  const r0 = cpu()
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (i < n) {
        i++
        await store.acquire({ claims: claims[i % N] })
      }
    }),
  )
  const ms = performance.now() - st
  const c = process.cpuUsage(c0)
  const r1 = cpu()
  console.log(
    Math.round((n / ms) * 1000),
    '/s; node µs/call',
    (c.user / n).toFixed(1),
    '+',
    (c.system / n).toFixed(1),
    'redis µs/call',
    (((r1[0]! - r0[0]!) * 10000) / n).toFixed(1),
    '+',
    (((r1[1]! - r0[1]!) * 10000) / n).toFixed(1),
  )
}
await store.close()
await server[Symbol.asyncDispose]()
