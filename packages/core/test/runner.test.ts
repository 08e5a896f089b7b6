import { type AuditGate, GatedToolRunner, type GateResult, type ToolCall } from '@toolgate/core'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { deferred, named, refusal } from './gates.ts'

describe('call', () => {
  test('gives the tool its arguments and who calls', async () => {
    const runner = new GatedToolRunner()
    let seen: ToolCall | undefined
    runner.register('tool', {
      execute: (_args, call) => {
        seen = call
      },
    })
    const caller = {
      principal: 'agent:1',
      tenant: 'acme',
      session: 's',
      run: 'r',
      traceId: 't',
      metadata: { team: 'support' },
      callId: 'call_1',
    }
    const result = await runner.call('tool', { a: 1 }, caller)
    const { callId, ...rest } = caller
    expect(seen).toMatchObject({ ...rest, id: callId, tool: 'tool', arguments: { a: 1 } })
    expect(result.callId).toBe('call_1')
  })

  test('names a call that has no id, and a caller that has no name', async () => {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute: (_args, { principal }) => principal })
    const [one, two] = [await runner.call('tool'), await runner.call('tool')]
    expect(one.result).toBe('global')
    expect(one.callId).toMatch(/^[\w-]{16}-1$/)
    expect(two.callId).not.toBe(one.callId)
  })

  test('[P5] a tool that throws is a result, with what it threw', async () => {
    const runner = new GatedToolRunner()
    const error = new Error('no such city')
    runner.register('throws', {
      execute: () => {
        throw error
      },
    })
    runner.register('rejects', { execute: () => Promise.reject('odd') })
    expect(await runner.call('throws')).toMatchObject({
      status: 'failed',
      allowed: false,
      error,
      reason: 'tool_error',
      message: 'tool `throws` failed: no such city',
      blockedBy: undefined,
    })
    expect(await runner.call('rejects')).toMatchObject({ error: 'odd', message: 'tool `rejects` failed: "odd"' })
  })

  test.each([
    ['nothing', () => undefined],
    ['null', () => null],
    ['an error with no text', () => Object.assign(new Error('x'), { message: 5 })],
    ['what can not be shown', () => Object.assign(Object.create(null), { toJSON: () => 5n })],
    ['a symbol', () => Symbol('s')],
  ])('[P5] a tool may throw anything: %s', async (_, thrown) => {
    const runner = new GatedToolRunner()
    runner.register('throws', { execute: () => Promise.reject(thrown()) })
    const result = await runner.call('throws')
    expect(result.status).toBe('failed')
    expect(result.message).toMatch(/^tool `throws` failed: /)
  })

  test.each([
    [
      ['tool', {}, { princpal: 'a' }],
      'tool `tool`: call option princpal is `"a"`; expected no such option; there are callId, principal, tenant, session, run, traceId, metadata, signal',
    ],
    [['tool', {}, 'agent:1'], 'tool `tool`: call options are `"agent:1"`; expected an object'],
    [['tool', {}, { metadata: 1 }], 'tool `tool`: call option metadata is `1`; expected an object'],
    [
      ['tool', {}, { principal: '' }],
      'tool `tool`: call option principal is `""`; expected a string that is not empty',
    ],
    [['tool', {}, { principal: 5 }], 'tool `tool`: call option principal is `5`; expected a string that is not empty'],
    [['tool', {}, { callId: null }], 'tool `tool`: call option callId is `null`; expected a string that is not empty'],
    [['tool', {}, { signal: {} }], 'tool `tool`: call option signal is `{}`; expected an AbortSignal'],
    [[undefined], 'the name of the tool is `undefined`; expected a string'],
  ])('[P5] rejects only for a programmer’s mistake: %j', async (args, message) => {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute: () => 1 })
    await expect(runner.call(...(args as [string]))).rejects.toThrow(new TypeError(message))
  })

  test('measures the call on the runner’s clock', async () => {
    let nowMs = 5_000
    const runner = new GatedToolRunner({ clock: () => nowMs })
    const times: number[] = []
    runner.register('tool', {
      execute: (_args, { startedAtMs }) => {
        times.push(startedAtMs)
        nowMs += 250
      },
    })
    expect((await runner.call('tool')).durationMs).toBe(250)
    expect(times).toEqual([5_000])
  })
})

