import { type AuditGate, GatedToolRunner, type GateResult, type Outcome, StreamAbandonedError } from '@toolgate/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deferred, named } from './gates.ts'

/** A runner with one gate and an audit that note how each call ended. */
function watched() {
  const outcomes: Outcome[] = []
  const recorded: GateResult<unknown>[] = []
  const audit: AuditGate<never> = {
    name: 'audit',
    compile: () => ({ begin: () => undefined, end: (_call, result) => void recorded.push(result) }),
  }
  const runner = new GatedToolRunner({ gates: [named('one')], audit })
  const one = { settle: (_: unknown, __: unknown, outcome: Outcome) => void outcomes.push(outcome) }
  return { runner, outcomes, recorded, one }
}

async function* count(to: number) {
  for (let n = 1; n <= to; n++) yield n
}

async function collect<Item>(stream: AsyncIterable<Item>) {
  const items: Item[] = []
  for await (const item of stream) items.push(item)
  return items
}

function streamOf<Item>(result: GateResult<AsyncIterableIterator<Item>, object>): AsyncIterableIterator<Item> {
  if (!result.allowed) throw new Error(result.message)
  return result.result
}

describe('[P6] a tool’s stream is settled and recorded once', () => {
  test('when it has ended, and not before, with the last item as its result', async () => {
    const { runner, outcomes, recorded, one } = watched()
    const tool = runner.register('count', { execute: () => count(3), one })
    const result = await tool({})
    expect(result.status).toBe('executed')
    expect(outcomes).toEqual([])
    expect(recorded).toEqual([])
    expect(await collect(streamOf(result))).toEqual([1, 2, 3])
    expect(outcomes).toEqual([{ kind: 'executed', result: 3 }])
    expect(recorded.map(({ status }) => status)).toEqual(['executed'])
  })

  test('with what its generator returned, where it returned something', async () => {
    const { runner, outcomes, one } = watched()
    const tool = runner.register('count', {
      execute: async function* () {
        yield 'text'
        return { tokens: 12 }
      },
      one,
    })
    await collect(streamOf(await tool({})))
    expect(outcomes).toEqual([{ kind: 'executed', result: { tokens: 12 } }])
  })

  test('when it fails', async () => {
    const { runner, outcomes, recorded, one } = watched()
    const error = new Error('the line is cut')
    const tool = runner.register('count', {
      execute: async function* () {
        yield 1
        throw error
      },
      one,
    })
    const stream = streamOf(await tool({}))
    await expect(collect(stream)).rejects.toBe(error)
    expect(outcomes).toEqual([{ kind: 'failed', error }])
    expect(recorded).toMatchObject([{ status: 'failed', reason: 'tool_error' }])
  })

  test('when its reader leaves it, and its source is closed', async () => {
    const { runner, outcomes, recorded, one } = watched()
    const closed = vi.fn()
    const tool = runner.register('count', {
      execute: async function* () {
        try {
          yield* count(5)
        } finally {
          closed()
        }
      },
      one,
    })
    for await (const n of streamOf(await tool({}))) if (n === 2) break
    expect(outcomes).toEqual([{ kind: 'aborted', error: expect.any(StreamAbandonedError) }])
    expect(recorded).toMatchObject([{ status: 'failed', reason: 'aborted' }])
    expect(closed).toHaveBeenCalledOnce()
  })

  test('when it is closed before it was ever read', async () => {
    const { runner, outcomes, one } = watched()
    const tool = runner.register('count', { execute: () => count(3), one })
    const stream = streamOf(await tool({}))
    await stream.return?.()
    await stream.return?.()
    expect(outcomes).toEqual([{ kind: 'aborted', error: expect.any(StreamAbandonedError) }])
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('when it is forgotten: dropped unread, it is ended by the garbage collector', async () => {
    const { runner, outcomes, recorded, one } = watched()
    const tool = runner.register('count', { execute: () => count(3), one })
    await (async () => void (await tool({})))()
    const isEnded = () => {
      globalThis.gc?.()
      expect(outcomes).toEqual([{ kind: 'aborted', error: expect.any(StreamAbandonedError) }])
      expect(recorded).toHaveLength(1)
    }
    await vi.waitFor(isEnded, { timeout: 10_000 })
  })

  test('for any async iterable, read or unread, of a tool that is not async itself', async () => {
    const { runner, outcomes, one } = watched()
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) as const }) }
    const tool = runner.register('empty', { execute: () => source, one })
    const [read, left] = [streamOf(await tool({})), streamOf(await tool({}))]
    expect(await collect(read)).toEqual([])
    await left.return?.()
    expect(outcomes.map(({ kind }) => kind)).toEqual(['executed', 'aborted'])
  })
})

