import { PolicyError } from '@toolgate/core'
import { type AmountClaim, type CallsClaim, type Claim, QuotaRequestError } from '@toolgate/quota'
import { type RedisQuotaStore, type RedisQuotaStoreOptions, redisQuotaStore } from '@toolgate/redis'
import { type RedisServer, startRedis } from '@toolgate/redis-server'
import type { Redis } from 'ioredis'
import { budgetGate, GatedToolRunner, rateGate } from 'toolgate'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let server: RedisServer
let client: Redis
let store: RedisQuotaStore

beforeAll(async () => {
  server = await startRedis()
  client = server.client()
})
beforeEach(async () => {
  await client.flushall()
  await client.config('RESETSTAT')
  store = redisQuotaStore({ url: server.url })
})
afterEach(() => store.close())
afterAll(async () => {
  client.disconnect()
  await server[Symbol.asyncDispose]()
})

const quota = 'q'

const forever = { kind: 'forever' } as const
const day = { kind: 'calendar', unit: 'day', timeZone: 'UTC' } as const
const rolling = { kind: 'rolling', windowMs: 3_600_000 } as const

function calls(limit: number, key = 'c', units = 1): CallsClaim {
  return { kind: 'calls', quota, key, limit, units, windowMs: 3_600_000 }
}

function amount(limit: number, units: number, key = 'a', held = false): AmountClaim {
  return { kind: 'amount', quota, key, limit, units, window: rolling, held }
}

/** How often a command was run since the last reset, by scripts or by itself. */
async function commands(): Promise<Record<string, number>> {
  const stats = await client.info('commandstats')
  const counted = [...stats.matchAll(/cmdstat_([^:|]+):calls=(\d+)/g)]
  return Object.fromEntries(counted.map(([, name, count]) => [name as string, Number(count)]))
}

const writes = ['lpush', 'lset', 'rpush', 'ltrim', 'del', 'zadd', 'zrem', 'zremrangebyscore', 'set', 'pexpire']

describe('a request', () => {
  test('[R4] of any number of quotas is one script, and a refusal writes nothing', async () => {
    const claims = [calls(5), calls(5, 'd'), amount(30, 10), amount(99, 10, 'b', true)]
    const flying: Claim = { kind: 'inFlight', quota, key: 'f', limit: 5, units: 1 }
    await store.acquire({ claims: [...claims, flying] })
    await client.config('RESETSTAT')
    const verdict = await store.acquire({ claims: [...claims, amount(5, 10, 'never'), flying] })
    expect(verdict).toMatchObject({ admitted: false, refused: 4, isFinal: true })
    const counted = await commands()
    expect((counted.evalsha ?? 0) + (counted.eval ?? 0)).toBe(1)
    for (const name of writes) expect(counted[name], name).toBeUndefined()
  })

  test('for a call of fixed cost through a runner is one trip in all, whatever becomes of the call', async () => {
    const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
    runner.register('search', {
      execute: () => 'done',
      rate: { maxCalls: 3, windowMs: 60_000, limits: [{ maxCalls: 9, windowMs: 3_600_000, per: 'principal' }] },
      budget: { maxSpend: '1', cost: '0.1', limits: [{ maxSpend: '9', calendar: 'day', per: 'tenant' }] },
    })
    const results = []
    for (let call = 0; call < 4; call++) results.push(await runner.call('search', {}, { tenant: 'acme' }))
    expect(results.map(({ status }) => status)).toEqual(['executed', 'executed', 'executed', 'blocked'])
    const counted = await commands()
    expect((counted.evalsha ?? 0) + (counted.eval ?? 0)).toBe(4)
  })

  test('[B1] is compared to the last unit, at the largest sums that there are', async () => {
    const most = Number.MAX_SAFE_INTEGER
    expect(await store.acquire({ claims: [amount(most, most - 1)] })).toMatchObject({ admitted: true })
    expect(await store.acquire({ claims: [amount(most, 2)] })).toMatchObject({ admitted: false })
    const verdict = await store.acquire({ claims: [amount(most, 1)] })
    expect(verdict.reports[0]).toMatchObject({ used: most, remaining: 0 })
    await expect(store.acquire({ claims: [amount(most + 1, 1)] })).rejects.toThrow(QuotaRequestError)
  })

  test('for a key that Redis could not tell from another is an error, and takes nothing', async () => {
    const claims = [calls(5), calls(5, 'principal=\ud800')]
    await expect(store.acquire({ claims })).rejects.toThrow('half a surrogate pair')
    expect(await client.dbsize()).toBe(0)
  })

  test('has all keys under one hash tag, that of its tenant', async () => {
    const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
    runner.register('ask', {
      execute: () => 'done',
      rate: { maxCalls: 3, windowMs: 60_000, maxInFlight: 2 },
      budget: { maxSpend: '1', estimate: '0.1' },
    })
    await runner.call('ask', {}, { tenant: 'a{b}:c', principal: '{agent}', callId: 'call {1}' })
    const keys = await client.keys('*')
    expect(keys.length).toBeGreaterThan(2)
    for (const key of keys) expect(key).toMatch(/^toolgate:\{a%7Bb%7D:c\}:/)
  })

  test('of stores with different prefixes counts apart', async () => {
    await using other = redisQuotaStore({ url: server.url, prefix: 'other' })
    await store.acquire({ claims: [calls(1)] })
    expect(await other.acquire({ claims: [calls(1)] })).toMatchObject({ admitted: true })
    expect(await store.acquire({ claims: [calls(1)] })).toMatchObject({ admitted: false })
  })
})