describe('an unknown tool', () => {
  test('is blocked by the registry, which says what there is', async () => {
    const runner = new GatedToolRunner()
    expect((await runner.call('serch')).message).toBe('there is no tool "serch"; there is none at all')
    runner.register('search', { execute: () => 1 })
    expect(await runner.call('serch')).toMatchObject({
      status: 'blocked',
      blockedBy: 'registry',
      reason: 'unknown_tool',
      message: 'there is no tool "serch"; call one of these, by its exact name: search',
    })
  })

  test('gets a bounded message, however many tools there are and however long its name is', async () => {
    const runner = new GatedToolRunner()
    for (let index = 0; index < 50; index++) runner.register(`tool_${index}`, { execute: () => 1 })
    const { message } = await runner.call('x'.repeat(10_000))
    expect(message).toContain('tool_19 and 30 more')
    expect(message?.length).toBeLessThan(500)
  })

  test.each(['constructor', '__proto__', 'toString'])('is what nobody registered, such as %s', async (name) => {
    expect((await new GatedToolRunner().call(name)).blockedBy).toBe('registry')
  })
})

describe('input', () => {
  function withInput() {
    const gate = named('one')
    const runner = new GatedToolRunner({ gates: [gate], maxArgumentsChars: 100 })
    const search = runner.register('search', {
      input: z.object({ query: z.string(), limit: z.number().default(5) }),
      execute: (args) => args,
      one: {},
    })
    runner.register('open', { execute: (args) => args, one: {} })
    return { gate, runner, search }
  }

  test('is validated, and the tool gets what the schema made of it', async () => {
    const { search } = withInput()
    const result = await search({ query: 'news' })
    expect(result.result).toEqual({ query: 'news', limit: 5 })
  })

  test('may be JSON text', async () => {
    const { runner } = withInput()
    expect((await runner.call('search', '{"query":"news","limit":2}')).result).toEqual({ query: 'news', limit: 2 })
    expect((await runner.call('open', '{"any":["thing"]}')).result).toEqual({ any: ['thing'] })
  })

  test.each([[undefined], [''], ['  '], [null]])('that is absent means no arguments: %j', async (args) => {
    const { runner } = withInput()
    expect((await runner.call('open', args)).result).toEqual({})
  })

  test.each([
    ['search', { query: 5 }, 'query: Invalid input: expected string, received number'],
    ['search', '{"query":', 'they are not valid JSON'],
    ['search', '[1]', 'Invalid input: expected object, received array'],
    ['open', '[1]', 'they are not a JSON object'],
    ['open', '"text"', 'they are not a JSON object'],
    ['open', `{"a":"${'x'.repeat(100)}"}`, 'they are 108 characters long, over the 100 allowed'],
  ])('that does not fit is blocked before any gate is asked: %s %j', async (tool, args, problem) => {
    const { gate, runner } = withInput()
    const result = await runner.call(tool, args)
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'input', reason: 'invalid_arguments' })
    expect(result.message).toContain(`the arguments of tool \`${tool}\` can not be used: ${problem}`)
    expect(gate.log).toEqual([])
  })

  test('that is no JSON is not quoted in what the model and the record are told', async () => {
    const { runner } = withInput()
    const result = await runner.call('search', '{"card": 4111 1111')
    expect(result.message).toBe(
      'the arguments of tool `search` can not be used: they are not valid JSON; send them again, corrected',
    )
    expect(result.error).toBeUndefined()
  })

  test('lists a bounded number of problems', async () => {
    const runner = new GatedToolRunner()
    const fields = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`field${index}`, z.string()]))
    runner.register('form', { input: z.object(fields), execute: () => 1 })
    expect((await runner.call('form')).message).toContain('; and 22 more;')
  })

  test('[P5] of a schema that itself fails, at once or later, is blocked', async () => {
    const runner = new GatedToolRunner()
    const broken = (validate: () => never) => ({ '~standard': { version: 1, vendor: 'test', validate } }) as const
    runner.register('throws', {
      input: broken(() => {
        throw new Error('bug')
      }),
      execute: () => 1,
    })
    runner.register('rejects', { input: broken(() => Promise.reject(new Error('bug')) as never), execute: () => 1 })
    runner.register('says nothing', { input: broken(() => undefined as never), execute: () => 1 })
    runner.register('says nothing later', { input: broken(() => Promise.resolve() as never), execute: () => 1 })
    for (const tool of ['throws', 'rejects']) {
      expect(await runner.call(tool)).toMatchObject({ blockedBy: 'input', error: { message: 'bug' } })
    }
    for (const tool of ['says nothing', 'says nothing later']) expect((await runner.call(tool)).blockedBy).toBe('input')
  })

  test('of a tool that is called by its own function is what it is given, and no text is parsed', async () => {
    const runner = new GatedToolRunner()
    const echo = runner.register('echo', { input: z.string(), execute: (text) => text })
    expect((await echo('hello')).result).toBe('hello')
    expect((await echo('{"a":1}')).result).toBe('{"a":1}')
    expect((await runner.call('echo', '"hello"')).result).toBe('hello')
    const ping = runner.register('ping', { execute: (args) => args })
    expect((await ping()).result).toEqual({})
    expect((await ping(null)).result).toBeNull()
  })

  test('may be validated asynchronously', async () => {
    const runner = new GatedToolRunner()
    const input = z.object({ id: z.string().refine(async (id) => id.startsWith('u_')) })
    const tool = runner.register('tool', { input, execute: ({ id }) => id })
    expect((await tool({ id: 'u_1' })).result).toBe('u_1')
    expect((await tool({ id: 'x' })).blockedBy).toBe('input')
  })
})

