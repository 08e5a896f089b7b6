import { type AuditGate, GateBlockedError, GatedToolRunner, guard, PolicyError, type ToolCall } from '@toolgate/core'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { z } from 'zod'
import { named, refusal } from './gates.ts'

function runnerWithGate() {
  return new GatedToolRunner({ gates: [named('one')] })
}

function sendMail(to: string, text = 'hello'): string {
  return `${text} to ${to}`
}

describe('a guarded function', () => {
  test('keeps its name, its parameters and what it returns', async () => {
    const send = guard(sendMail, runnerWithGate(), { one: {} })
    expect(send.name).toBe('sendMail')
    expect(send.length).toBe(1)
    expect(await send('a@example.com')).toBe('hello to a@example.com')
    expectTypeOf(send).toEqualTypeOf<(to: string, text?: string) => Promise<string>>()
  })

  test('throws on what the function throws', async () => {
    const error = new TypeError('no such mailbox')
    const fail = guard(
      async function fail() {
        throw error
      },
      runnerWithGate(),
      {},
    )
    await expect(fail()).rejects.toBe(error)
  })

  test('throws the reason when it is stopped in the middle', async () => {
    const controller = new AbortController()
    const hang = guard(
      function hang() {
        controller.abort(new Error('enough'))
        return new Promise(() => undefined)
      },
      runnerWithGate(),
      { caller: { signal: controller.signal } },
    )
    await expect(hang()).rejects.toThrow('enough')
  })

  test('can be called by nobody else: it is no tool that a model could name', async () => {
    const runner = runnerWithGate()
    guard(sendMail, runner)
    expect(runner.tools()).toEqual([])
    expect(await runner.call('sendMail', ['a@example.com'])).toMatchObject({ blockedBy: 'registry' })
  })

  test('hands on a stream', async () => {
    const count = guard(
      async function* count(to: number) {
        for (let n = 1; n <= to; n++) yield n
      },
      runnerWithGate(),
      {},
    )
    const items: number[] = []
    for await (const n of await count(3)) items.push(n)
    expect(items).toEqual([1, 2, 3])
  })
})

describe('a block', () => {
  test('is thrown, with the whole result', async () => {
    const ran = vi.fn()
    const send = guard(ran, runnerWithGate(), { name: 'send', one: { check: () => refusal } })
    const error = await send().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GateBlockedError)
    expect(error).toMatchObject({ message: 'no', result: { status: 'blocked', blockedBy: 'one', tool: 'send' } })
    expect(ran).not.toHaveBeenCalled()
  })

  test('is returned as its message where that was asked for', async () => {
    const send = guard(sendMail, runnerWithGate(), {
      onBlocked: 'return',
      one: { check: () => ({ kind: 'pend', id: '1', message: 'ask first' }) },
    })
    expect(await send('a@example.com')).toBe('ask first')
    const count = guard((n: number) => n, runnerWithGate(), { name: 'count', onBlocked: 'return' })
    expectTypeOf(count).returns.resolves.toEqualTypeOf<number | string>()
  })
})

