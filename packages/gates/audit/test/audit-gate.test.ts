import { type AuditEntry, type AuditPolicy, type AuditSink, auditGate, memorySink } from '@toolgate/audit'
import { type Allow, type Gate, GatedToolRunner, guard, PolicyError } from '@toolgate/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

afterEach(() => {
  vi.useRealTimers()
})

/** A runner whose clock stands still, and the entries that it leaves. */
function audited(policy: AuditPolicy = {}) {
  const sink = memorySink()
  const audit = auditGate({ sinks: [sink], ...policy })
  const clock = () => Date.UTC(2026, 0, 15, 12)
  return { sink, audit, runner: new GatedToolRunner({ audit, clock }) }
}

describe('an entry', () => {
  test('says who, what, when, with which arguments, how it ended and how long it took', async () => {
    const { sink, runner } = audited()
    runner.register('search', { execute: () => 'done' })
    const caller = { principal: 'agent:1', tenant: 'acme', session: 's', run: 'r', traceId: 't', callId: 'call_1' }
    await runner.call('search', { query: 'news', tags: ['a', null] }, caller)
    expect(sink.entries).toEqual([
      {
        ...caller,
        time: '2026-01-15T12:00:00.000Z',
        runner: 'default',
        tool: 'search',
        arguments: { query: 'news', tags: ['a', null] },
        decisions: {},
        outcome: 'executed',
        durationMs: 0,
      },
    ])
  })

  test('has the error of a tool that failed, and the reason of a call that was stopped', async () => {
    const { sink, runner } = audited()
    runner.register('fails', { execute: () => Promise.reject(new TypeError('no such city')) })
    await runner.call('fails')
    await runner.call('nothing', '{"a":')
    expect(sink.entries).toMatchObject([
      {
        outcome: 'failed',
        reason: 'tool_error',
        error: { name: 'TypeError', message: 'no such city' },
        message: 'tool `fails` failed: no such city',
      },
      { outcome: 'blocked', blockedBy: 'registry', reason: 'unknown_tool', tool: 'nothing', arguments: '{"a":' },
    ])
  })

  test('is JSON, whatever the arguments are made of', async () => {
    const { sink, runner } = audited()
    runner.register('tool', { execute: () => 1 })
    const circular: Record<string, unknown> = { ok: true }
    circular.self = circular
    const hostile = {
      get boom() {
        throw new Error('no')
      },
    }
    let deep: unknown = 'bottom'
    for (let level = 0; level < 200; level++) deep = { deep }
    const odd = {
      map: new Map([['a', 1]]),
      error: new RangeError('no'),
      big: 5n,
      when: new Date(0),
      not: Number.NaN,
      call: () => 1,
      gone: undefined,
      circular,
      hostile,
      deep,
    }
    await runner.call('tool', odd)
    const [entry] = sink.entries as [AuditEntry]
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entry)
    expect(entry.arguments).toMatchObject({
      big: '5',
      when: '1970-01-01T00:00:00.000Z',
      not: 'NaN',
      call: '[function]',
      map: '[Map]',
      error: '[RangeError]',
      circular: { ok: true, self: '[circular]' },
      hostile: '[unreadable]',
    })
    expect(JSON.stringify(entry.arguments)).toContain('[too deep]')
    expect(entry.arguments).not.toHaveProperty('gone')
  })

  test('is JSON, whatever a gate has put in its decision, and nobody can change it any more', async () => {
    const { sink, audit } = audited()
    const odd: Gate<'odd', object, Allow & { readonly score: bigint }> = {
      name: 'odd',
      compile: () => ({ check: () => ({ kind: 'allow', score: 5n }) }),
    }
    const runner = new GatedToolRunner({ gates: [odd], audit })
    const tool = runner.register('tool', { execute: () => 1, odd: {} })
    const { decisions } = await tool()
    Object.assign(decisions.odd as object, { kind: 'forged' })
    expect(sink.entries[0]?.decisions).toEqual({ odd: { kind: 'allow', score: '5' } })
  })

  test('of a tool whose name a model made up is bounded', async () => {
    const { sink, runner } = audited()
    await runner.call('x'.repeat(100_000))
    expect(JSON.stringify(sink.entries).length).toBeLessThan(1_000)
  })

  test('of huge arguments is bounded', async () => {
    const { sink, runner } = audited()
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', { list: Array.from({ length: 200_000 }, () => 0) })
    expect(JSON.stringify(sink.entries[0]).length).toBeLessThan(2_000_000)
    expect(JSON.stringify(sink.entries[0])).toContain('[too large]')
  })

  test('has the arguments as the tool got them, not as it left them', async () => {
    const { sink, runner } = audited()
    runner.register('tool', {
      input: z.object({ list: z.array(z.number()) }),
      execute: ({ list }) => list.push(2),
    })
    await runner.call('tool', { list: [1] })
    expect(sink.entries[0]?.arguments).toEqual({ list: [1] })
  })
})