describe('a call id', () => {
  test('that is under way is not run a second time, and is free again when the call has ended', async () => {
    const runner = new GatedToolRunner()
    const running = deferred<string>()
    const execute = vi.fn(() => running.promise)
    runner.register('tool', { execute })
    const first = runner.call('tool', {}, { callId: 'call_1' })
    expect(await runner.call('tool', {}, { callId: 'call_1' })).toMatchObject({
      status: 'blocked',
      blockedBy: 'input',
      reason: 'duplicate_call',
    })
    running.resolve('done')
    expect((await first).result).toBe('done')
    expect((await runner.call('tool', {}, { callId: 'call_1' })).result).toBe('done')
    expect(execute).toHaveBeenCalledTimes(2)
  })

  test('is one caller’s own: others may use the same', async () => {
    const runner = new GatedToolRunner()
    const running = deferred()
    runner.register('tool', { execute: () => running.promise })
    runner.register('other', { execute: () => running.promise })
    const calls = [
      runner.call('tool', {}, { callId: 'call_1', principal: 'a' }),
      runner.call('tool', {}, { callId: 'call_1', principal: 'b' }),
      runner.call('tool', {}, { callId: 'call_1', principal: 'a', session: 's' }),
      runner.call('other', {}, { callId: 'call_1', principal: 'a' }),
    ]
    running.resolve()
    for (const call of calls) expect((await call).status).toBe('executed')
  })

  test('of a stream is in use until the stream has ended', async () => {
    const runner = new GatedToolRunner()
    const tool = runner.register('stream', {
      execute: async function* () {
        yield 1
      },
    })
    const result = await tool({}, { callId: 'call_1' })
    expect((await tool({}, { callId: 'call_1' })).reason).toBe('duplicate_call')
    if (result.allowed) for await (const _ of result.result);
    expect((await tool({}, { callId: 'call_1' })).status).toBe('executed')
  })
})

