import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type AuditGate,
  type DecisionEvent,
  GatedToolRunner,
  type GateResult,
  StreamAbandonedError,
  type ToolCall,
} from '@toolgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { named } from './gates.ts'

/** What throws when it is looked at: as an error, as a result, and as a decision. */
const hostile: [string, () => unknown][] = [
  [
    'an error whose message throws',
    () => {
      const refuse = () => {
        throw new Error('not for you')
      }
      return Object.defineProperties(new Error(), { message: { get: refuse }, name: { get: refuse } })
    },
  ],
  [
    'a proxy that throws',
    () => {
      const trap = () => {
        throw new Error('not for you')
      }
      return new Proxy(
        {},
        { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap },
      )
    },
  ],
  ['a function whose name is no string', () => Object.defineProperty(() => 1, 'name', { value: Symbol('s') })],
  [
    'an object whose fields throw',
    () => ({
      get kind(): string {
        throw new Error('not for you')
      },
    }),
  ],
]

function recorded() {
  const results: GateResult<unknown>[] = []
  const audit: AuditGate<never> = {
    name: 'audit',
    compile: () => ({ begin: () => undefined, end: (_call, result) => void results.push(result) }),
  }
  const gate = named('one')
  return { results, gate, runner: new GatedToolRunner({ gates: [gate], audit }) }
}

describe.each(hostile)('%s', (_, make) => {
  test('[P5] [P3] thrown by a tool is a failure, settled and recorded', async () => {
    const { runner, gate, results } = recorded()
    runner.register('tool', { execute: () => Promise.reject(make()), one: {} })
    for (let time = 0; time < 2; time++) {
      expect((await runner.call('tool', {}, { callId: 'call_1' })).status).toBe('failed')
    }
    expect(gate.log).toEqual(['one?', 'one failed', 'one?', 'one failed'])
    expect(results).toHaveLength(2)
  })

  test('[P5] returned by a tool ends the call, settled and recorded', async () => {
    const { runner, gate, results } = recorded()
    const value = make()
    runner.register('tool', { execute: () => value, one: {} })
    const result = await runner.call('tool', {}, { callId: 'call_1' })
    expect(['executed', 'failed']).toContain(result.status)
    expect(gate.log).toHaveLength(2)
    expect(results).toHaveLength(1)
    expect((await runner.call('tool', {}, { callId: 'call_1' })).reason).not.toBe('duplicate_call')
  })

  test.each([
    ['thrown', (thrown: unknown) => Promise.reject(thrown)],
    ['returned', (returned: unknown) => returned],
  ])('[P4] %s by a gate blocks, and what earlier gates took is given back', async (_how, answer) => {
    const first = named('first')
    const runner = new GatedToolRunner({ gates: [first, named('one')] })
    runner.register('tool', { execute: () => 1, first: {}, one: { check: () => answer(make()) as never } })
    expect(await runner.call('tool')).toMatchObject({ status: 'blocked', blockedBy: 'one', reason: 'unavailable' })
    expect(first.log).toEqual(['first?', 'first blocked'])
  })

  test('[P5] left by a gate when it settles does not reject the call', async () => {
    const { runner, results } = recorded()
    runner.register('tool', { execute: () => 'done', one: { settle: () => Promise.resolve(make()) as never } })
    runner.register('throws', { execute: () => 'done', one: { settle: () => Promise.reject(make()) } })
    expect((await runner.call('tool')).result).toBe('done')
    expect((await runner.call('throws')).result).toBe('done')
    expect(results).toHaveLength(2)
  })

  test('[P3] as the reason of an abort ends a stream, settled and recorded', async () => {
    const { runner, gate, results } = recorded()
    const controller = new AbortController()
    const never = async function* () {
      yield 1
      await new Promise(() => undefined)
    }
    runner.register('stream', { execute: never, one: {} })
    const result = await runner.call('stream', {}, { signal: controller.signal })
    expect(result.status).toBe('executed')
    controller.abort(make())
    await new Promise(setImmediate)
    expect(gate.log).toEqual(['one?', 'one aborted'])
    expect(results).toMatchObject([{ status: 'failed', reason: 'aborted' }])
  })
})