describe('arguments', () => {
  const args = {
    card: { number: '4111', holder: 'A' },
    items: [{ email: 'a@example.com', n: 1 }, { email: 'b' }],
    'a.b': 1,
  }

  test.each([
    [['card.number'], { ...args, card: { number: '[redacted]', holder: 'A' } }],
    [['card'], { ...args, card: '[redacted]' }],
    [['items.*.email'], { ...args, items: [{ email: '[redacted]', n: 1 }, { email: '[redacted]' }] }],
    [['items.1'], { ...args, items: [args.items[0], '[redacted]'] }],
    [['*'], { card: '[redacted]', items: '[redacted]', 'a.b': '[redacted]' }],
    [['nothing.here', 'card.nothing'], args],
    [['card.number.deeper'], { ...args, card: { number: '[redacted]', holder: 'A' } }],
    [['items.email'], { ...args, items: '[redacted]' }],
  ])('are recorded with paths redacted: %j', async (redact, expected) => {
    const { sink, runner } = audited({ arguments: { redact } })
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', args)
    expect(sink.entries[0]?.arguments).toEqual(expected)
  })

  test('are recorded as their digest, which is the same for the same arguments', async () => {
    const { sink, runner } = audited({ arguments: 'digest' })
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', { a: 1, b: 2 })
    await runner.call('tool', { b: 2, a: 1 })
    await runner.call('tool', { a: 1n })
    await runner.call('tool', 'not json')
    const digests = sink.entries.map(({ argumentsDigest }) => argumentsDigest)
    expect(digests[0]).toBe('43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777')
    expect(digests[1]).toBe(digests[0])
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/)
    for (const entry of sink.entries) expect(entry).not.toHaveProperty('arguments')
  })

  test('that are text which can not be read are never recorded where paths are redacted', async () => {
    const { sink, runner } = audited({ arguments: { redact: ['card'] } })
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', '{"card":"4111')
    expect(JSON.stringify(sink.entries)).not.toContain('4111')
    expect(sink.entries[0]?.argumentsDigest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('that do not have the shape of the tool’s are recorded as their digest where paths are redacted', async () => {
    const { sink, runner } = audited({ arguments: { redact: ['card.number'] } })
    const input = z.object({ card: z.object({ number: z.string() }) })
    runner.register('pay', { input, execute: () => 1 })
    const parse = z.object({ card: z.string().transform((text) => JSON.parse(text) as unknown) })
    runner.register('parses', { input: parse, execute: () => 1 })
    await runner.call('pay', { card: '4111' })
    await runner.call('pay', { number: '4111' })
    await runner.call('parses', { card: 'SECRET-4111' })
    await runner.call('pey', { card: { number: '4111' } })
    expect(sink.entries.map(({ blockedBy }) => blockedBy)).toEqual(['input', 'input', 'input', 'registry'])
    expect(JSON.stringify(sink.entries)).not.toContain('4111')
    for (const { argumentsDigest } of sink.entries) expect(argumentsDigest).toMatch(/^[0-9a-f]{64}$/)
  })

  test('of an unknown tool are recorded as their digest as soon as one tool keeps its own out of the record', async () => {
    const { sink, runner } = audited()
    await runner.call('store_sekret', { secret: 'blue' })
    runner.register('store_secret', { execute: () => 1, audit: { arguments: 'digest' } })
    await runner.call('store_sekret', { secret: 'blue' })
    expect(sink.entries[0]?.arguments).toEqual({ secret: 'blue' })
    expect(sink.entries[1]).not.toHaveProperty('arguments')
  })

  test.each([
    ['a text', '4111'],
    ['a wrapped text', new String('4111')],
    ['bytes', Buffer.from('4111')],
    ['other bytes', new Uint8Array([52, 49, 49, 49])],
    ['a list', ['4111']],
    ['a map', new Map([['number', '4111']])],
    ['what becomes a text', { toJSON: (): string => '4111' }],
  ])('are redacted where a path goes on into %s', async (_, card) => {
    const { sink, runner } = audited({ arguments: { redact: ['card.number'] } })
    runner.register('pay', { execute: () => 1 })
    await runner.call('pay', { card })
    expect(JSON.stringify(sink.entries[0]?.arguments)).toMatch(/^\{"card":"\[(redacted|Map)\]"\}$/)
  })

  test('of a call that was given up before they were read are recorded as their digest', async () => {
    const { sink, runner } = audited({ arguments: { redact: ['card'] } })
    runner.register('pay', { input: z.object({ card: z.string() }), execute: () => 1 })
    await runner.call('pay', { number: '4111' }, { signal: AbortSignal.abort() })
    expect(sink.entries[0]).toMatchObject({ blockedBy: 'abort', argumentsDigest: expect.any(String) })
    expect(JSON.stringify(sink.entries)).not.toContain('4111')
  })

  test('of a list, or a text, have no paths: they are redacted whole', async () => {
    const { sink, runner } = audited({ arguments: { redact: ['card.number'] } })
    const pay = guard((card: { number: string }) => card.number, runner, { name: 'pay' })
    await pay({ number: '4111' })
    expect(sink.entries[0]?.arguments).toBe('[redacted]')
  })

  test('are recorded as the tool’s own policy says, or else as the gate’s', async () => {
    const { sink, runner } = audited({ arguments: 'digest' })
    runner.register('open', { execute: () => 1, audit: { arguments: 'whole' } })
    runner.register('closed', { execute: () => 1, audit: {} })
    await runner.call('open', { a: 1 })
    await runner.call('closed', { a: 1 })
    expect(sink.entries[0]?.arguments).toEqual({ a: 1 })
    expect(sink.entries[1]).not.toHaveProperty('arguments')
  })

  test('that a gate replaced are not recorded a second time in its decision', async () => {
    const sink = memorySink()
    const gate = {
      name: 'mask',
      compile: () => ({ check: () => ({ kind: 'replace', arguments: { card: 'masked' }, message: 'm' }) as const }),
    } as const
    const audit = auditGate({ sinks: [sink], arguments: { redact: ['card'] } })
    const runner = new GatedToolRunner({ gates: [gate], audit })
    runner.register('pay', { execute: () => 1, mask: {} as never })
    await runner.call('pay', { card: '4111' })
    expect(sink.entries[0]).toMatchObject({
      arguments: { card: '[redacted]' },
      decisions: { mask: { kind: 'replace', message: 'm' } },
    })
    expect(JSON.stringify(sink.entries)).not.toContain('masked')
  })
})

describe('a sink that fails', () => {
  const full = () => {
    throw new Error('the disk is full')
  }
  const later = async () => Promise.reject(new Error('the disk is full'))

  test.each([
    ['at once', full],
    ['later', later],
  ])('[P3] before the tool runs blocks the call by audit, %s', async (_, begin) => {
    const good = memorySink()
    const execute = vi.fn()
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [{ begin, end: () => undefined }, good] }) })
    runner.register('tool', { execute })
    expect(await runner.call('tool')).toMatchObject({
      status: 'blocked',
      blockedBy: 'audit',
      reason: 'unavailable',
      message: 'the call can not be recorded (the disk is full), and no tool runs unrecorded; it did not run',
      auditError: undefined,
    })
    expect(execute).not.toHaveBeenCalled()
    expect(good.entries).toMatchObject([{ outcome: 'blocked', blockedBy: 'audit' }])
  })

  test.each([
    ['at once', full],
    ['later', later],
  ])(
    'lets the tool run where its record is not required, and the result is flagged if there is none: %s',
    async (_, fail) => {
      const runner = new GatedToolRunner({ audit: auditGate({ sinks: [{ begin: fail, end: fail }], required: false }) })
      runner.register('tool', { execute: () => 'done' })
      const result = await runner.call('tool')
      expect(result.result).toBe('done')
      expect(result.auditError?.message).toBe('the disk is full')
    },
  )

  test.each([
    ['at once', full],
    ['later', later],
  ])('after the tool has run flags the result, and keeps no other sink from the record: %s', async (_, end) => {
    const good = memorySink()
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [{ end }, good] }) })
    runner.register('tool', { execute: () => 'done' })
    const result = await runner.call('tool')
    expect(result.result).toBe('done')
    expect(result.auditError?.message).toBe('the disk is full')
    expect(good.entries).toMatchObject([{ outcome: 'executed' }])
  })

  test('and hangs does not keep a tool from running whose record is not required', async () => {
    vi.useFakeTimers()
    const hangs: AuditSink = { begin: () => new Promise(() => undefined), end: () => undefined }
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [hangs], timeoutMs: 50, required: false }) })
    runner.register('tool', { execute: () => 'done' })
    const pending = runner.call('tool')
    await vi.advanceTimersByTimeAsync(50)
    const result = await pending
    expect(result.result).toBe('done')
    expect(result.auditError?.message).toBe('recording the call took longer than 50 ms')
  })

  test('and hangs is given up after its time', async () => {
    vi.useFakeTimers()
    const hangs: AuditSink = { begin: () => new Promise(() => undefined), end: () => new Promise(() => undefined) }
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [hangs], timeoutMs: 50 }) })
    runner.register('tool', { execute: () => 'done' })
    const pending = runner.call('tool')
    await vi.advanceTimersByTimeAsync(100)
    const result = await pending
    expect(result.message).toContain('recording the call took longer than 50 ms')
    expect(result.auditError?.message).toContain('recording the call took longer than 50 ms')
  })
})