describe('requests that are made at the same time', () => {
  test('[R1] [B1] go to Redis together, and each is decided on by itself, in order', async () => {
    const requests = Array.from({ length: 100 }, (_, index) => [calls(30), amount(1_000, index < 50 ? 10 : 40)])
    const verdicts = await Promise.all(requests.map((claims) => store.acquire({ claims })))
    const counted = await commands()
    expect((counted.evalsha ?? 0) + (counted.eval ?? 0)).toBeLessThan(20)
    expect(verdicts.map(({ admitted }) => admitted)).toEqual(requests.map((_, index) => index < 30))
    expect(verdicts.slice(0, 30).map(({ reports }) => reports.map(({ used }) => used))).toEqual(
      Array.from({ length: 30 }, (_, index) => [index + 1, (index + 1) * 10]),
    )
    for (const verdict of verdicts.slice(30)) {
      expect(verdict).toMatchObject({ refused: 0, reports: [{ used: 30, remaining: 0 }, { used: 300 }] })
    }
  })

  test('[S1] do not fail for what is wrong with one of them', async () => {
    await client.set('toolgate:{-}:calls.3600000:wrong', 'something else')
    const keys = ['a', 'b', 'wrong', 'c', 'a']
    const answers = await Promise.allSettled(keys.map((key) => store.acquire({ claims: [calls(9, key)] })))
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(answers[2]).toMatchObject({ reason: { message: expect.stringContaining('holds something else') } })
    expect((await store.peek([calls(9, 'a', 0)])).reports[0]?.used).toBe(2)
  })

  test('[R3] wait as long as they would alone', async () => {
    const weighted = [calls(10, 'c', 4), calls(10, 'c', 7), amount(5, 1), amount(5, 5)]
    const verdicts = await Promise.all(weighted.map((claim) => store.acquire({ claims: [claim] })))
    expect(verdicts.map(({ admitted }) => admitted)).toEqual([true, false, true, false])
    for (const verdict of [verdicts[1], verdicts[3]]) {
      const waitMs = verdict?.admitted === false ? (verdict.retryAfterMs ?? 0) : 0
      expect(waitMs).toBeLessThanOrEqual(3_600_000)
      expect(waitMs).toBeGreaterThan(3_590_000)
    }
  })
})

