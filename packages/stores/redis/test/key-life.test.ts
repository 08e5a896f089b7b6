import type { Admitted, Claim } from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'
import { type RedisServer, startRedis, until } from '@toolgate/redis-server'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let server: RedisServer
let client: Redis
let runs = 0

beforeAll(async () => {
  server = await startRedis()
  client = server.client()
})
afterAll(async () => {
  client.disconnect()
  await server[Symbol.asyncDispose]()
})

const keepForeverMs = 50_000_000
const windowMs = fc.constantFrom(1, 100, 1_000, 60_000, 3_600_000, 86_400_000, 2_592_000_000)
const limit = fc.constantFrom(1, 2, 10)
const quota = 'q'

const claim: fc.Arbitrary<Claim> = fc.oneof(
  // A cooldown is a limit of one.
  fc.record({
    kind: fc.constant('calls' as const),
    quota: fc.constant(quota),
    key: fc.constant('c'),
    limit,
    units: fc.constantFrom(1, 2),
    windowMs,
  }),
  fc.record({
    kind: fc.constant('inFlight' as const),
    quota: fc.constant(quota),
    key: fc.constant('f'),
    limit,
    units: fc.constant(1),
  }),
  fc.record({
    kind: fc.constant('amount' as const),
    quota: fc.constant(quota),
    key: fc.constant('a'),
    limit: fc.constantFrom(10, 100),
    units: fc.integer({ min: 1, max: 10 }),
    window: fc.oneof(
      windowMs.map((ms) => ({ kind: 'rolling' as const, windowMs: ms })),
      fc.constant({ kind: 'forever' as const }),
      fc.constant({ kind: 'calendar' as const, unit: 'day' as const, timeZone: 'Europe/Berlin' }),
    ),
    held: fc.boolean(),
  }),
)
const step = fc.record({
  claims: fc.array(claim, { minLength: 1, maxLength: 3 }),
  leaseMs: fc.constantFrom(1, 1_000, 600_000),
  hasId: fc.boolean(),
  idleMs: fc.constantFrom(0, 1, 99, 100, 30_000, 3_599_999, 3_600_000, 90_000_000),
  isSettled: fc.boolean(),
})

/** How long each key of a prefix has to live, in milliseconds. */
async function lives(prefix: string): Promise<Map<string, number>> {
  const keys = await client.keys(`${prefix}:*`)
  const left = await Promise.all(keys.map((key) => client.pttl(key)))
  return new Map(keys.map((key, index) => [key, left[index] as number]))
}

/** The longest that a key of a claim may matter. */
function mostMs(claim: Claim, leaseMs: number): number {
  if (claim.kind === 'inFlight') return leaseMs
  if (claim.kind === 'calls') return claim.windowMs ?? keepForeverMs
  if (claim.window.kind === 'forever') return keepForeverMs
  return claim.window.kind === 'rolling' ? claim.window.windowMs : 90_000_000
}

describe('keys', () => {
  test('[R1] [B1] none lives for ever, and none is forgotten before all it counts has left its window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        let nowMs = Date.UTC(2026, 4, 20, 12)
        const prefix = `life${runs++}`
        await using store = redisQuotaStore({ url: server.url, prefix, keepForeverMs, clock: () => nowMs })
        let longestMs = 0
        for (const [index, { claims, leaseMs, hasId, idleMs, isSettled }] of steps.entries()) {
          const id = hasId ? `call ${index}` : undefined
          const verdict = await store.acquire({ claims, leaseMs, id })
          if (verdict.admitted) {
            longestMs = Math.max(longestMs, leaseMs + 60_000, ...claims.map((one) => mostMs(one, leaseMs)))
            await expectKept(prefix, claims, verdict)
            if (isSettled)
              await store.settle(
                verdict.hold,
                claims.map(() => 'keep'),
              )
          }
          for (const [key, leftMs] of await lives(prefix)) {
            expect(leftMs, key).toBeGreaterThan(0)
            expect(leftMs, key).toBeLessThanOrEqual(longestMs * 1.25 + 1_001)
          }
          nowMs += idleMs
        }
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test('a cooldown holds for exactly its length, however long nothing else happens', async () => {
    for (const cooldownMs of [1, 1_000, 3_600_000, 86_400_000]) {
      let nowMs = Date.UTC(2026, 4, 20, 12)
      await using store = redisQuotaStore({ url: server.url, prefix: `cooldown${cooldownMs}`, clock: () => nowMs })
      const claims: Claim[] = [{ kind: 'calls', quota, key: 'c', limit: 1, units: 1, windowMs: cooldownMs }]
      for (let time = 0; time < 3; time++) {
        expect((await store.acquire({ claims })).admitted).toBe(true)
        nowMs += cooldownMs - 1
        expect(await store.acquire({ claims })).toMatchObject({ admitted: false, retryAfterMs: 1 })
        nowMs += 1
      }
    }
  })

  test('are gone by themselves when nobody asks any more', async () => {
    await using store = redisQuotaStore({ url: server.url, prefix: 'gone' })
    const claims: Claim[] = [
      { kind: 'calls', quota, key: 'c', limit: 5, units: 1, windowMs: 20 },
      { kind: 'inFlight', quota, key: 'f', limit: 5, units: 1 },
      { kind: 'amount', quota, key: 'a', limit: 5, units: 1, window: { kind: 'rolling', windowMs: 20 }, held: true },
    ]
    await store.acquire({ claims, leaseMs: 20, id: 'call' })
    expect((await lives('gone')).size).toBe(5)
    await until('all keys are gone', async () => (await lives('gone')).size === 0)
  })
})

/** Each quota's key lives at least until the quota is free, or until the lease ends. */
async function expectKept(prefix: string, claims: readonly Claim[], { reports }: Admitted): Promise<void> {
  const all = [...(await lives(prefix))]
  for (const [index, { key, resetAfterMs }] of reports.entries()) {
    const { kind } = claims[index] as Claim
    const stem = { calls: 'calls', inFlight: 'inflight', amount: 'spend' }[kind]
    const ofQuota = all.filter(([name]) => name.endsWith(`:${key}`) && name.includes(`:${stem}`))
    expect(Math.max(...ofQuota.map(([, leftMs]) => leftMs)), `${kind} ${key}`).toBeGreaterThanOrEqual(resetAfterMs ?? 1)
  }
}
