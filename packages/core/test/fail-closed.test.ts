import { GatedToolRunner } from '@toolgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deferred, named, type ProbePolicy } from './gates.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const failures: [string, ProbePolicy['check'], string][] = [
  [
    'throws',
    () => {
      throw new Error('the store is down')
    },
    'the store is down',
  ],
  ['rejects', () => Promise.reject(new Error('the store is down')), 'the store is down'],
  ['rejects with what is no error', () => Promise.reject('down'), '"down"'],
  ['rejects with nothing', () => Promise.reject(), 'undefined'],
  ['returns nothing', () => undefined as never, 'it returned `undefined`, which is no decision'],
  ['resolves to nothing', async () => undefined as never, 'it returned `undefined`, which is no decision'],
  ['returns true', () => true as never, 'it returned `true`, which is no decision'],
  ['returns another kind', () => ({ kind: 'deny' }) as never, 'it returned `{"kind":"deny"}`, which is no decision'],
  ['blocks without a message', () => ({ kind: 'block', reason: 'rule' }) as never, 'which is no decision'],
  ['replaces without arguments', () => ({ kind: 'replace' }) as never, 'which is no decision'],
  ['waits without an id', () => ({ kind: 'pend', message: 'wait' }) as never, 'which is no decision'],
  ['hangs', () => new Promise(() => undefined), 'deciding took longer than 5000 ms'],
]

describe('[P4] a gate that can not decide', () => {
  test.each(failures)('and %s blocks the call as unavailable', async (_, check, problem) => {
    const execute = vi.fn()
    const runner = new GatedToolRunner({ gates: [named('one'), named('two')] })
    const tool = runner.register('tool', { execute, one: {}, two: { check } as ProbePolicy })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(5_000)
    const result = await pending
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'two', reason: 'unavailable' })
    expect(result.message).toMatch(/^the two gate could not decide: .*; the call did not run$/)
    expect(result.message).toContain(problem)
    expect(result.retryAfterMs).toBeUndefined()
    expect(execute).not.toHaveBeenCalled()
  })

  test.each(failures)(
    'and %s lets the call pass where it was told to, and says unavailable',
    async (_, check, problem) => {
      const runner = new GatedToolRunner({ gates: [named('one', { onError: 'allow' })] })
      const tool = runner.register('tool', { execute: () => 'done', one: { check } as ProbePolicy })
      const pending = tool({})
      await vi.advanceTimersByTimeAsync(5_000)
      const result = await pending
      expect(result.result).toBe('done')
      expect(result.decisions.one).toMatchObject({ kind: 'allow', reason: 'unavailable' })
      expect(result.decisions.one?.message).toContain(problem)
    },
  )

  test('keeps the error for whoever looks for the cause', async () => {
    const error = new Error('the store is down')
    const runner = new GatedToolRunner({ gates: [named('one')] })
    const tool = runner.register('tool', { execute: () => 1, one: { check: () => Promise.reject(error) } })
    expect((await tool({})).error).toBe(error)
  })

  test('has the time it was given', async () => {
    const runner = new GatedToolRunner({ gates: [named('one', { timeoutMs: 20 })] })
    const tool = runner.register('tool', { execute: () => 1, one: { check: () => new Promise(() => undefined) } })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(20)
    expect((await pending).message).toContain('deciding took longer than 20 ms')
  })

  test('[P2] what a gate takes after its time is given back', async () => {
    const late = deferred<{ kind: 'allow' }>()
    const gate = named('one', { timeoutMs: 20 })
    const runner = new GatedToolRunner({ gates: [gate] })
    const tool = runner.register('tool', { execute: () => 1, one: { check: () => late.promise } })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(20)
    expect((await pending).status).toBe('blocked')
    expect(gate.log).toEqual(['one?'])
    late.resolve({ kind: 'allow' })
    await vi.advanceTimersByTimeAsync(0)
    expect(gate.log).toEqual(['one?', 'one blocked'])
  })

  test('[P5] a gate that hangs while settling holds nobody up beyond its time', async () => {
    const runner = new GatedToolRunner({ gates: [named('one', { timeoutMs: 20 })] })
    const tool = runner.register('tool', { execute: () => 'done', one: { settle: () => new Promise(() => undefined) } })
    const pending = tool({})
    await vi.advanceTimersByTimeAsync(20)
    const result = await pending
    expect(result.result).toBe('done')
    expect(result.decisions.one?.settlementError).toBe('settling took longer than 20 ms')
  })
})