describe('a clock of Redis that goes back', () => {
  test('[R1] [S2] stands still until it is where it was', async () => {
    let nowMs = Date.UTC(2026, 4, 20, 12)
    await using clocked = redisQuotaStore({ url: server.url, clock: () => nowMs })
    const claims = [calls(3), amount(30, 10)]
    await clocked.acquire({ claims })
    nowMs -= 3_600_000
    const verdict = await clocked.acquire({ claims })
    expect(verdict.reports.map(({ used, resetAfterMs }) => [used, resetAfterMs])).toEqual([
      [2, 3_600_000],
      [20, 3_600_000],
    ])
    nowMs += 2 * 3_600_000
    expect((await clocked.acquire({ claims })).reports.map(({ used }) => used)).toEqual([1, 10])
  })
})

describe('clocks of quotas that were charged at different times', () => {
  test('[R1] [B3] are each its own: what one has seen of the future ends nothing of another', async () => {
    let nowMs = Date.UTC(2026, 4, 20, 12)
    await using clocked = redisQuotaStore({ url: server.url, clock: () => nowMs })
    const minute: Claim = { ...calls(1, 'minute'), windowMs: 60_000 }
    const flying: Claim = { kind: 'inFlight', quota, key: 'f', limit: 1, units: 1 }
    const held = amount(10, 10, 'held', true)
    await clocked.acquire({ claims: [calls(9)] })
    nowMs -= 120_000
    await clocked.acquire({ claims: [minute, flying, held], leaseMs: 60_000 })
    for (const claim of [minute, flying, held]) {
      expect(await clocked.acquire({ claims: [claim] }), claim.key).toMatchObject({ admitted: false })
      expect(await clocked.acquire({ claims: [calls(9), claim] }), claim.key).toMatchObject({
        admitted: false,
        refused: 1,
      })
    }
    const both = await clocked.acquire({ claims: [calls(9), calls(9, 'other')] })
    if (both.admitted) await clocked.settle(both.hold, ['release', 'release'])
    const { reports } = await clocked.peek([calls(9), calls(9, 'other')])
    expect(reports.map(({ used }) => used)).toEqual([1, 0])
  })
})

describe('a call that Redis has forgotten', () => {
  test('[P2] gives back nothing of others, and leaves the sum right', async () => {
    let nowMs = Date.UTC(2026, 4, 20, 12)
    await using clocked = redisQuotaStore({ url: server.url, clock: () => nowMs })
    const claims = [{ ...calls(10), windowMs: 1_000 }]
    const take = async () => clocked.acquire({ claims })
    for (let call = 0; call < 4; call++) await take()
    nowMs += 600
    const lost = await take()
    const [key] = await client.keys('*')
    await client.lpop(key as string)
    nowMs += 10
    await take()
    nowMs += 500
    if (lost.admitted) await clocked.settle(lost.hold, ['release'])
    expect((await clocked.peek([{ ...claims[0], units: 0 } as Claim])).reports[0]?.used).toBe(1)
  })
})