test('[P5] [P6] a stream that can not even be opened has failed', async () => {
  const { runner, outcomes, recorded, one } = watched()
  const broken = {
    [Symbol.asyncIterator]: (): AsyncIterator<number> => {
      throw new Error('no stream here')
    },
  }
  runner.register('broken', { execute: () => broken, one })
  expect(await runner.call('broken')).toMatchObject({ status: 'failed', reason: 'tool_error' })
  expect(outcomes).toMatchObject([{ kind: 'failed' }])
  expect(recorded).toMatchObject([{ status: 'failed' }])
})

test('[P6] a source may answer at once, without a promise', async () => {
  const { runner, outcomes, one } = watched()
  let left = 2
  const next = () => ({ done: left === 0, value: left-- })
  runner.register('sync', { execute: () => ({ [Symbol.asyncIterator]: () => ({ next }) }), one })
  const result = await runner.call('sync')
  expect(await collect(result.result as AsyncIterable<number>)).toEqual([2, 1])
  expect(outcomes).toMatchObject([{ kind: 'executed' }])
})

describe('[P6] a stream that is stopped', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('by its time-out is settled then, even if nobody reads, and its reader is told', async () => {
    const { runner, outcomes, recorded, one } = watched()
    const tool = runner.register('count', { execute: () => count(3), timeoutMs: 100, one })
    const stream = streamOf(await tool({}))
    await stream.next()
    await vi.advanceTimersByTimeAsync(100)
    expect(outcomes).toMatchObject([{ kind: 'aborted', error: { name: 'TimeoutError' } }])
    expect(recorded).toMatchObject([{ reason: 'timeout' }])
    await expect(stream.next()).rejects.toThrow('took longer than 100 ms')
    expect(outcomes).toHaveLength(1)
  })

  test('by the caller while its reader waits for an item', async () => {
    const { runner, outcomes, one } = watched()
    const controller = new AbortController()
    const never = deferred()
    const tool = runner.register('hangs', {
      execute: async function* () {
        await never.promise
        yield 1
      },
      one,
    })
    const stream = streamOf(await tool({}, { signal: controller.signal }))
    const next = stream.next()
    const told = expect(next).rejects.toThrow('enough')
    controller.abort(new Error('enough'))
    await told
    expect(outcomes).toMatchObject([{ kind: 'aborted' }])
  })

  test('leaves no timer behind once it has ended', async () => {
    const { runner, one } = watched()
    const tool = runner.register('count', { execute: () => count(2), timeoutMs: 100, one })
    await collect(streamOf(await tool({})))
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('[P6] the result carries what is settled and what could not be recorded once the stream has ended', async () => {
  const audit: AuditGate<never> = {
    name: 'audit',
    compile: () => ({
      begin: () => undefined,
      end: () => {
        throw new Error('the disk is full')
      },
    }),
  }
  const runner = new GatedToolRunner({ gates: [named('one')], audit })
  const tool = runner.register('count', {
    execute: () => count(2),
    one: {
      check: () => ({ kind: 'allow', cost: '1' }),
      settle: () => ({ kind: 'allow', cost: '0.5' }),
    },
  })
  const result = await tool({})
  expect(result.auditError).toBeUndefined()
  expect(result.decisions.one?.cost).toBe('1')
  await collect(streamOf(result))
  expect(result.auditError).toMatchObject({ message: 'the disk is full' })
  expect(result.decisions.one?.cost).toBe('0.5')
})
