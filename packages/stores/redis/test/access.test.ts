import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { redisQuotaStore } from '@toolgate/redis'
import { startRedis } from '@toolgate/redis-server'
import { budgetGate, GatedToolRunner, rateGate } from 'toolgate'
import { expect, test } from 'vitest'

/** The rights that docs/redis.md gives to a user for the store. */
function documentedRights(): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/redis.md'), 'utf8')
  const [, rights] = /^ACL SETUSER toolgate ([^`]*)```/m.exec(page) ?? []
  return (rights as string).trim().split(/\s+/)
}

test('the rights that the docs give to a user are all that the store needs', async () => {
  await using server = await startRedis()
  const admin = server.client()
  await admin.call('ACL', 'SETUSER', 'toolgate', ...documentedRights())
  await using store = redisQuotaStore({ url: `redis://toolgate:password@127.0.0.1:${server.port}` })
  const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
  runner.register('ask', {
    execute: () => '0.05',
    rate: { maxCalls: 9, windowMs: 60_000, maxInFlight: 2, weight: (call) => (call.metadata.weight as number) ?? 1 },
    budget: { maxSpend: '1', windowMs: 60_000, estimate: '0.1', actual: (cost) => cost },
  })
  for (const [callId, weight] of [undefined, 'one', 'two'].entries()) {
    await runner.call('ask', {}, { metadata: { weight: callId + 1 }, ...(weight && { callId: weight }) })
  }
  expect(await runner.call('ask', {}, { metadata: { weight: 4 } })).toMatchObject({
    blockedBy: 'rate',
    reason: 'limit',
  })
  const verdict = await store.acquire({
    claims: [{ kind: 'calls', quota: 'q', key: 'released/calls', limit: 9, units: 1, windowMs: 60_000 }],
  })
  if (verdict.admitted) await store.settle(verdict.hold, ['release'])
  expect((await store.usage({ tool: 'ask' })).map(({ used }) => used)).toEqual(expect.arrayContaining([150_000_000, 6]))
  expect(await store.reset({ tool: 'ask' })).toBeGreaterThan(0)
  // Newer servers know one more command by which a client names itself, and older ones no right to it.
  expect(JSON.stringify(await admin.call('ACL', 'LOG'))).not.toMatch(/"object","(?!client\|setinfo)/)
  admin.disconnect()
})