test('[P2] [P3] a call that is aborted while its record begins does not run, and is recorded as blocked', async () => {
  const controller = new AbortController()
  const trail = memorySink()
  const begin = async () => controller.abort()
  const execute = vi.fn()
  const runner = new GatedToolRunner({ audit: auditGate({ sinks: [{ begin, end: () => undefined }, trail] }) })
  runner.register('tool', { execute })
  expect(await runner.call('tool', {}, { signal: controller.signal })).toMatchObject({ blockedBy: 'abort' })
  expect(execute).not.toHaveBeenCalled()
  expect(trail.entries).toMatchObject([{ outcome: 'blocked', blockedBy: 'abort' }])
})

test('[P3] a sink is told of each call once, whatever stopped it, and begins only those that run', async () => {
  const log: string[] = []
  const sink: AuditSink = {
    begin: ({ tool }) => void log.push(`begin ${tool}`),
    end: ({ tool, outcome }) => void log.push(`end ${tool} ${outcome}`),
  }
  const block = {
    name: 'no',
    compile: () => ({ check: () => ({ kind: 'block', reason: 'rule', message: 'no' }) as const }),
  } as const
  const runner = new GatedToolRunner({ gates: [block], audit: auditGate({ sinks: [sink] }) })
  runner.register('runs', { execute: () => 1 })
  runner.register('blocked', { execute: () => 1, no: {} as never })
  runner.register('strict', { input: z.object({ a: z.string() }), execute: () => 1 })
  for (const tool of ['runs', 'blocked', 'strict', 'unknown']) await runner.call(tool)
  expect(log).toEqual([
    'begin runs',
    'end runs executed',
    'end blocked blocked',
    'end strict blocked',
    'end unknown blocked',
  ])
})