describe('an operator', () => {
  async function callsOf(...principals: string[]): Promise<void> {
    const runner = new GatedToolRunner({ name: 'main', gates: [rateGate({ store }), budgetGate({ store })] })
    runner.register('search/web', {
      execute: () => 'done',
      rate: { maxCalls: 2, windowMs: 60_000 },
      budget: { maxSpend: '5', calendar: 'day', timeZone: 'Europe/Berlin', cost: '0.5' },
    })
    for (const principal of principals) await runner.call('search/web', {}, { principal, tenant: 'acme' })
  }

  test('sees how the quotas of a scope stand', async () => {
    await callsOf('agent:1', 'agent:1', 'agent:2')
    const usage = await store.usage({ runner: 'main', tool: 'search/web', principal: 'agent:1' })
    expect(usage.toSorted((one, other) => (one.kind < other.kind ? -1 : 1))).toMatchObject([
      { kind: 'calls.60000', used: 2, held: 0 },
      { kind: 'spend.day.Europe%2FBerlin', used: 1_000_000_000, held: 0 },
    ])
    expect(await store.usage({ tenant: 'acme' })).toHaveLength(4)
    expect(await store.usage({ tenant: 'other' })).toEqual([])
  })

  test('resets the quotas of a scope, and no others', async () => {
    await callsOf('agent:1', 'agent:1', 'agent:2')
    expect(await store.reset({ principal: 'agent:1' })).toBe(2)
    expect(await store.usage({ principal: 'agent:1' })).toEqual([])
    expect(await store.usage({ principal: 'agent:2' })).toHaveLength(2)
  })

  test('[B2] does not lose what a call under way comes to when its budget is reset', async () => {
    const verdict = await store.acquire({ claims: [amount(100, 60, 'default/spend/tenant=acme', true)] })
    await store.reset({ tenant: 'acme' })
    expect(verdict.admitted && (await store.settle(verdict.hold, [{ units: 45 }]))).toMatchObject([{ used: 45 }])
  })

  test.each([forever, day, rolling])(
    '[B1] who resets a budget (%j) gives nothing back of what was spent since',
    async (window) => {
      const fixed = (units: number): AmountClaim => ({ ...amount(10, units, 'default/spend/tenant=acme'), window })
      const before = await store.acquire({ claims: [fixed(5)] })
      expect(await store.reset({ tenant: 'acme' })).toBe(1)
      await store.acquire({ claims: [fixed(10)] })
      expect(before.admitted && (await store.settle(before.hold, ['release']))).toMatchObject([{ used: 10 }])
      expect(await store.acquire({ claims: [fixed(1)] })).toMatchObject({ admitted: false })
    },
  )

  test('[B1] gives nothing back of what was spent since, also where the clock has gone back meanwhile', async () => {
    let nowMs = Date.UTC(2026, 4, 20, 12)
    await using clocked = redisQuotaStore({ url: server.url, clock: () => nowMs })
    const fixed = (units: number) => amount(100, units, 'default/spend/tenant=acme')
    const before = await clocked.acquire({ claims: [fixed(60)] })
    await clocked.reset({ tenant: 'acme' })
    nowMs -= 1_000
    await clocked.acquire({ claims: [fixed(50)] })
    expect(before.admitted && (await clocked.settle(before.hold, ['release']))).toMatchObject([{ used: 50 }])
  })

  test('[B2] [B3] leaves no hold behind without its lease, however often calls come in between', async () => {
    const claims = [amount(1_000, 10, 'default/spend/tenant=acme', true)]
    let isOver = false
    const work = async () => {
      while (!isOver) {
        const verdict = await store.acquire({ claims, leaseMs: 60_000 })
        if (verdict.admitted) await store.settle(verdict.hold, ['release'])
      }
    }
    const workers = Promise.all(Array.from({ length: 10 }, work))
    for (let time = 0; time < 100; time++) await store.reset({ tenant: 'acme' })
    isOver = true
    await workers
    expect((await store.peek(claims)).reports).toMatchObject([{ used: 0, held: 0 }])
  })

  test('finds and resets quotas whatever their partition was made of, and passes over foreign keys', async () => {
    const partitionBy = ({ quota }: Claim) => quota
    await using apart = redisQuotaStore({ url: server.url, partitionBy })
    await apart.acquire({ claims: [amount(100, 30, 'default/spend/tenant=acme', true)] })
    await client.set('toolgate:{-}:spend.day.Europe%2FNowhere:default/spend/tenant=acme', 'foreign')
    expect(await store.usage({ tenant: 'acme' })).toMatchObject([{ used: 30, held: 30 }])
    expect(await store.reset({ tenant: 'acme' })).toBe(1)
    expect(await client.keys('*')).toEqual(['toolgate:{-}:spend.day.Europe%2FNowhere:default/spend/tenant=acme'])
  })

  test.each([{}, { principal: '' }, { princpal: 'agent:1' }])('is told that %j names nothing', async (scope) => {
    await expect(store.usage(scope as never)).rejects.toThrow(PolicyError)
    await expect(store.reset(scope as never)).rejects.toThrow(PolicyError)
  })
})

