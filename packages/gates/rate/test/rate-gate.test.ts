import { GatedToolRunner, PolicyError } from '@toolgate/core'
import { memoryQuotaStore } from '@toolgate/quota'
import { type RateGate, type RatePolicy, rateGate } from '@toolgate/rate'
import { describe, expect, test } from 'vitest'

/** A runner with a rate gate on a clock that the test moves. */
function onClock() {
  let nowMs = 1_000_000
  const store = memoryQuotaStore({ clock: () => nowMs })
  const runner = new GatedToolRunner({ gates: [rateGate({ store })] })
  return {
    store,
    runner,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

const execute = () => 'done'

describe('maxCalls', () => {
  test('[R1] admits so many calls in any window, and says what is left', async () => {
    const { runner, advance } = onClock()
    const tool = runner.register('search', { execute, rate: { maxCalls: 2, windowMs: 60_000 } })
    expect((await tool({})).decisions.rate).toEqual({
      kind: 'allow',
      quotas: [
        {
          quota: 'maxCalls',
          key: 'default/calls:60000/tool=search/tenant=/principal=global',
          limit: 2,
          used: 1,
          remaining: 1,
          resetAfterMs: 60_000,
        },
      ],
    })
    advance(20_000)
    await tool({})
    const result = await tool({})
    expect(result).toMatchObject({
      status: 'blocked',
      blockedBy: 'rate',
      reason: 'limit',
      retryAfterMs: 40_000,
      message: 'rate limit of 2 calls per minute (tool `search`, principal `global`): 0 left; retry after 40 s',
      decisions: { rate: { quota: 'maxCalls' } },
    })
    advance(39_999)
    expect((await tool({})).status).toBe('blocked')
    advance(1)
    expect((await tool({})).status).toBe('executed')
  })

  test('without a window counts for ever, and says that retrying is useless', async () => {
    const { runner, advance } = onClock()
    const tool = runner.register('deploy', { execute, rate: { maxCalls: 1 } })
    await tool({})
    advance(1e12)
    const result = await tool({})
    expect(result.message).toContain('rate limit of 1 call in all')
    expect(result.message).toMatch(/retrying is useless$/)
    expect(result.retryAfterMs).toBeUndefined()
  })

  test('[P2] a tool that throws keeps its slot', async () => {
    const { runner } = onClock()
    const tool = runner.register('fails', {
      execute: () => Promise.reject(new Error('no')),
      rate: { maxCalls: 1, windowMs: 1_000 },
    })
    expect((await tool({})).status).toBe('failed')
    expect((await tool({})).blockedBy).toBe('rate')
  })

  test('counts a call by its weight', async () => {
    const { runner } = onClock()
    const heavy = runner.register('heavy', { execute, rate: { maxCalls: 10, windowMs: 1_000, weight: 4 } })
    await heavy({})
    await heavy({})
    expect((await heavy({})).message).toContain('2 left, and this call counts for 4; retry after 1 s')
  })

  test('weighs each call by a function, and can not decide on what is no weight', async () => {
    const { runner } = onClock()
    const weight = ({ arguments: args }: { arguments: unknown }) => (args as { pages: number }).pages
    runner.register('fetch', { execute, rate: { maxCalls: 10, windowMs: 1_000, weight } })
    expect((await runner.call('fetch', { pages: 7 })).allowed).toBe(true)
    expect((await runner.call('fetch', { pages: 4 })).reason).toBe('limit')
    expect((await runner.call('fetch', { pages: 0 })).allowed).toBe(true)
    expect((await runner.call('fetch', { pages: 11 })).message).toContain('retrying is useless')
    for (const pages of [0.5, -1, Number.NaN, '3', undefined]) {
      const result = await runner.call('fetch', { pages })
      expect(result.reason).toBe('unavailable')
      expect(result.message).toContain('expected a whole number of 0 or more')
    }
    expect((await runner.call('fetch', { pages: 3 })).allowed).toBe(true)
  })
})

test('[R1] cooldownMs is the shortest time between two calls', async () => {
  const { runner, advance } = onClock()
  const tool = runner.register('mail', { execute, rate: { cooldownMs: 5_000 } })
  await tool({})
  advance(4_999)
  expect(await tool({})).toMatchObject({ retryAfterMs: 1, decisions: { rate: { quota: 'cooldownMs' } } })
  advance(1)
  expect((await tool({})).allowed).toBe(true)
})

describe('maxInFlight', () => {
  test('bounds the calls under way, and frees a call however it ends', async () => {
    const { runner } = onClock()
    const calls: PromiseWithResolvers<string>[] = []
    const tool = runner.register('slow', {
      execute: () => {
        calls.push(Promise.withResolvers())
        return (calls.at(-1) as PromiseWithResolvers<string>).promise
      },
      rate: { maxInFlight: 2 },
    })
    const [one, two] = [tool({}), tool({})]
    const third = await tool({})
    expect(third.message).toBe(
      'rate limit of 2 calls at the same time (tool `slow`, principal `global`): 0 left; retry when one of the calls under way has ended',
    )
    expect(third.retryAfterMs).toBeUndefined()
    calls[0]?.resolve('done')
    calls[1]?.reject(new Error('no'))
    expect([(await one).status, (await two).status]).toEqual(['executed', 'failed'])
    const again = [tool({}), tool({})]
    for (const call of calls) call.resolve('done')
    for (const call of again) expect((await call).allowed).toBe(true)
  })

  test('[B3] frees a call whose end nobody tells when its lease ends', async () => {
    const { runner, advance } = onClock()
    runner.register('bounded', {
      execute: () => new Promise(() => undefined),
      timeoutMs: 60_000,
      rate: { maxInFlight: 1 },
    })
    runner.register('unbounded', { execute: () => new Promise(() => undefined), rate: { maxInFlight: 1 } })
    runner.register('leased', { execute: () => new Promise(() => undefined), rate: { maxInFlight: 1, leaseMs: 1_000 } })
    const controller = new AbortController()
    const open = ['bounded', 'unbounded', 'leased'].map((tool) => runner.call(tool, {}, { signal: controller.signal }))
    const admits = async () => {
      const checks = await Promise.all(['bounded', 'unbounded', 'leased'].map((tool) => runner.check(tool)))
      return checks.map(({ allowed }) => allowed)
    }
    advance(999)
    expect(await admits()).toEqual([false, false, false])
    advance(1)
    expect(await admits()).toEqual([false, false, true])
    advance(69_000)
    expect(await admits()).toEqual([true, false, true])
    advance(230_000)
    expect(await admits()).toEqual([true, true, true])
    controller.abort()
    await Promise.all(open)
  })
})

describe('several limits', () => {
  test('[R4] all hold, and a call takes from all or from none', async () => {
    const { runner } = onClock()
    const limits = [
      { maxCalls: 3, windowMs: 60_000, per: 'tenant' },
      { maxCalls: 10, windowMs: 60_000, per: ['tenant', 'principal'] },
    ] as const
    runner.register('search', { execute, rate: { maxCalls: 2, windowMs: 60_000, per: 'principal', limits } })
    const call = (principal: string) => runner.call('search', {}, { principal, tenant: 'acme' })
    await call('a')
    await call('a')
    expect((await call('a')).message).toContain('(principal `a`)')
    await call('b')
    const result = await call('c')
    expect(result.message).toContain('(tenant `acme`)')
    const { decisions } = await runner.check('search', {}, { principal: 'c', tenant: 'other' })
    expect((decisions.rate as { quotas: unknown }).quotas).toMatchObject([{ used: 0 }, { used: 0 }, { used: 0 }])
  })

  test('may stand in the list alone', async () => {
    const { runner } = onClock()
    const tool = runner.register('search', { execute, rate: { limits: [{ cooldownMs: 5 }, { maxInFlight: 3 }] } })
    expect((await tool({})).decisions.rate).toMatchObject({
      quotas: [{ quota: 'cooldownMs' }, { quota: 'maxInFlight' }],
    })
  })

  test('one quota is shared by the tools that are limited per the same', async () => {
    const { runner } = onClock()
    const rate: RatePolicy = { maxCalls: 2, windowMs: 1_000, per: 'principal' }
    runner.register('one', { execute, rate })
    runner.register('two', { execute, rate })
    await runner.call('one')
    await runner.call('two')
    expect((await runner.call('one')).allowed).toBe(false)
  })

  test('the same call with the same arguments can be limited by itself', async () => {
    const { runner } = onClock()
    runner.register('search', { execute, rate: { maxCalls: 1, windowMs: 60_000, per: ['principal', 'tool', 'args'] } })
    expect((await runner.call('search', { q: 'a', n: 1 })).allowed).toBe(true)
    expect((await runner.call('search', { n: 1, q: 'a' })).message).toContain('these arguments')
    expect((await runner.call('search', { q: 'b', n: 1 })).allowed).toBe(true)
  })
})

test('[R1] principals, tenants, tools and runners have quotas of their own', async () => {
  const store = memoryQuotaStore()
  const runners = ['one', 'two'].map((name) => new GatedToolRunner({ name, gates: [rateGate({ store })] }))
  for (const runner of runners) {
    for (const tool of ['a', 'b']) runner.register(tool, { execute, rate: { maxCalls: 1, windowMs: 60_000 } })
  }
  for (const runner of runners) {
    for (const tool of ['a', 'b']) {
      for (const caller of [{}, { principal: 'x' }, { principal: 'x', tenant: 't' }]) {
        expect((await runner.call(tool, {}, caller)).allowed).toBe(true)
        expect((await runner.call(tool, {}, caller)).blockedBy).toBe('rate')
      }
    }
  }
})

test('a dry run takes nothing', async () => {
  const { runner } = onClock()
  runner.register('search', { execute, rate: { maxCalls: 1, windowMs: 1_000, maxInFlight: 1 } })
  for (let time = 0; time < 3; time++) expect((await runner.check('search')).allowed).toBe(true)
  expect((await runner.call('search')).allowed).toBe(true)
  expect(await runner.check('search')).toMatchObject({ allowed: false, blockedBy: 'rate', retryAfterMs: 1_000 })
})

test('[P4] a store that is down is not a limit that is reached', async () => {
  const down = async () => Promise.reject(new Error('connection refused'))
  const store = { acquire: down, settle: down, peek: down }
  for (const onError of ['block', 'allow'] as const) {
    const runner = new GatedToolRunner({ gates: [rateGate({ store, onError })] })
    const tool = runner.register('search', { execute, rate: { maxCalls: 1, windowMs: 1_000 } })
    const result = await tool({})
    expect(result.allowed).toBe(onError === 'allow')
    expect(result.decisions.rate).toMatchObject({ kind: onError, reason: 'unavailable' })
    expect(result.decisions.rate?.message).toContain('the rate gate could not decide: connection refused')
  }
})

test('[P2] a gate that wraps this one can check, preview and settle through it', async () => {
  const store = memoryQuotaStore()
  const weekdays: RateGate = {
    name: 'rate',
    compile: (tool, policy) => {
      const { check, preview, settle } = rateGate({ store }).compile(tool, policy)
      return { check, ...(preview && { preview }), ...(settle && { settle }) }
    },
  }
  const runner = new GatedToolRunner({ gates: [weekdays] })
  runner.register('tool', { execute, rate: { maxCalls: 2, maxInFlight: 1 } })
  expect((await runner.check('tool')).allowed).toBe(true)
  expect((await runner.call('tool')).allowed).toBe(true)
  const stopped = await runner.call('tool', {}, { signal: AbortSignal.abort() })
  expect(stopped.blockedBy).toBe('abort')
  expect((await runner.call('tool')).allowed).toBe(true)
  expect(await runner.call('tool')).toMatchObject({ blockedBy: 'rate', decisions: { rate: { quota: 'maxCalls' } } })
})

test('in shadow mode counts and records, and blocks nothing', async () => {
  const runner = new GatedToolRunner({ gates: [rateGate({ mode: 'shadow' })] })
  const tool = runner.register('search', { execute, rate: { maxCalls: 1, windowMs: 60_000 } })
  await tool({})
  const result = await tool({})
  expect(result.allowed).toBe(true)
  expect(result.decisions.rate).toMatchObject({ kind: 'block', reason: 'limit', shadow: true })
})

describe('a policy that can not be used names the tool, the field, the value and the mend', () => {
  test.each([
    [{}, 'rate.maxCalls is `undefined`; expected one of maxCalls, cooldownMs and maxInFlight'],
    [5, 'rate is `5`; expected an object'],
    [{ maxCalls: 0.5 }, 'rate.maxCalls is `0.5`; expected a whole number of 1 or more'],
    [{ maxCalls: Number.NaN }, 'rate.maxCalls is `NaN`; expected a whole number of 1 or more'],
    [{ maxCalls: '5' }, 'rate.maxCalls is `"5"`; expected a whole number of 1 or more'],
    [{ maxCalls: 5, windowMs: -1 }, 'rate.windowMs is `-1`; expected a whole number of 1 or more'],
    [{ windowMs: 1_000 }, 'rate.maxCalls is `undefined`; expected a whole number, since there is a windowMs'],
    [{ cooldownMs: 0 }, 'rate.cooldownMs is `0`; expected a whole number of 1 or more'],
    [{ maxInFlight: -2 }, 'rate.maxInFlight is `-2`; expected a whole number of 1 or more'],
    [{ maxCalls: 5, leaseMs: 0.1 }, 'rate.leaseMs is `0.1`; expected a whole number of 1 or more'],
    [{ maxCalls: 5, weight: 6 }, 'rate.maxCalls is `5`; expected at least the weight of a call, which is 6'],
    [{ maxCalls: 5, weight: 0 }, 'rate.weight is `0`; expected a whole number of 1 or more'],
    [{ maxCals: 5 }, 'rate.maxCals is `5`; expected no such field; there are maxCalls, windowMs, cooldownMs'],
    [{ maxCalls: 5, window: 5 }, 'rate.window is `5`; expected no such field; there are '],
    [
      {
        maxCalls: 2,
        windowMs: 1_000,
        limits: [{ maxCalls: 2, windowMs: 1_000, per: ['tool', 'tenant', 'principal'] }],
      },
      'two of these are one quota',
    ],
    [
      { maxCalls: 5, per: 'agent' },
      'rate.per is `"agent"`; expected tool, tenant, principal, session, run, args, a function of a call',
    ],
    [{ limits: {} }, 'rate.limits is `{}`; expected a list of limits'],
    [{ limits: [{ maxCalls: 5 }, { maxCall: 5 }] }, 'rate.limits[1].maxCall is `5`; expected no such field'],
    [{ limits: [{ maxCalls: 5 }, {}] }, 'rate.limits[1].maxCalls is `undefined`; expected one of'],
    [{ maxCalls: 5, limits: [{ maxCalls: 9 }] }, 'two of these are one quota'],
  ])('%j', (rate, message) => {
    const runner = new GatedToolRunner({ gates: [rateGate()] })
    const register = () => runner.register('search', { execute, rate: rate as never })
    expect(register).toThrow(PolicyError)
    expect(register).toThrow(`tool \`search\`: `)
    expect(register).toThrow(message)
  })

  test.each([
    [{ mode: 'watch' }, 'rateGate.mode is `"watch"`; expected one of "enforce", "shadow"'],
    [{ onError: 'ignore' }, 'rateGate.onError is `"ignore"`; expected one of "block", "allow"'],
    [{ timeoutMs: 2 ** 31 }, 'rateGate.timeoutMs is `2147483648`; expected a whole number from 1 to 2147483647'],
    [{ store: {} }, 'rateGate.store is `{}`; expected a quota store, such as memoryQuotaStore()'],
    [{ stores: [] }, 'rateGate.stores is `[]`; expected no such field; there are '],
  ])('of the gate itself: %j', (options, message) => {
    expect(() => rateGate(options as never)).toThrow(message)
  })
})
