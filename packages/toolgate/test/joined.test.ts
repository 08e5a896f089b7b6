import {
  budgetGate,
  GatedToolRunner,
  memoryQuotaStore,
  type QuotaStore,
  type RateGateOptions,
  rateGate,
  ruleGate,
  type ToolCall,
} from 'toolgate'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

/** The result of a call, after some time has passed. */
async function after<Result>(ms: number, call: Promise<Result>): Promise<Result> {
  await vi.advanceTimersByTimeAsync(ms)
  return call
}

/** A store that takes at once, and answers when it is told to. */
function slowStore() {
  const store = memoryQuotaStore()
  const answers: (() => void)[] = []
  const slow: QuotaStore = {
    acquire: (request) => {
      const verdict = store.acquire(request)
      return new Promise((resolve) => answers.push(() => resolve(verdict)))
    },
    settle: (hold, settlements) => store.settle(hold, settlements),
    peek: (claims) => store.peek(claims),
  }
  return { slow, answers }
}

const settled = () => new Promise(setImmediate)
const execute = () => 'done'

describe('a call id of the caller', () => {
  const rate = { maxCalls: 5 }
  const budget = { maxSpend: '1', cost: '0.1' }

  test('[P4] is one call at each gate, also where they stand apart on one store', async () => {
    const apart = new GatedToolRunner({ gates: [rateGate(), ruleGate(), budgetGate()] })
    apart.register('tool', { execute, rate, rule: { rules: [() => true] }, budget })
    expect((await apart.call('tool', {}, { callId: 'call_1' })).status).toBe('executed')
    const shadow = new GatedToolRunner({ gates: [rateGate({ mode: 'shadow' }), budgetGate()] })
    shadow.register('tool', { execute, rate, budget })
    expect((await shadow.call('tool', {}, { callId: 'call_1' })).status).toBe('executed')
  })

  test('is one call of each runner, where several share a store', async () => {
    const store = memoryQuotaStore()
    const ends: (() => void)[] = []
    const calls = ['a', 'b'].map((name) => {
      const runner = new GatedToolRunner({ name, gates: [rateGate({ store })] })
      runner.register('tool', { execute: () => new Promise<void>((resolve) => ends.push(resolve)), rate })
      return runner.call('tool', {}, { callId: 'call_1' })
    })
    for (const end of ends) end()
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(['executed', 'executed'])
  })

  test('[R1] [B2] is not given back by the late answer to an attempt that a later one has followed', async () => {
    const { slow, answers } = slowStore()
    const budgets = budgetGate({ store: slow })
    const runner = new GatedToolRunner({ gates: [rateGate({ store: slow }), budgets] })
    const ends: (() => void)[] = []
    runner.register('tool', {
      execute: () => new Promise<void>((resolve) => ends.push(resolve)),
      rate: { maxInFlight: 1 },
      budget: { maxSpend: '1', cost: '1' },
    })
    const controller = new AbortController()
    const first = runner.call('tool', {}, { callId: 'call_1', signal: controller.signal })
    controller.abort()
    expect((await first).reason).toBe('aborted')
    const retried = runner.call('tool', {}, { callId: 'call_1' })
    await settled()
    answers[1]?.()
    await settled()
    answers[0]?.()
    await settled()
    const other = runner.call('tool', {}, { callId: 'call_2' })
    await settled()
    answers[2]?.()
    expect((await other).blockedBy).toBe('rate')
    ends[0]?.()
    expect((await retried).status).toBe('executed')
    expect(await budgets.usage({ tool: 'tool' })).toMatchObject([{ spent: '1', held: '0' }])
  })

  test('[P2] [B2] of a repetition that is blocked gives nothing back of the call that runs, on whatever runner', async () => {
    const gates = [rateGate(), budgetGate(), ruleGate()] as const
    const ends: (() => void)[] = []
    const call = (isBad: boolean) => {
      const runner = new GatedToolRunner({ gates })
      runner.register('pay', {
        execute: () => new Promise<void>((resolve) => ends.push(resolve)),
        rate: { maxCalls: 1, windowMs: 60_000 },
        budget: { maxSpend: '10', cost: '10' },
        rule: { rules: [({ metadata }) => metadata.isBad !== true] },
      })
      return runner.call('pay', {}, { callId: 'call_1', metadata: { isBad } })
    }
    const first = call(false)
    for (const isBad of [true, false]) expect((await call(isBad)).reason).toBe('duplicate_call')
    ends[0]?.()
    expect((await first).status).toBe('executed')
    expect(ends).toHaveLength(1)
    expect(await gates[1].usage({ tool: 'pay' })).toMatchObject([{ spent: '10', held: '0' }])
    expect((await call(false)).blockedBy).toBe('rate')
  })

  test('[P2] [B2] that another process repeats gives nothing back there when it is blocked', async () => {
    // What two processes share is the store: no gate, and no runner.
    const store = memoryQuotaStore()
    const ends: (() => void)[] = []
    const inProcess = (isBad: boolean) => {
      const runner = new GatedToolRunner({ gates: [budgetGate({ store }), ruleGate()] })
      runner.register('pay', {
        execute: () => new Promise<void>((resolve) => ends.push(resolve)),
        budget: { maxSpend: '10', cost: '10' },
        rule: { rules: [() => !isBad] },
      })
      return runner.call('pay', {}, { callId: 'call_1' })
    }
    const first = inProcess(false)
    expect((await inProcess(true)).blockedBy).toBe('rule')
    ends[0]?.()
    expect((await first).decisions.budget).toMatchObject({ cost: '10', budgets: [{ used: '10' }] })
    expect((await inProcess(false)).blockedBy).toBe('budget')
  })

  describe('[P2] is given back when all of its attempts came to nothing', () => {
    /** A store whose answers the test gives, and a runner with a fixed cost on it. */
    function attempted() {
      const store = memoryQuotaStore()
      const requests: { take: () => void; fail: () => void }[] = []
      const slow: QuotaStore = {
        acquire: (request) => {
          return new Promise((resolve, reject) => {
            requests.push({ take: () => resolve(store.acquire(request)), fail: () => reject(new Error('reset')) })
          })
        },
        settle: (hold, settlements) => store.settle(hold, settlements),
        peek: (claims) => store.peek(claims),
      }
      const budget = budgetGate({ store: slow, timeoutMs: 30 })
      const runner = new GatedToolRunner({ gates: [budget] })
      runner.register('pay', { execute, budget: { maxSpend: '10', cost: '4' } })
      const call = () => runner.call('pay', {}, { callId: 'call_1' })
      const spent = async () => (await budget.usage({ tool: 'pay' }))[0]?.spent
      return { requests, call, spent }
    }

    test('also when the later attempt failed before the earlier one was answered', async () => {
      const { requests, call, spent } = attempted()
      expect((await after(30, call())).reason).toBe('unavailable')
      const second = call()
      requests[1]?.fail()
      expect((await second).reason).toBe('unavailable')
      requests[0]?.take()
      await settled()
      expect(await spent()).toBe('0')
    })

    test('also when an attempt reaches the store after the later one has run', async () => {
      const { requests, call, spent } = attempted()
      expect((await after(30, call())).reason).toBe('unavailable')
      const second = call()
      requests[1]?.take()
      expect((await second).status).toBe('executed')
      requests[0]?.take()
      await settled()
      expect(await spent()).toBe('4')
    })

    test('also when both are answered after their time', async () => {
      const { requests, call, spent } = attempted()
      expect((await after(30, call())).reason).toBe('unavailable')
      expect((await after(30, call())).reason).toBe('unavailable')
      requests[1]?.take()
      requests[0]?.take()
      await settled()
      expect(await spent()).toBe('0')
    })
  })

  describe('[B1] [B2] never lets one charge serve two runs', () => {
    /** A store of which the test settles, or fails to, what is to be settled. */
    function settling() {
      const store = memoryQuotaStore()
      const settlements: { go: () => void; fail: () => void }[] = []
      const slow: QuotaStore = {
        acquire: (request) => store.acquire(request),
        settle: (hold, how) => {
          return new Promise((resolve, reject) => {
            settlements.push({ go: () => resolve(store.settle(hold, how)), fail: () => reject(new Error('reset')) })
          })
        },
        peek: (claims) => store.peek(claims),
      }
      const budget = budgetGate({ store: slow, timeoutMs: 30 })
      const runner = new GatedToolRunner({ gates: [budget, ruleGate()] })
      const rules = [({ metadata }: ToolCall) => metadata.isBad !== true]
      runner.register('pay', { execute, budget: { maxSpend: '10', cost: '1' }, rule: { rules } })
      const call = (isBad = false) => runner.call('pay', {}, { callId: 'call_1', metadata: { isBad } })
      const usage = async () => (await budget.usage({ tool: 'pay' }))[0]
      return { settlements, call, usage }
    }

    test('while the first is still being settled', async () => {
      const { settlements, call, usage } = settling()
      const first = await after(30, call())
      expect(first.decisions.budget?.settlementError).toContain('settling took longer than 30 ms')
      expect((await after(30, call())).status).toBe('executed')
      for (const { go } of settlements) go()
      await settled()
      expect(await usage()).toMatchObject({ spent: '2', held: '0' })
    })

    test('when the first could not be settled', async () => {
      const { settlements, call, usage } = settling()
      for (let count = 0; count < 5; count++) {
        const running = call()
        await settled()
        settlements[count]?.fail()
        expect((await running).decisions.budget?.settlementError).toBe('reset')
      }
      expect(await usage()).toMatchObject({ spent: '5' })
    })

    test('when none could be settled, and the lease of the first has ended before that of the second', async () => {
      let nowMs = 0
      const store = memoryQuotaStore({ clock: () => nowMs })
      const failing: QuotaStore = {
        acquire: (request) => store.acquire(request),
        settle: () => {
          throw new Error('reset')
        },
        peek: (claims) => store.peek(claims),
      }
      const budget = budgetGate({ store: failing })
      const runner = new GatedToolRunner({ gates: [budget] })
      runner.register('pay', { execute, budget: { maxSpend: '10', cost: '1', leaseMs: 1_000 } })
      for (const waitMs of [0, 500, 500, 0]) {
        nowMs += waitMs
        await vi.advanceTimersByTimeAsync(waitMs)
        expect((await runner.call('pay', {}, { callId: 'call_1' })).status).toBe('executed')
      }
      expect(await budget.usage({ tool: 'pay' })).toMatchObject([{ spent: '4' }])
    })

    test('while what a stopped attempt took is on its way back', async () => {
      const { settlements, call, usage } = settling()
      const stopped = call(true)
      await vi.advanceTimersByTimeAsync(30)
      expect((await stopped).blockedBy).toBe('rule')
      const running = call()
      await settled()
      for (const { go } of settlements) go()
      await settled()
      expect((await running).status).toBe('executed')
      expect(await usage()).toMatchObject({ spent: '1', held: '0' })
    })
  })

  test('[B2] is one for the runners that share a gate, whichever of them is answered late', async () => {
    const { slow, answers } = slowStore()
    const budget = budgetGate({ store: slow })
    const ends: (() => void)[] = []
    const call = (signal?: AbortSignal) => {
      const runner = new GatedToolRunner({ gates: [budget] })
      const wait = () => new Promise<void>((resolve) => ends.push(resolve))
      runner.register('pay', { execute: wait, budget: { maxSpend: '1', cost: '1' } })
      return runner.call('pay', {}, { callId: 'call_1', ...(signal && { signal }) })
    }
    const controller = new AbortController()
    const first = call(controller.signal)
    controller.abort()
    expect((await first).reason).toBe('aborted')
    const second = call()
    await settled()
    answers[1]?.()
    await settled()
    answers[0]?.()
    await settled()
    expect(await budget.usage({ tool: 'pay' })).toMatchObject([{ remaining: '0' }])
    ends[0]?.()
    expect((await second).status).toBe('executed')
    expect(await budget.usage({ tool: 'pay' })).toMatchObject([{ spent: '1', held: '0' }])
  })

  test('[P2] is given back by a late answer that nobody waits for', async () => {
    const { slow, answers } = slowStore()
    const runner = new GatedToolRunner({ gates: [rateGate({ store: slow, timeoutMs: 1 })] })
    runner.register('tool', { execute, rate: { maxInFlight: 1 } })
    expect(await after(1, runner.call('tool', {}, { callId: 'call_1' }))).toMatchObject({
      blockedBy: 'rate',
      reason: 'unavailable',
    })
    answers[0]?.()
    await settled()
    const next = runner.call('tool', {}, { callId: 'call_2' })
    answers[1]?.()
    expect((await next).status).toBe('executed')
  })

  test('[P4] leaves nothing behind when the store fails: the next attempt is a new one', async () => {
    const store = memoryQuotaStore()
    let isDown = true
    const flaky: QuotaStore = {
      acquire: async (request) => {
        if (isDown) throw new Error('the store is down')
        return store.acquire(request)
      },
      settle: (hold, settlements) => store.settle(hold, settlements),
      peek: (claims) => store.peek(claims),
    }
    const runner = new GatedToolRunner({ gates: [rateGate({ store: flaky })] })
    runner.register('tool', { execute, rate: { maxInFlight: 1 } })
    expect((await runner.call('tool', {}, { callId: 'call_1' })).reason).toBe('unavailable')
    isDown = false
    expect((await runner.call('tool', {}, { callId: 'call_1' })).status).toBe('executed')
    expect((await runner.call('tool', {}, { callId: 'call_1' })).status).toBe('executed')
  })
})