describe('a refusal that is remembered here', () => {
  test('[R2] is answered without Redis until a retry may pass, with what is left of the wait', async () => {
    await using local = redisQuotaStore({ url: server.url, localRefusal: true })
    await local.acquire({ claims: [calls(1)] })
    const first = await local.acquire({ claims: [calls(1)] })
    await client.config('RESETSTAT')
    for (let time = 0; time < 50; time++) {
      const again = await local.acquire({ claims: [calls(1)], id: `call ${time}` })
      expect(again).toMatchObject({ admitted: false, refused: 0, isFinal: false })
      expect(!again.admitted && again.retryAfterMs).toBeLessThanOrEqual(first.admitted ? 0 : (first.retryAfterMs ?? 0))
    }
    const counted = await commands()
    expect(counted.evalsha).toBeUndefined()
  })

  test('is not one for a call that asks for something else, and ends with a reset', async () => {
    await using local = redisQuotaStore({ url: server.url, localRefusal: true })
    await local.acquire({ claims: [calls(1)] })
    expect(await local.acquire({ claims: [calls(1)] })).toMatchObject({ admitted: false })
    expect(await local.acquire({ claims: [calls(2)] })).toMatchObject({ admitted: true })
    expect(await local.acquire({ claims: [calls(2)] })).toMatchObject({ admitted: false })
    await local.reset({ runner: 'c' })
    expect(await local.acquire({ claims: [calls(2)] })).toMatchObject({ admitted: true })
  })

  test('does not outlive its wait', async () => {
    await using local = redisQuotaStore({ url: server.url, localRefusal: true })
    const brief: Claim = { ...calls(1), windowMs: 30 }
    await local.acquire({ claims: [brief] })
    const verdicts = []
    do verdicts.push(await local.acquire({ claims: [brief] }))
    while (verdicts.at(-1)?.admitted === false && verdicts.length < 100_000)
    expect(verdicts.at(-1)).toMatchObject({ admitted: true })
  })
})

describe('an option that can not be used is an error that names it', () => {
  test.each<[string, unknown, string]>([
    ['nothing', {}, 'redisQuotaStore.url'],
    ['both', { url: 'redis://127.0.0.1', client: {} }, 'redisQuotaStore.client'],
    ['no URL', { url: 'localhost' }, 'redisQuotaStore.url'],
    ['a URL of something else', { url: 'http://127.0.0.1' }, 'redisQuotaStore.url'],
    ['no client', { client: { defineCommand: 1 } }, 'redisQuotaStore.client'],
    ['a prefix with braces', { url: 'redis://127.0.0.1', prefix: 'a{b}' }, 'redisQuotaStore.prefix'],
    ['a time-out of nothing', { url: 'redis://127.0.0.1', commandTimeoutMs: 0 }, 'redisQuotaStore.commandTimeoutMs'],
    ['a partition', { url: 'redis://127.0.0.1', partitionBy: 'principal' }, 'redisQuotaStore.partitionBy'],
    ['a word', { url: 'redis://127.0.0.1', localRefusal: 'yes' }, 'redisQuotaStore.localRefusal'],
    ['a misspelt one', { url: 'redis://127.0.0.1', prefx: 'a' }, 'redisQuotaStore.prefx'],
  ])('%s', (_, options, field) => {
    expect(() => redisQuotaStore(options as RedisQuotaStoreOptions)).toThrow(expect.objectContaining({ field }))
  })

  test('and does not show a URL, which may hold a password', () => {
    const url = 'http://user:secret@127.0.0.1'
    expect(() => redisQuotaStore({ url })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    )
  })
})