test('[P5] a clock that throws rejects the call, and does not throw at the caller', async () => {
  const clock = () => {
    throw new Error('no time')
  }
  await expect(new GatedToolRunner({ clock }).call('tool')).rejects.toThrow('no time')
})

describe('what nobody may wait for', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('an input schema that hangs is given up after its time, or when the caller gives up', async () => {
    const runner = new GatedToolRunner()
    const input = z.object({}).refine(() => new Promise<boolean>(() => undefined))
    runner.register('tool', { input, execute: () => 1 })
    const late = runner.call('tool', {}, { callId: 'call_1' })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await late).toMatchObject({ blockedBy: 'input', message: expect.stringContaining('validating took longer') })
    const controller = new AbortController()
    const aborted = runner.call('tool', {}, { callId: 'call_1', signal: controller.signal })
    controller.abort()
    expect(await aborted).toMatchObject({ blockedBy: 'abort', reason: 'aborted' })
  })

  test('a record that hangs while it begins does not keep the caller from giving up', async () => {
    const audit: AuditGate<never> = {
      name: 'audit',
      compile: () => ({ begin: () => new Promise(() => undefined), end: () => undefined }),
    }
    const runner = new GatedToolRunner({ audit })
    const execute = vi.fn()
    runner.register('tool', { execute })
    const controller = new AbortController()
    const call = runner.call('tool', {}, { signal: controller.signal })
    await vi.advanceTimersByTimeAsync(10)
    controller.abort()
    expect(await call).toMatchObject({ blockedBy: 'abort', reason: 'aborted' })
    expect(execute).not.toHaveBeenCalled()
  })
})

describe('an abort between the last gate and the tool', () => {
  test('[P2] keeps the tool from running, and gives back what was taken', async () => {
    const controller = new AbortController()
    const gate = named('one')
    const runner = new GatedToolRunner({ name: 'aborts', gates: [gate] })
    const execute = vi.fn()
    runner.register('tool', { execute, one: {} })
    const abort = (event: unknown) => (event as DecisionEvent).runner === 'aborts' && controller.abort()
    subscribe('toolgate:decision', abort)
    const result = await runner.call('tool', {}, { signal: controller.signal })
    unsubscribe('toolgate:decision', abort)
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'abort', reason: 'aborted' })
    expect(execute).not.toHaveBeenCalled()
    expect(gate.log).toEqual(['one?', 'one blocked'])
  })

  test('[P6] ends a stream that its tool returns meanwhile', async () => {
    const { runner, gate, results } = recorded()
    const controller = new AbortController()
    runner.register('stream', {
      execute: async function* (_args: unknown, call: ToolCall) {
        yield call.id
      },
      one: {},
    })
    runner.register('aborts', {
      execute: () => {
        controller.abort(new StreamAbandonedError())
        return (async function* () {
          yield 1
        })()
      },
      one: {},
    })
    await runner.call('aborts', {}, { signal: controller.signal })
    await new Promise(setImmediate)
    expect(gate.log).toEqual(['one?', 'one aborted'])
    expect(results).toMatchObject([{ status: 'failed', reason: 'aborted' }])
  })

  test('[P6] a stream of what is no iterator result fails, settled and recorded', async () => {
    const { runner, gate, results } = recorded()
    const odd = { [Symbol.asyncIterator]: () => ({ next: async () => 5 as never }) }
    const tool = runner.register('odd', { execute: () => odd, one: {} })
    const result = await tool()
    if (!result.allowed) expect.unreachable()
    await expect(result.result.next()).rejects.toThrow('the stream gave what is no iterator result')
    expect(gate.log).toEqual(['one?', 'one failed'])
    expect(results).toHaveLength(1)
  })
})