test('close closes every sink, and says which could not', async () => {
  const closed = vi.fn()
  const broken: AuditSink = { end: () => undefined, close: () => Promise.reject(new Error('stuck')) }
  const gate = auditGate({ sinks: [broken, { end: () => undefined, close: closed }, memorySink()] })
  await expect(gate.close()).rejects.toThrow('stuck')
  expect(closed).toHaveBeenCalledOnce()
})

describe('options and policies that can not be used name the field, the value and the mend', () => {
  test.each([
    [{ sinks: [] }, 'auditGate.sinks is `[]`; expected a list of at least one sink'],
    [{ sinks: [{}] }, 'auditGate.sinks is `[{}]`; expected a list of at least one sink'],
    [{ required: 1 }, 'auditGate.required is `1`; expected true or false'],
    [
      { arguments: 'none' },
      'auditGate.arguments is `"none"`; expected "whole", "digest", or { redact, erasable } with paths',
    ],
    [{ arguments: { redact: ['a..b'] } }, 'auditGate.arguments is `{"redact":["a..b"]}`; expected "whole"'],
    [{ sinks: [memorySink] }, 'auditGate.sinks is `["function memorySink"]`; expected a list of at least one sink'],
    [{ sinks: [memorySink] }, 'a function that makes one has to be called'],
    [{ arguments: { redact: ['card', '$.b'] } }, 'or "items.*.email"; "$.b" is none'],
    [{ arguments: { redact: ['items[*].email'] } }, 'auditGate.arguments is `{"redact":["items[*].email"]}`'],
    [{ arguments: { redact: ['$.card'] } }, 'auditGate.arguments is `{"redact":["$.card"]}`; expected'],
    [{ arguments: { redact: ['/card'] } }, 'auditGate.arguments is `{"redact":["/card"]}`; expected'],
    [{ arguments: { redact: [5] } }, 'auditGate.arguments is `{"redact":[5]}`; expected "whole"'],
    [{ arguments: null }, 'auditGate.arguments is `null`; expected "whole"'],
    [{ timeoutMs: 0 }, 'auditGate.timeoutMs is `0`; expected a whole number from 1'],
    [
      { sink: 5 },
      'auditGate.sink is `5`; expected no such field; there are sinks, timeoutMs, required, durability, arguments',
    ],
  ])('%j', (options, message) => {
    expect(() => auditGate(options as never)).toThrow(PolicyError)
    expect(() => auditGate(options as never)).toThrow(message)
  })

  test('of a tool', () => {
    const { runner } = audited()
    const register = () => runner.register('tool', { execute: () => 1, audit: { require: true } as never })
    expect(register).toThrow(
      'tool `tool`: audit.require is `true`; expected no such field; there are required, durability, arguments',
    )
  })
})