describe('callMany', () => {
  test('returns the results in the order of the calls, whichever ends first', async () => {
    const runner = new GatedToolRunner()
    const waits = [deferred(), deferred(), deferred()]
    runner.register('tool', {
      input: z.object({ n: z.number() }),
      execute: async ({ n }) => {
        await waits[n]?.promise
        return n
      },
    })
    const pending = runner.callMany([0, 1, 2].map((n) => ({ tool: 'tool', arguments: { n } })))
    for (const wait of waits.toReversed()) wait.resolve()
    expect((await pending).map(({ result }) => result)).toEqual([0, 1, 2])
  })

  test('runs no more at a time than it may', async () => {
    const runner = new GatedToolRunner()
    let running = 0
    let most = 0
    runner.register('tool', {
      execute: async () => {
        most = Math.max(most, ++running)
        await new Promise(setImmediate)
        running--
      },
    })
    const calls = Array.from({ length: 20 }, () => ({ tool: 'tool' }))
    await runner.callMany(calls, { maxParallel: 3 })
    expect(most).toBe(3)
    await runner.callMany(calls)
    expect(most).toBe(8)
  })

  test('calls for the same caller, where a call names no other', async () => {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute: (_args, { principal, tenant }) => `${tenant} ${principal}` })
    const results = await runner.callMany([{ tool: 'tool' }, { tool: 'tool', principal: 'agent:2' }], {
      principal: 'agent:1',
      tenant: 'acme',
    })
    expect(results.map(({ result }) => result)).toEqual(['acme agent:1', 'acme agent:2'])
  })

  test('one block or failure does not keep the others from running', async () => {
    const runner = new GatedToolRunner({ gates: [named('one')] })
    runner.register('good', { execute: () => 'done' })
    runner.register('bad', { execute: () => Promise.reject(new Error('broken')) })
    runner.register('blocked', { execute: () => 1, one: { check: () => refusal } })
    const tools = ['bad', 'blocked', 'unknown', 'good']
    const results = await runner.callMany(tools.map((tool) => ({ tool })))
    expect(results.map(({ status }) => status)).toEqual(['failed', 'blocked', 'blocked', 'executed'])
  })

  test.each([{ callId: 'a' }, { maxParalell: 2 }])('refuses the options %j', async (options) => {
    await expect(new GatedToolRunner().callMany([], options as never)).rejects.toThrow(
      'for all of its calls there are maxParallel, principal, tenant',
    )
  })

  test('takes an option that a call leaves undefined from the options of all', async () => {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute: (_args, { principal }) => principal })
    const [result] = await runner.callMany([{ tool: 'tool', principal: undefined }], { principal: 'agent:1' })
    expect(result?.result).toBe('agent:1')
  })

  test('makes no call at all when one of them can not be meant', async () => {
    const runner = new GatedToolRunner()
    const execute = vi.fn()
    runner.register('tool', { execute })
    await expect(runner.callMany({ tool: 'tool' } as never)).rejects.toThrow(
      'callMany was given `{"tool":"tool"}`; expected a list of calls',
    )
    await expect(runner.callMany([{ tool: 'tool' }, { tool: 'tool', args: {} } as never])).rejects.toThrow(
      'call 1 of callMany, of { tool, arguments } and call options: tool `tool`: call option args is `{}`',
    )
    expect(execute).not.toHaveBeenCalled()
  })

  test.each([0, -1, 1.5, Number.NaN])('refuses maxParallel %j', async (maxParallel) => {
    await expect(new GatedToolRunner().callMany([{ tool: 'a' }], { maxParallel })).rejects.toThrow(
      'expected a whole number',
    )
  })
})