describe('gates that are asked together fail as if they were asked one by one', () => {
  const hang = () => new Promise<string>(() => undefined)

  function joined(rateOptions: RateGateOptions, onError: 'block' | 'allow') {
    const store = memoryQuotaStore()
    return new GatedToolRunner({
      gates: [rateGate({ store, ...rateOptions }), budgetGate({ store, onError, timeoutMs: 20 })],
    })
  }

  test('[P4] what one of them waits for does not use up the time of another', async () => {
    const runner = joined({ timeoutMs: 1 }, 'block')
    const estimate = () => new Promise<string>((resolve) => setTimeout(resolve, 5, '0.1'))
    runner.register('tool', { execute, rate: { maxCalls: 1 }, budget: { maxSpend: '1', estimate } })
    expect((await after(5, runner.call('tool'))).status).toBe('executed')
    expect((await after(5, runner.call('tool'))).blockedBy).toBe('rate')
  })

  test('[P4] what hangs is the failure of its own gate, which fails as it was told to', async () => {
    const runner = joined({}, 'allow')
    runner.register('tool', { execute, rate: { maxCalls: 1 }, budget: { maxSpend: '1', estimate: hang } })
    expect(await after(20, runner.call('tool'))).toMatchObject({
      status: 'executed',
      decisions: { rate: { kind: 'allow', quotas: [{ used: 1 }] }, budget: { kind: 'allow', reason: 'unavailable' } },
    })
    expect((await after(20, runner.call('tool'))).blockedBy).toBe('rate')
    const strict = joined({ onError: 'allow' }, 'block')
    strict.register('tool', { execute, rate: { maxCalls: 1 }, budget: { maxSpend: '1', estimate: hang } })
    expect(await after(20, strict.call('tool'))).toMatchObject({ blockedBy: 'budget', reason: 'unavailable' })
  })

  test('[B3] what each of them holds is held for its own lease', async () => {
    let nowMs = 0
    const store = memoryQuotaStore({ clock: () => nowMs })
    const runner = new GatedToolRunner({ gates: [rateGate({ store }), budgetGate({ store })] })
    runner.register('tool', {
      execute: hang,
      rate: { maxInFlight: 1, leaseMs: 1_000 },
      budget: { maxSpend: '1', estimate: '0.5', actual: () => '0.1', leaseMs: 60_000 },
    })
    const controllers = [new AbortController(), new AbortController(), new AbortController()] as const
    const calls = [runner.call('tool', {}, { signal: controllers[0].signal })]
    await settled()
    nowMs = 1_000
    calls.push(runner.call('tool', {}, { signal: controllers[1].signal }))
    await settled()
    nowMs = 2_000
    expect((await runner.call('tool')).blockedBy).toBe('budget')
    for (const controller of controllers) controller.abort()
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(['failed', 'failed'])
  })
})

test('[R1] gates that are installed on several runners keep their quotas, as for a runner made for each request', async () => {
  const gates = [rateGate(), budgetGate()] as const
  const call = (name: string) => {
    const runner = new GatedToolRunner({ name, gates })
    runner.register('tool', { execute, rate: { maxCalls: 1 }, budget: { maxSpend: '1', cost: '0.1' } })
    return runner.call('tool')
  }
  expect((await call('web')).status).toBe('executed')
  expect((await call('web')).blockedBy).toBe('rate')
  expect((await call('other')).status).toBe('executed')
  expect(await gates[1].usage({ tool: 'tool', runner: 'web' })).toMatchObject([{ spent: '0.1' }])
  await expect(gates[1].usage({ tool: 'tool' })).rejects.toThrow(
    'usage.runner is `undefined`; expected one of the runners that have such a tool: "web", "other"',
  )
})