describe('the arguments of the call', () => {
  function seenBy(seen: unknown[]) {
    return (call: ToolCall) => {
      seen.push(call.arguments)
      return { kind: 'allow' } as const
    }
  }

  test('are the list that the function was called with', async () => {
    const seen: unknown[] = []
    const send = guard(sendMail, runnerWithGate(), { one: { check: seenBy(seen) } })
    await send('a@example.com', 'hi')
    expect(seen).toEqual([['a@example.com', 'hi']])
  })

  test('have the names of the parameters, where they are given', async () => {
    const seen: unknown[] = []
    const send = guard(sendMail, runnerWithGate(), { parameters: ['to', 'text'], one: { check: seenBy(seen) } })
    expect(await send('a@example.com')).toBe('hello to a@example.com')
    expect(seen).toEqual([{ to: 'a@example.com' }])
  })

  test('are the object of a function that takes one, validated', async () => {
    const seen: unknown[] = []
    const refund = guard(({ amount }: { amount: number }) => `refunded ${amount}`, runnerWithGate(), {
      name: 'refund',
      input: z.object({ amount: z.number().positive() }),
      one: { check: seenBy(seen) },
    })
    expect(await refund({ amount: 5 })).toBe('refunded 5')
    expect(seen).toEqual([{ amount: 5 }])
    await expect(refund({ amount: -5 })).rejects.toThrow('amount: ')
  })

  test('are as many as the function was called with', async () => {
    const count = (...all: unknown[]) => all.length
    const guarded = guard(count, runnerWithGate(), { parameters: ['a', 'b', 'c'] })
    expect([await guarded(), await guarded(1), await guarded(1, undefined)]).toEqual([0, 1, 2])
  })

  test('are handed on as they are where an input schema takes them: text, null and nothing', async () => {
    const seen: unknown[] = []
    const look = guard((value?: unknown) => void seen.push(value), runnerWithGate(), { name: 'look', input: z.any() })
    for (const value of ['{"a":1}', null, undefined]) await look(value)
    expect(seen).toEqual(['{"a":1}', null, undefined])
  })

  test('may be replaced by a gate, in the same form', async () => {
    const listed = guard(sendMail, runnerWithGate(), {
      one: { check: () => ({ kind: 'replace', arguments: ['b@example.com', 'safe'] }) },
    })
    const withNames = guard(sendMail, runnerWithGate(), {
      parameters: ['to', 'text'],
      one: { check: () => ({ kind: 'replace', arguments: { text: 'safe', to: 'b@example.com' } }) },
    })
    const badly = guard(sendMail, runnerWithGate(), {
      one: { check: () => ({ kind: 'replace', arguments: 'text' }) },
    })
    expect(await listed('a@example.com')).toBe('safe to b@example.com')
    expect(await withNames('a@example.com')).toBe('safe to b@example.com')
    await expect(badly('a@example.com')).rejects.toThrow('replaced by what is no list')
  })

  test('are refused where there are more than names', async () => {
    const send = guard(sendMail as (...args: string[]) => string, runnerWithGate(), { parameters: ['to'] })
    await expect(send('a', 'b')).rejects.toThrow('`sendMail` is guarded with the parameters to, and was called with 2')
  })
})

test('the caller is always the same, or told by the arguments', async () => {
  const whoami = (_user: string) => undefined
  const principals: string[] = []
  const one = {
    check: ({ principal }: ToolCall) => {
      principals.push(principal)
      return { kind: 'allow' } as const
    },
  }
  const runner = runnerWithGate()
  await guard(whoami, runner, { name: 'fixed', caller: { principal: 'agent:1' }, one })('u_1')
  await guard(whoami, runner, { name: 'told', caller: (user) => ({ principal: `user:${user}` }), one })('u_2')
  expect(principals).toEqual(['agent:1', 'user:u_2'])
})

test('a record that fails after the function has run becomes a warning of the process', async () => {
  const audit: AuditGate<never> = {
    name: 'audit',
    compile: () => ({
      begin: () => undefined,
      end: () => {
        throw new Error('the disk is full')
      },
    }),
  }
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const send = guard(sendMail, new GatedToolRunner({ audit }), {})
  expect(await send('a@example.com')).toBe('hello to a@example.com')
  expect(warned).toHaveBeenCalledWith(expect.objectContaining({ message: 'the disk is full' }))
  warned.mockRestore()
})

test.each([
  [{ parameters: 'to' }, 'tool `sendMail`: guard.parameters is `"to"`; expected a list of different names'],
  [{ parameters: ['to', 'to'] }, 'expected a list of different names'],
  [{ parameters: ['to'], input: z.string() }, 'expected no names together with `input`; leave one of them'],
  [
    { principal: 'agent:1' },
    'guard.principal is `"agent:1"`; expected it in `caller`, such as caller: { principal: … }',
  ],
  [{ execute: () => 1 }, 'guard.execute is `function execute`; expected no such field for a guarded function'],
  [{ onBlocked: 'ignore' }, 'guard.onBlocked is `"ignore"`; expected one of "throw", "return"'],
  [{ rate: {} }, 'the runner has no rate gate (it has one); install rateGate() on it'],
])('refuses the options %j', (options, message) => {
  const all = options as never
  expect(() => guard(sendMail, runnerWithGate(), all)).toThrow(PolicyError)
  expect(() => guard(sendMail, runnerWithGate(), all)).toThrow(message)
})

test('needs a runner', () => {
  expect(() => guard(sendMail, {} as never)).toThrow(
    'guard: the runner of `sendMail` is `{}`; expected a GatedToolRunner',
  )
})

test('needs a name for a function that has none', () => {
  expect(() =>
    guard(
      (
        () => () =>
          1
      )(),
      runnerWithGate(),
      {},
    ),
  ).toThrow('expected a name, since the function has none')
})
