import { type BudgetGateOptions, budgetGate, priceOf, type ThresholdEvent } from '@toolgate/budget'
import { type Block, type Gate, GatedToolRunner, PolicyError } from '@toolgate/core'
import { memoryQuotaStore } from '@toolgate/quota'
import { Decimal } from 'decimal.js'
import { describe, expect, test, vi } from 'vitest'

/** A runner with a budget gate on a clock that the test moves. */
function onClock(options: BudgetGateOptions = {}, startMs = Date.UTC(2026, 0, 15, 12)) {
  let nowMs = startMs
  const store = memoryQuotaStore({ clock: () => nowMs })
  const gate = budgetGate({ store, ...options })
  const runner = new GatedToolRunner({ gates: [gate] })
  return {
    store,
    gate,
    runner,
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

const execute = () => 'done'
const hourMs = 3_600_000

describe('a fixed cost', () => {
  test('[B1] a hundred calls of 0.01 pass under 1.00, and the next is blocked', async () => {
    const { runner } = onClock()
    const tool = runner.register('search', { execute, budget: { maxSpend: '1.00', windowMs: hourMs, cost: '0.01' } })
    for (let count = 1; count <= 100; count++) expect((await tool({})).allowed).toBe(true)
    expect(await tool({})).toMatchObject({
      blockedBy: 'budget',
      reason: 'limit',
      retryAfterMs: hourMs,
      message:
        'budget of 1.00 per hour (tool `search`, principal `global`): 0.00 left, and this call costs 0.01; retry after 1 h',
    })
  })

  test.each(['0.1', 0.1, new Decimal('0.1')])(
    '[B1] three times %s passes under 0.3, and a fourth does not',
    async (cost) => {
      const { runner } = onClock()
      const tool = runner.register('search', { execute, budget: { maxSpend: 0.3, windowMs: hourMs, cost } })
      const statuses = []
      for (let count = 0; count < 4; count++) statuses.push((await tool({})).status)
      expect(statuses).toEqual(['executed', 'executed', 'executed', 'blocked'])
    },
  )

  test('says what was spent and what is left', async () => {
    const { runner } = onClock()
    const tool = runner.register('search', { execute, budget: { maxSpend: '5.00', windowMs: hourMs, cost: '0.01' } })
    expect((await tool({})).decisions.budget).toEqual({
      kind: 'allow',
      cost: '0.01',
      budgets: [
        {
          key: 'default/spend.9:3600000/tool=search/tenant=/principal=global',
          maxSpend: '5.00',
          used: '0.01',
          remaining: '4.99',
          resetAfterMs: hourMs,
        },
      ],
    })
  })

  test('that is above the limit can never pass', async () => {
    const { runner } = onClock()
    const tool = runner.register('search', {
      execute,
      budget: { maxSpend: '1', windowMs: hourMs, estimate: () => '2' },
    })
    const result = await tool({})
    expect(result.message).toContain('1 left, and this call costs 2; retrying is useless')
    expect(result.retryAfterMs).toBeUndefined()
  })

  test('[P2] of a tool that throws is given back, or charged where the policy says so', async () => {
    const { runner, gate } = onClock()
    const broken = () => Promise.reject(new Error('no'))
    const budget = { maxSpend: '1', cost: '0.1' }
    runner.register('free', { execute: broken, budget })
    runner.register('charged', { execute: broken, budget: { ...budget, onFailure: 'charge' } })
    expect((await runner.call('free')).decisions.budget).toMatchObject({ cost: '0.0', budgets: [{ used: '0.0' }] })
    expect((await runner.call('charged')).decisions.budget).toMatchObject({ cost: '0.1', budgets: [{ used: '0.1' }] })
    expect(await gate.usage({ tool: 'free' })).toMatchObject([{ spent: '0.0', held: '0.0', remaining: '1.0' }])
    expect(await gate.usage({ tool: 'charged' })).toMatchObject([{ spent: '0.1', held: '0.0', remaining: '0.9' }])
  })

  test('[P2] of a tool that was stopped is charged, since its effect is unknown', async () => {
    const { runner, gate } = onClock()
    const controller = new AbortController()
    runner.register('hangs', {
      execute: () => {
        controller.abort()
        return new Promise(() => undefined)
      },
      budget: { maxSpend: '1', cost: '0.1' },
    })
    expect((await runner.call('hangs', {}, { signal: controller.signal })).reason).toBe('aborted')
    expect(await gate.usage({ tool: 'hangs' })).toMatchObject([{ spent: '0.1' }])
  })
})

describe('an estimate and the actual cost', () => {
  const prices = { input: '0.0000025', output: '0.00001' }
  const actual = ({ tokens }: { tokens: number }) => priceOf(tokens, prices.output)

  test('[B2] holds the estimate while the tool runs, and charges what it came to', async () => {
    const { runner, gate } = onClock()
    const running = Promise.withResolvers<{ tokens: number }>()
    const tool = runner.register('ask', {
      execute: () => running.promise,
      budget: { maxSpend: '1', windowMs: hourMs, estimate: '0.6', actual },
    })
    const first = tool({})
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0.0', held: '0.6', remaining: '0.4' }])
    expect((await tool({})).message).toContain('0.4 left, and this call may cost 0.6')
    running.resolve({ tokens: 1_234 })
    expect((await first).decisions.budget).toEqual({
      kind: 'allow',
      cost: '0.01234',
      budgets: [
        {
          key: 'default/spend.9:3600000/tool=ask/tenant=/principal=global',
          maxSpend: '1.0',
          used: '0.01234',
          remaining: '0.98766',
          resetAfterMs: hourMs,
        },
      ],
    })
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0.01234', held: '0.0', remaining: '0.98766' }])
  })

  test('[B2] books a cost above its estimate in full, and says overrun', async () => {
    const { runner } = onClock()
    const tool = runner.register('ask', {
      execute: () => ({ tokens: 200_000 }),
      budget: { maxSpend: '1', estimate: '0.5', actual },
    })
    expect((await tool({})).decisions.budget).toMatchObject({
      cost: '2.0',
      overrun: true,
      budgets: [{ used: '2.0', remaining: '0.0' }],
    })
    expect((await tool({})).blockedBy).toBe('budget')
  })

  test('estimates from the call, at once or later', async () => {
    const { runner, gate } = onClock()
    const tokensOf = (args: unknown) => (args as { tokens: number }).tokens
    runner.register('now', {
      execute,
      budget: { maxSpend: '1', estimate: (call) => priceOf(tokensOf(call.arguments), '0.001') },
    })
    runner.register('later', {
      execute,
      budget: { maxSpend: '1', estimate: async (call) => priceOf(tokensOf(call.arguments), '0.001') },
    })
    for (const tool of ['now', 'later']) {
      expect((await runner.call(tool, { tokens: 400 })).decisions.budget).toMatchObject({ cost: '0.4' })
      expect((await runner.call(tool, { tokens: 700 })).blockedBy).toBe('budget')
      expect(await gate.usage({ tool })).toMatchObject([{ spent: '0.4', held: '0' }])
    }
  })

  test.each([
    ['is negative', '-1'],
    ['is not a number', Number.NaN],
    ['is not exact', 0.1 + 0.2],
    ['is nothing', undefined],
  ])('[B4] an estimate that %s can not be decided on, and takes nothing', async (_, amount) => {
    const { runner, gate } = onClock()
    const tool = runner.register('ask', { execute, budget: { maxSpend: '1', estimate: () => amount as string } })
    expect(await tool({})).toMatchObject({ status: 'blocked', blockedBy: 'budget', reason: 'unavailable' })
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0', held: '0' }])
  })

  test.each([
    ['is negative', () => '-1'],
    ['is too fine', () => '0.00000000001'],
    ['is over what can be counted', () => '99999999999'],
    [
      'throws',
      () => {
        throw new Error('no usage')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no usage'))],
  ])('[B4] an actual cost that %s charges the estimate, and says so', async (_, cost) => {
    const { runner, gate } = onClock()
    const tool = runner.register('ask', { execute, budget: { maxSpend: '1', estimate: '0.5', actual: cost } })
    const result = await tool({})
    expect(result.status).toBe('executed')
    expect(result.decisions.budget).toMatchObject({ cost: '0.5' })
    expect(result.decisions.budget?.settlementError).toContain(
      'the actual cost is unknown, so the estimate was charged: ',
    )
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0.5', held: '0.0' }])
  })

  test('[P2] of a call that failed, was stopped or was blocked', async () => {
    const { runner, gate } = onClock()
    const controller = new AbortController()
    const budget = { maxSpend: '1', estimate: '0.5', actual }
    runner.register('fails', { execute: () => Promise.reject(new Error('no')), budget })
    runner.register('hangs', {
      execute: () => {
        controller.abort()
        return new Promise(() => undefined)
      },
      budget,
    })
    await runner.call('fails')
    await runner.call('hangs', {}, { signal: controller.signal })
    expect(await gate.usage({ tool: 'fails' })).toMatchObject([{ spent: '0.0', held: '0.0' }])
    expect(await gate.usage({ tool: 'hangs' })).toMatchObject([{ spent: '0.5', held: '0.0' }])
  })

  test('[P2] [B2] of a call that was stopped is its estimate: what it returned is not known, and nobody is asked', async () => {
    const { runner, gate } = onClock()
    const asked = vi.fn(() => '0.1')
    const controller = new AbortController()
    const hangs = () => {
      controller.abort()
      return new Promise<never>(() => undefined)
    }
    runner.register('hangs', { execute: hangs, budget: { maxSpend: '1', estimate: '0.5', actual: asked } })
    await runner.call('hangs', {}, { signal: controller.signal })
    expect(asked).not.toHaveBeenCalled()
    expect(await gate.usage({ tool: 'hangs' })).toMatchObject([{ spent: '0.5', held: '0.0' }])
  })

  test('[B4] that hangs charges the estimate after the time of the gate', async () => {
    vi.useFakeTimers()
    const { runner, gate } = onClock({ timeoutMs: 50 })
    const hang = () => new Promise<string>(() => undefined)
    runner.register('ask', { execute, budget: { maxSpend: '1', estimate: '0.5', actual: hang } })
    const pending = runner.call('ask')
    await vi.advanceTimersByTimeAsync(50)
    vi.useRealTimers()
    expect((await pending).decisions.budget?.settlementError).toContain('budget.actual took longer than 50 ms')
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0.5', held: '0.0' }])
  })

  test('[P6] of a stream is taken from what its generator returned, when it has ended', async () => {
    const { runner, gate } = onClock()
    const tool = runner.register('stream', {
      execute: async function* () {
        yield 'text'
        return { tokens: 1_000 }
      },
      budget: { maxSpend: '1', estimate: '0.5', actual },
    })
    const result = await tool({})
    expect(await gate.usage({ tool: 'stream' })).toMatchObject([{ spent: '0.0', held: '0.5' }])
    if (result.allowed) for await (const _ of result.result);
    expect(await gate.usage({ tool: 'stream' })).toMatchObject([{ spent: '0.01', held: '0.0' }])
  })

  test('[B3] an estimate without an actual cost is held too, and charged when the call ends', async () => {
    const { runner, gate, advance } = onClock()
    const running = Promise.withResolvers<string>()
    runner.register('ask', {
      execute: () => running.promise,
      budget: { maxSpend: '1', estimate: '0.6', leaseMs: 1_000 },
    })
    const first = runner.call('ask')
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0.0', held: '0.6' }])
    expect((await runner.call('ask')).message).toContain(
      'this call costs 0.6; retry when one of the calls under way has',
    )
    running.resolve('done')
    expect((await first).decisions.budget).toMatchObject({ cost: '0.6', budgets: [{ used: '0.6' }] })
    advance(1_000)
    expect(await gate.usage({ tool: 'ask' })).toMatchObject([{ spent: '0.6', held: '0.0' }])
  })

  test('[B3] a hold that nobody settles is free when its lease ends', async () => {
    const { runner, gate, advance } = onClock()
    const budget = { maxSpend: '1', estimate: '1', actual, leaseMs: 5_000 }
    const controller = new AbortController()
    runner.register('hangs', { execute: () => new Promise(() => undefined), budget })
    const open = runner.call('hangs', {}, { signal: controller.signal })
    advance(4_999)
    expect(await gate.usage({ tool: 'hangs' })).toMatchObject([{ held: '1' }])
    advance(1)
    expect(await gate.usage({ tool: 'hangs' })).toMatchObject([{ held: '0', remaining: '1' }])
    controller.abort()
    await open
    expect(await gate.usage({ tool: 'hangs' })).toMatchObject([{ spent: '1', held: '0' }])
  })
})

describe('windows', () => {
  test('a rolling window frees a charge after its length', async () => {
    const { runner, advance } = onClock()
    const tool = runner.register('search', { execute, budget: { maxSpend: '1', windowMs: hourMs, cost: '1' } })
    await tool({})
    advance(hourMs - 1)
    expect((await tool({})).retryAfterMs).toBe(1)
    advance(1)
    expect((await tool({})).allowed).toBe(true)
  })

  test('a calendar month begins anew in its time zone', async () => {
    const start = Date.parse('2026-01-31T22:59:59Z')
    const { runner, advance } = onClock({}, start)
    const budget = { maxSpend: '1', calendar: 'month', timeZone: 'Europe/Berlin', cost: '1' } as const
    const tool = runner.register('search', { execute, budget })
    await tool({})
    const refused = await tool({})
    expect(refused.message).toContain('budget of 1 per month in Europe/Berlin')
    expect(refused.retryAfterMs).toBe(1_000)
    advance(1_000)
    expect((await tool({})).allowed).toBe(true)
  })

  test('without a window the budget is for ever', async () => {
    const { runner, advance } = onClock()
    const tool = runner.register('search', { execute, budget: { maxSpend: '1', cost: '1' } })
    await tool({})
    advance(1e12)
    expect((await tool({})).message).toContain('budget of 1 in all')
  })
})

describe('several levels', () => {
  const budget = {
    cost: '1',
    limits: [
      { maxSpend: '10', per: 'tenant' },
      {
        maxSpend: '4',
        per: ['tenant', (call: { metadata: Readonly<Record<string, unknown>> }) => String(call.metadata.team)],
      },
      { maxSpend: '2', per: ['tenant', 'principal'] },
    ],
  } as const

  test('[R4] all hold, and a call takes from all or from none', async () => {
    const { runner, gate } = onClock()
    runner.register('search', { execute, budget })
    const caller = (principal: string) => ({ tenant: 'acme', principal, metadata: { team: 'support' } })
    const spend = async (principal: string) => (await runner.call('search', {}, caller(principal))).message
    expect([await spend('a'), await spend('a'), await spend('b'), await spend('b')]).toEqual(Array(4).fill(undefined))
    expect(await spend('a')).toContain('budget of 4 in all (tool `search`, tenant `acme`, `support`): 0 left')
    expect(await gate.usage({ tool: 'search', ...caller('c') })).toMatchObject([
      { owner: 'tenant `acme`', maxSpend: '10', spent: '4', remaining: '6' },
      { owner: 'tool `search`, tenant `acme`, `support`', maxSpend: '4', spent: '4', remaining: '0' },
      { owner: 'tenant `acme`, principal `c`', maxSpend: '2', spent: '0', remaining: '2' },
    ])
  })

  test('settle together at what the call came to', async () => {
    const { runner, gate } = onClock()
    const { cost: _, ...levels } = budget
    runner.register('ask', { execute, budget: { ...levels, estimate: '2', actual: () => '0.5' } })
    const caller = { tenant: 'acme', principal: 'a', metadata: { team: 'support' } }
    await runner.call('ask', {}, caller)
    const usage = await gate.usage({ tool: 'ask', ...caller })
    expect(usage.map(({ spent, held }) => [spent, held])).toEqual(Array(3).fill(['0.5', '0']))
  })
})

describe('thresholds', () => {
  function watched() {
    const events: ThresholdEvent[] = []
    const on = onClock({ onThreshold: (event) => events.push(event) })
    const told = async () => {
      await new Promise(setImmediate)
      return events.splice(0).map(({ threshold, spent }) => [threshold, spent])
    }
    return { ...on, events, told }
  }

  test('are told once per window, when they are reached', async () => {
    const { runner, told, advance } = watched()
    const budget = { maxSpend: '1', windowMs: hourMs, cost: '0.2', thresholds: [0.5, 0.8, 1] }
    const tool = runner.register('search', { execute, budget })
    await tool({})
    await tool({})
    expect(await told()).toEqual([])
    await tool({})
    expect(await told()).toEqual([[0.5, '0.6']])
    await tool({})
    expect(await told()).toEqual([[0.8, '0.8']])
    await tool({})
    await tool({})
    expect(await told()).toEqual([[1, '1.0']])
    advance(hourMs)
    for (let count = 0; count < 5; count++) await tool({})
    expect(await told()).toEqual([
      [0.5, '0.6'],
      [0.8, '0.8'],
      [1, '1.0'],
    ])
  })

  test('are not told of what is only held, and not again when spending goes down and up', async () => {
    const { runner, told } = watched()
    const costs = ['0', '0.9', '0.1']
    const budget = { estimate: '0.9', actual: () => costs.shift() as string, maxSpend: '1', thresholds: [0.8] }
    const tool = runner.register('ask', { execute, budget })
    await tool({})
    expect(await told()).toEqual([])
    await tool({})
    expect(await told()).toEqual([[0.8, '0.9']])
    await tool({})
    expect(await told()).toEqual([])
  })

  test('are told of what other calls have spent, without what they hold', async () => {
    const { runner, told } = watched()
    const purse = { maxSpend: '1', per: 'principal', thresholds: [0.2, 0.8] } as const
    const running = Promise.withResolvers<string>()
    runner.register('hold', {
      execute: () => running.promise,
      budget: { ...purse, estimate: '0.7', actual: (cost) => cost },
    })
    runner.register('spend', { execute, budget: { ...purse, cost: '0.2' } })
    const open = runner.call('hold')
    await runner.call('spend')
    expect(await told()).toEqual([[0.2, '0.2']])
    running.resolve('0.6')
    await open
    expect(await told()).toEqual([[0.8, '0.8']])
  })

  test('are reached at the whole share, and not a unit sooner', async () => {
    const { runner, told } = watched()
    const budget = { maxSpend: '0.000000010', cost: '0.000000001', thresholds: [0.33] }
    const tool = runner.register('search', { execute, budget })
    for (let count = 0; count < 3; count++) await tool({})
    expect(await told()).toEqual([])
    await tool({})
    expect(await told()).toEqual([[0.33, '0.000000004']])
  })

  test('are told of an estimate that is charged in the end', async () => {
    const { runner, told } = watched()
    const budget = {
      maxSpend: '1',
      estimate: '0.8',
      actual: () => Promise.reject(new Error('no usage')),
      thresholds: [0.8],
    }
    runner.register('ask', { execute, budget })
    await runner.call('ask')
    expect(await told()).toEqual([[0.8, '0.8']])
    const controller = new AbortController()
    const hangs = () => {
      controller.abort()
      return new Promise<never>(() => undefined)
    }
    runner.register('hangs', { execute: hangs, budget })
    await runner.call('hangs', {}, { signal: controller.signal })
    expect(await told()).toEqual([[0.8, '0.8']])
  })

  test('are told when a call comes to more than its estimate', async () => {
    const { runner, told } = watched()
    const budget = { maxSpend: '1', estimate: '0.1', actual: () => '0.95', thresholds: [0.8] }
    const tool = runner.register('ask', { execute, budget })
    await tool({})
    expect(await told()).toEqual([[0.8, '0.95']])
  })

  test('[P2] are not told of a call that did not run, or that was given back', async () => {
    const { runner, gate, told } = watched()
    const refuses: Gate<'refuses', true, Block> = {
      name: 'refuses',
      compile: () => ({ check: () => ({ kind: 'block', reason: 'rule', message: 'no' }) }),
    }
    const ruled = new GatedToolRunner({ gates: [gate, refuses] })
    const budget = { maxSpend: '1', cost: '0.9', thresholds: [0.8], per: 'principal' } as const
    ruled.register('ruled', { execute, budget, refuses: true })
    runner.register('fails', { execute: () => Promise.reject(new Error('no')), budget })
    await ruled.call('ruled')
    await runner.call('fails')
    expect(await told()).toEqual([])
    runner.register('runs', { execute, budget })
    await runner.call('runs')
    expect(await told()).toEqual([[0.8, '0.9']])
  })

  test('are those of each limit, where tools have different ones on one budget', async () => {
    const { runner, told } = watched()
    const purse = { cost: '0.8', per: 'principal', thresholds: [0.8] } as const
    runner.register('small', { execute, budget: { ...purse, maxSpend: '1' } })
    runner.register('large', { execute, budget: { ...purse, maxSpend: '2' } })
    await runner.call('small')
    await runner.call('large')
    expect(await told()).toEqual([
      [0.8, '0.8'],
      [0.8, '1.6'],
    ])
  })

  test('are told once, also after the lease of a call has ended', async () => {
    const { runner, told, advance } = watched()
    const budget = { maxSpend: '1', cost: '0.8', thresholds: [0.8], leaseMs: 1_000 }
    const tool = runner.register('search', { execute, budget })
    await tool({})
    expect(await told()).toHaveLength(1)
    advance(2_000)
    const cheap = runner.register('cheap', { execute, budget: { ...budget, cost: '0.1', per: ['tool', 'principal'] } })
    await cheap({})
    await tool({})
    expect(await told()).toEqual([])
  })

  test('are not told of a dry run or a refusal', async () => {
    const { runner, told } = watched()
    runner.register('search', { execute, budget: { maxSpend: '1', cost: '1', thresholds: [0.8] } })
    await runner.check('search')
    expect(await told()).toEqual([])
    await runner.call('search')
    expect(await told()).toHaveLength(1)
    await runner.call('search')
    expect(await told()).toEqual([])
  })

  test.each([
    [
      'at once',
      (error: Error) => {
        throw error
      },
    ],
    ['later', (error: Error) => Promise.reject(error)],
  ])('say whose budget it is, and what the listener throws becomes a warning: %s', async (_, fail) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { runner } = onClock({
      onThreshold: ({ owner, tool, maxSpend, call }) => {
        return fail(new Error(`${owner} ${tool} ${maxSpend} ${call.principal}`))
      },
    })
    runner.register('search', { execute, budget: { maxSpend: '1', cost: '1', thresholds: [1] } })
    expect((await runner.call('search', {}, { principal: 'a' })).allowed).toBe(true)
    await new Promise(setImmediate)
    expect(warned.mock.calls).toEqual([['tool `search`, principal `a` search 1 a', 'Error']])
    warned.mockRestore()
  })
})

test('usage of a tool without a budget is an error that names it', async () => {
  const { gate } = onClock()
  await expect(gate.usage({ tool: 'nothing' })).rejects.toThrow(
    'usage.tool is `"nothing"`; expected a tool that was registered with a budget of this gate',
  )
})

test.each([
  [{}, 'usage.tool is `undefined`; expected a string that is not empty'],
  [{ tool: 'search', principal: '' }, 'usage.principal is `""`; expected a string that is not empty'],
  [
    { tool: 'search', princpal: 'a' },
    'usage.princpal is `"a"`; expected no such field; there are tool, runner, principal',
  ],
])('usage of %j is an error that names the field', async (scope, message) => {
  const { gate } = onClock()
  await expect(gate.usage(scope as never)).rejects.toThrow(message)
})

test('[B1] counts in the decimals that the gate was given', async () => {
  const { runner, gate } = onClock({ scale: 2 })
  const tool = runner.register('bulk', {
    execute,
    budget: { maxSpend: '90071992547409.91', cost: '90071992547409.90' },
  })
  expect((await tool({})).allowed).toBe(true)
  expect(await gate.usage({ tool: 'bulk' })).toMatchObject([{ remaining: '0.01' }])
  const fine = () => runner.register('fine', { execute, budget: { maxSpend: '1', cost: '0.001' } })
  expect(fine).toThrow('has 3 decimals and the budget counts 2')
})

describe('a policy that can not be used names the tool, the field, the value and the mend', () => {
  const good = { maxSpend: '5.00', cost: '0.01' }
  test.each([
    [{}, 'budget.cost is `undefined`; expected an amount, such as "0.01", or an `estimate`'],
    [{ cost: '0.01' }, 'budget.maxSpend is `undefined`; expected an amount, such as "5.00"'],
    [{ ...good, maxSpend: -1 }, 'budget.maxSpend is `-1`; expected an amount of 0 or more, such as "5.00"'],
    [{ ...good, cost: '0.00000000001' }, 'has 11 decimals and the budget counts 9'],
    [{ ...good, cost: Number.NaN }, 'budget.cost is `NaN`; expected an amount of 0 or more'],
    [{ ...good, windowMs: -1 }, 'budget.windowMs is `-1`; expected a whole number of 1 or more'],
    [{ ...good, windowMs: 0.5 }, 'budget.windowMs is `0.5`; expected a whole number of 1 or more'],
    [{ ...good, calendar: 'year' }, 'budget.calendar is `"year"`; expected one of "day", "week", "month"'],
    [{ ...good, calendar: 'day', windowMs: 5 }, 'budget.calendar is `"day"`; expected no `windowMs` beside it'],
    [{ ...good, timeZone: 'UTC' }, 'budget.timeZone is `"UTC"`; expected a `calendar` beside it'],
    [
      { ...good, calendar: 'day', timeZone: 'Mars' },
      'budget.timeZone is `"Mars"`; expected the IANA name of a time zone',
    ],
    [{ ...good, estimate: '1' }, 'budget.estimate is `"1"`; expected no `cost` beside it'],
    [{ ...good, actual: (): string => '1' }, 'expected an `estimate` beside it instead of a `cost`'],
    [
      { maxSpend: '5', actual: (): string => '1' },
      'budget.actual is `function actual`; expected an `estimate` beside it, which is held while the tool runs',
    ],
    [
      { maxSpend: '1', cost: '2' },
      'budget.maxSpend is `"1"`; expected at least what a call takes, which is 2: no call could',
    ],
    [{ maxSpend: '1', estimate: '2' }, 'expected at least what a call takes, which is 2: no call could ever pass'],
    [{ cost: '2', limits: [{ maxSpend: '1' }] }, 'budget.limits[0].maxSpend is `"1"`; expected at least what a call'],
    [{ maxSpend: '5', estimate: 'much' }, 'budget.estimate is `"much"`; expected an amount of 0 or more'],
    [{ ...good, onFailure: 'refund' }, 'budget.onFailure is `"refund"`; expected one of "release", "charge"'],
    [{ ...good, maxspend: '5' }, 'budget.maxspend is `"5"`; expected no such field; there are '],
    [
      { ...good, thresholds: [80] },
      'budget.thresholds is `[80]`; expected a list of different shares over 0 and up to 1',
    ],
    [{ ...good, thresholds: [0.8] }, 'budget.thresholds is `[0.8]`; expected an `onThreshold` on budgetGate()'],
    [{ cost: '1', limits: [{ maxSpend: '5' }, { per: 'tenant' }] }, 'budget.limits[1].maxSpend is `undefined`'],
    [{ cost: '1', limits: [{ maxSpend: '5' }, { maxSpend: '9' }] }, 'two of these are one quota'],
  ])('%j', (budget, message) => {
    const runner = new GatedToolRunner({ gates: [budgetGate()] })
    const register = () => runner.register('search', { execute, budget: budget as never })
    expect(register).toThrow(PolicyError)
    expect(register).toThrow('tool `search`: ')
    expect(register).toThrow(message)
  })

  test.each([
    [{ scale: 16 }, 'budgetGate.scale is `16`; expected a whole number from 0 to 15'],
    [{ onThreshold: 5 }, 'budgetGate.onThreshold is `5`; expected a function'],
    [{ budget: 5 }, 'budgetGate.budget is `5`; expected no such field'],
  ])('of the gate itself: %j', (options, message) => {
    expect(() => budgetGate(options as never)).toThrow(message)
  })
})
