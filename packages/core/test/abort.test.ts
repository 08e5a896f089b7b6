import { GatedToolRunner, type ToolCall } from '@toolgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deferred, named } from './gates.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function gatedBy(gate = named('one')) {
  return { gate, runner: new GatedToolRunner({ gates: [gate] }) }
}

describe('a tool over its time', () => {
  test('is told by its signal, and the call ends with its effect unknown', async () => {
    const { gate, runner } = gatedBy()
    let signal: AbortSignal | undefined
    const tool = runner.register('slow', {
      execute: (_, call) => {
        signal = call.signal
        return new Promise(() => undefined)
      },
      timeoutMs: 100,
      one: {},
    })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(99)
    expect(signal?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const result = await pending
    expect(signal?.aborted).toBe(true)
    expect(result).toMatchObject({ status: 'failed', allowed: false, reason: 'timeout', blockedBy: undefined })
    expect(result.message).toBe(
      'tool `slow` took longer than 100 ms and was stopped; whether it took effect is unknown',
    )
    expect(gate.log).toEqual(['one?', 'one aborted'])
  })

  test('that fails because it was told to stop has been aborted, and has not failed', async () => {
    const { gate, runner } = gatedBy()
    const tool = runner.register('slow', {
      execute: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
      timeoutMs: 100,
      one: {},
    })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(100)
    expect((await pending).reason).toBe('timeout')
    expect(gate.log).toEqual(['one?', 'one aborted'])
  })

  test('whose stream comes after its time has that stream closed', async () => {
    const { runner } = gatedBy()
    const late = deferred<AsyncIterable<number>>()
    const closed = vi.fn(async () => ({ done: true, value: undefined }) as const)
    const tool = runner.register('slow', { execute: () => late.promise, timeoutMs: 100 })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(100)
    expect((await pending).reason).toBe('timeout')
    late.resolve({ [Symbol.asyncIterator]: () => ({ next: closed as never, return: closed }) })
    await vi.advanceTimersByTimeAsync(0)
    expect(closed).toHaveBeenCalledOnce()
  })

  test('that ends in time leaves no timer behind', async () => {
    const { runner } = gatedBy()
    runner.register('fast', { execute: async () => 'done', timeoutMs: 100 })
    expect((await runner.call('fast')).result).toBe('done')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the caller’s signal', () => {
  test('aborts the tool while it runs', async () => {
    const { gate, runner } = gatedBy()
    const controller = new AbortController()
    let seen: ToolCall | undefined
    const tool = runner.register('slow', {
      execute: (_, call) => {
        seen = call
        return new Promise(() => undefined)
      },
      one: {},
    })
    const pending = tool({}, { signal: controller.signal })
    await vi.advanceTimersByTimeAsync(0)
    controller.abort(new Error('the user left'))
    const result = await pending
    expect(seen?.signal.aborted).toBe(true)
    expect(result).toMatchObject({ status: 'failed', reason: 'aborted' })
    expect(result.message).toContain('the user left')
    expect(gate.log).toEqual(['one?', 'one aborted'])
  })

  test('[P2] that has aborted before keeps the gates from being asked', async () => {
    const { gate, runner } = gatedBy()
    const execute = vi.fn()
    const tool = runner.register('tool', { execute, one: {} })
    const result = await tool({}, { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'abort', reason: 'aborted' })
    expect(gate.log).toEqual([])
    expect(execute).not.toHaveBeenCalled()
  })

  test('[P2] that aborts while a gate decides stops the call, and what the gate takes then goes back', async () => {
    const deciding = deferred<{ kind: 'allow' }>()
    const { gate, runner } = gatedBy()
    const execute = vi.fn()
    const controller = new AbortController()
    const tool = runner.register('tool', { execute, one: { check: () => deciding.promise } })
    const pending = tool({}, { signal: controller.signal })
    await vi.advanceTimersByTimeAsync(0)
    controller.abort()
    expect(await pending).toMatchObject({ status: 'blocked', blockedBy: 'abort', reason: 'aborted', decisions: {} })
    deciding.resolve({ kind: 'allow' })
    await vi.advanceTimersByTimeAsync(0)
    expect(gate.log).toEqual(['one?', 'one blocked'])
    expect(execute).not.toHaveBeenCalled()
  })

  test('[P2] that aborts as the last gate decides gives back what all gates took', async () => {
    const { gate, runner } = gatedBy()
    const controller = new AbortController()
    const check = () => {
      controller.abort()
      return { kind: 'allow' } as const
    }
    const tool = runner.register('tool', { execute: () => 1, one: { check } })
    expect((await tool({}, { signal: controller.signal })).blockedBy).toBe('abort')
    expect(gate.log).toEqual(['one?', 'one blocked'])
  })

  test('keeps no listener once the call has ended', async () => {
    const { runner } = gatedBy()
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    runner.register('tool', { execute: async () => 1, one: { check: async () => ({ kind: 'allow' }) } })
    await runner.call('tool', {}, { signal })
    expect(added.mock.calls.length).toBeGreaterThan(0)
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
  })

  test('a tool always has a signal, of its own where nobody can abort', async () => {
    const { runner } = gatedBy()
    runner.register('tool', { execute: (_, { signal }) => signal.aborted })
    expect((await runner.call('tool')).result).toBe(false)
  })
})
