import type { Claim } from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'
import type { RedisServer } from '@toolgate/redis-server'

export interface RedisMemoryUse {
  readonly name: string
  /** What Redis takes for all keys of one quota, the keys themselves included. */
  readonly bytes: number
}

const key = 'default/calls:3600000/tool=search/tenant=acme/principal=agent:research'

/** What the keys of one quota take in Redis, when it is as full as it can be. */
export async function redisMemoryUse(server: RedisServer): Promise<RedisMemoryUse[]> {
  const rows: RedisMemoryUse[] = []
  for (const limit of [10, 100, 1_000, 10_000]) {
    const claim: Claim = { kind: 'calls', quota: 'maxCalls', key, limit, units: 1, windowMs: 3_600_000 }
    rows.push({ name: `calls per window, ${limit} in the window`, bytes: await bytesOf(server, claim, limit, 1) })
  }
  const window = { kind: 'rolling', windowMs: 3_600_000 } as const
  const amount = { kind: 'amount', quota: 'maxSpend', key, limit: 1e15, units: 1e7, held: false } as const
  const forever: Claim = { ...amount, window: { kind: 'forever' } }
  rows.push(
    { name: 'money, for ever or in a calendar period', bytes: await bytesOf(server, forever, 100, 1) },
    { name: 'money, rolling, in 1 slice of 60', bytes: await bytesOf(server, { ...amount, window }, 100, 1) },
    { name: 'money, rolling, in all slices', bytes: await bytesOf(server, { ...amount, window }, 1_000, 6_100) },
    {
      name: 'money, each hold beside it',
      bytes: (await bytesOf(server, { ...amount, window, held: true }, 1_000, 1)) / 1_000,
    },
    {
      name: 'calls in flight, each',
      bytes: (await bytesOf(server, { kind: 'inFlight', quota: 'f', key, limit: 1_000, units: 1 }, 1_000, 1)) / 1_000,
    },
  )
  return rows
}

async function bytesOf(server: RedisServer, claim: Claim, calls: number, stepMs: number): Promise<number> {
  const client = server.client()
  await client.flushall()
  let nowMs = Date.now()
  const store = redisQuotaStore({ url: server.url, clock: () => nowMs })
  for (let call = 0; call < calls; call++) {
    await store.acquire({ claims: [claim], leaseMs: 3_600_000 })
    nowMs += stepMs
  }
  const keys = await client.keys('*')
  const sizes = await Promise.all(keys.map((name) => client.memory('USAGE', name, 'SAMPLES', 0)))
  await store.close()
  client.disconnect()
  return sizes.reduce((sum: number, bytes) => sum + Number(bytes), 0)
}