describe('check', () => {
  test('says what the gates would, takes nothing, runs nothing and records nothing', async () => {
    const recorded: GateResult<unknown>[] = []
    const audit: AuditGate<never> = {
      name: 'audit',
      compile: () => ({ begin: () => undefined, end: (_call, result) => void recorded.push(result) }),
    }
    const gate = named('one')
    const runner = new GatedToolRunner({ gates: [gate], audit })
    const execute = vi.fn()
    const preview = () => ({ kind: 'replace', arguments: { safe: true } }) as const
    runner.register('tool', { execute, one: { preview } })
    expect(await runner.check('tool', { a: 1 })).toEqual({
      status: 'allowed',
      allowed: true,
      tool: 'tool',
      arguments: { safe: true },
      blockedBy: undefined,
      reason: undefined,
      message: undefined,
      retryAfterMs: undefined,
      decisions: { one: { kind: 'replace', arguments: { safe: true } } },
    })
    expect(gate.log).toEqual([])
    expect(execute).not.toHaveBeenCalled()
    expect(recorded).toEqual([])
  })

  test('of a call that is given up already says so', async () => {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute: () => 1 })
    const checked = await runner.check('tool', {}, { signal: AbortSignal.abort() })
    expect(checked).toMatchObject({ allowed: false, blockedBy: 'abort', reason: 'aborted' })
  })

  test('gives back at once what a gate without a preview takes', async () => {
    const gate = named('one')
    const runner = new GatedToolRunner({ gates: [gate] })
    runner.register('tool', { execute: () => 1, one: {} })
    expect((await runner.check('tool')).allowed).toBe(true)
    expect(gate.log).toEqual(['one?', 'one blocked'])
  })

  test('says blocked, pending, unknown and unusable as call does', async () => {
    const runner = new GatedToolRunner({ gates: [named('one')] })
    runner.register('blocked', { execute: () => 1, one: { check: () => ({ ...refusal, retryAfterMs: 7 }) } })
    runner.register('pending', {
      execute: () => 1,
      one: { check: () => ({ kind: 'pend', id: '1', message: 'wait' }) },
    })
    runner.register('strict', { input: z.object({ a: z.string() }), execute: () => 1 })
    expect(await runner.check('blocked')).toMatchObject({ status: 'blocked', blockedBy: 'one', retryAfterMs: 7 })
    expect(await runner.check('pending')).toMatchObject({ status: 'pending', blockedBy: 'one', allowed: false })
    expect(await runner.check('nothing')).toMatchObject({ status: 'blocked', blockedBy: 'registry' })
    expect(await runner.check('strict')).toMatchObject({ status: 'blocked', blockedBy: 'input' })
  })
})

test('a private tool is called by its own function alone: no name leads to it', async () => {
  const runner = new GatedToolRunner()
  const secret = runner.register('secret', { isPrivate: true, execute: () => 'done' })
  expect(runner.tools()).toEqual([])
  expect(await runner.call('secret')).toMatchObject({
    blockedBy: 'registry',
    message: expect.not.stringContaining('by its exact name'),
  })
  expect((await runner.check('secret')).blockedBy).toBe('registry')
  expect((await secret()).result).toBe('done')
  expect(() => runner.register('secret', { execute: () => 1 })).toThrow('expected a name that is not taken')
})

test('tools lists what is registered, in JSON Schema, for adapters', () => {
  const runner = new GatedToolRunner()
  runner.register('search', {
    description: 'Search the web.',
    input: z.object({ query: z.string() }),
    execute: () => 1,
  })
  runner.register('given', { input: z.string(), inputJsonSchema: { type: 'string' }, execute: () => 1 })
  runner.register('open', { execute: () => 1 })
  const validate = () => ({ value: 1 })
  runner.register('silent', { input: { '~standard': { version: 1, vendor: 'test', validate } }, execute: () => 1 })
  const [search, given, open, silent] = runner.tools()
  expect(search).toMatchObject({ name: 'search', description: 'Search the web.' })
  expect(search?.inputJsonSchema()).toMatchObject({ type: 'object', properties: { query: { type: 'string' } } })
  expect(given?.inputJsonSchema()).toEqual({ type: 'string' })
  expect(open?.inputJsonSchema()).toBeUndefined()
  expect(() => silent?.inputJsonSchema()).toThrow(
    '(test) can not describe itself as JSON Schema; register the tool with inputJsonSchema',
  )
})
