import { hash } from 'node:crypto'
import { Writable } from 'node:stream'
import { type AuditPolicy, auditGate, pinoSink } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { recordable } from '../src/recordable.ts'
import { allBytesOf, journaled, linesOf, type StoredEntry, valuesOf } from './stored-journal.ts'

/** The mark of a value that stands in the arguments as its digest. */
const anErasable = { $erasable: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) }

/** What a tool with this policy and this schema leaves of a call, in the journal and beside it. */
async function recordedOf(args: unknown, policy: AuditPolicy, tool: object = {}) {
  const { directory, journal, memory, audit, runner, closed } = await journaled()
  runner.register('tool', { execute: () => 1, ...tool, audit: policy })
  const result = await runner.call('tool', args)
  const entries = await closed()
  const entry = entries.find((each) => each.tool === 'tool') as StoredEntry
  const writer = journal.writer as string
  const values = await valuesOf(directory, writer).catch(() => [])
  return { directory, writer, audit, result, entries, entry, values, memory: memory.entries[0] }
}

describe('values at erasable paths', () => {
  const args = {
    card: { number: '4111', holder: { first: 'Ada', last: 'L' } },
    items: [{ email: 'a@x' }, { email: 'b@x', n: 1 }, { n: 2 }],
    note: 'text',
    none: null,
  }

  test.each<[string[], object, [string, unknown][]]>([
    [['card.number'], { ...args, card: { ...args.card, number: anErasable } }, [['card.number', '4111']]],
    [['card.holder'], { ...args, card: { ...args.card, holder: anErasable } }, [['card.holder', args.card.holder]]],
    [
      ['items.*.email'],
      { ...args, items: [{ email: anErasable }, { email: anErasable, n: 1 }, { n: 2 }] },
      [
        ['items.0.email', 'a@x'],
        ['items.1.email', 'b@x'],
      ],
    ],
    [['items.1'], { ...args, items: [args.items[0], anErasable, args.items[2]] }, [['items.1', args.items[1]]]],
    [['none'], { ...args, none: anErasable }, [['none', null]]],
    [['missing', 'card.missing', 'items.9.email'], args, []],
    [['card', 'card.number'], { ...args, card: anErasable }, [['card', args.card]]],
  ])('are kept apart: %j', async (erasable, expected, values) => {
    const recorded = await recordedOf(args, { arguments: { erasable } })
    expect(recorded.entry.arguments).toEqual(expected)
    expect(recorded.values.map(({ path, value }) => [path, value])).toEqual(values)
    expect(recorded.memory?.arguments).toEqual(recorded.entry.arguments)
  })

  test.each([
    [['note.deeper'], { ...args, note: '[redacted]' }],
    [['items.email'], { ...args, items: '[redacted]' }],
    [['card.number.deeper'], { ...args, card: { ...args.card, number: '[redacted]' } }],
  ])(
    'that a path does not lead to, since it goes on through something else, are recorded nowhere: %j',
    async (erasable, expected) => {
      const recorded = await recordedOf(args, { arguments: { erasable } })
      expect(recorded.entry.arguments).toEqual(expected)
      expect(recorded.values).toEqual([])
    },
  )

  test('stand in the entry as the digests of their disclosures, and the salt of each is its own', async () => {
    const { entry, values, entries } = await recordedOf(
      { one: 'same', two: 'same', three: { ü: '😀' } },
      { arguments: { erasable: ['one', 'two', 'three'] } },
    )
    const digests = values.map(({ disclosure }) => hash('sha256', disclosure, 'base64url'))
    expect(entry.erasable).toEqual(digests)
    expect(entry.arguments).toEqual({
      one: { $erasable: digests[0] },
      two: { $erasable: digests[1] },
      three: { $erasable: digests[2] },
    })
    expect(values.map(({ seq, path, value }) => [seq, path, value])).toEqual([
      [entry.seq, 'one', 'same'],
      [entry.seq, 'two', 'same'],
      [entry.seq, 'three', { ü: '😀' }],
    ])
    for (const { salt } of values) expect(Buffer.from(salt, 'base64url').length).toBe(16)
    expect(new Set(digests).size).toBe(3)
    expect(entries.find(({ kind }) => kind === 'outcome')).not.toHaveProperty('erasable')
  })

  test('follow right after the kind in the line, and stand in the values file in the order of the entries', async () => {
    const { directory, journal, runner, closed } = await journaled({
      durability: 'outcome',
      arguments: { erasable: ['id'] },
    })
    runner.register('tool', { execute: () => 1 })
    await Promise.all(Array.from({ length: 50 }, (_, id) => runner.call('tool', { id })))
    await closed()
    const writer = journal.writer as string
    const values = await valuesOf(directory, writer)
    const byEntry = new Map(values.map((value) => [value.seq, value]))
    expect(values.map(({ seq }) => seq)).toEqual(values.map(({ seq }) => seq).toSorted((one, other) => one - other))
    expect(byEntry.size).toBe(50)
    for (const line of await linesOf(directory, writer)) {
      const entry = JSON.parse(line) as StoredEntry
      const value = byEntry.get(entry.seq)
      if (value === undefined) continue
      const digest = hash('sha256', value.disclosure, 'base64url')
      const start = `{"seq":${entry.seq},"prev":"${entry.prev}","kind":"${entry.kind}","erasable":["${digest}"],"time":`
      expect(line.startsWith(start)).toBe(true)
      expect(line).toContain(`"arguments":{"id":{"$erasable":"${digest}"}}`)
    }
  })

  test('are redacted where they stand inside what is redacted, and what is redacted inside of them stays so', async () => {
    const inner = { a: { public: 1, secret: 'MARK-1' }, b: { public: 'MARK-2' } }
    const policy = { arguments: { redact: ['a.secret', 'b'], erasable: ['a', 'b.public'] } }
    const { directory, values, entry } = await recordedOf(inner, policy)
    expect(entry.arguments).toEqual({ a: anErasable, b: '[redacted]' })
    expect(values.map(({ path, value }) => [path, value])).toEqual([['a', { public: 1, secret: '[redacted]' }]])
    expect(await allBytesOf(directory)).not.toContain('MARK')
  })

  test('at the same path as what is redacted are redacted', async () => {
    const { entry, values } = await recordedOf({ a: 1 }, { arguments: { redact: ['a'], erasable: ['a', '*'] } })
    expect(entry.arguments).toEqual({ a: '[redacted]' })
    expect(values).toEqual([])
  })

  test('never reach the other sinks', async () => {
    let logged = ''
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        logged += String(chunk)
        done()
      },
    })
    const { audit, memory, closed } = await journaled()
    const sinks = [...audit.sinks, pinoSink(pino(stream))]
    const runner = new GatedToolRunner({ audit: auditGate({ sinks, arguments: { erasable: ['email'] } }) })
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', { email: 'MARK@example.com' })
    await closed()
    expect(logged).toContain('$erasable')
    for (const text of [logged, JSON.stringify(memory.entries)]) expect(text).not.toContain('MARK')
  })

  test('that are too long for a line keep their call from running, and nothing is left of them', async () => {
    const { directory, journal, runner, closed } = await journaled(
      { arguments: { erasable: ['note', 'text'] } },
      { maxBacklogChars: 1 << 30 },
    )
    const execute = vi.fn()
    runner.register('tool', { execute })
    await runner.call('nothing')
    // In base64 they take a third more than they are.
    const result = await runner.call('tool', { note: 'MARK', text: 'x'.repeat(52_000_000) })
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'audit' })
    expect(result.message).toContain('is too long for a line')
    expect(execute).not.toHaveBeenCalled()
    const entries = await closed()
    expect(entries.map(({ kind }) => kind)).toEqual(['segment', 'call', 'lost', 'seal'])
    expect(await valuesOf(directory, journal.writer as string).catch(() => [])).toEqual([])
  })

  test('are bounded in number, as all of the arguments are', () => {
    const taken: unknown[] = []
    const list = Array.from({ length: 150_000 }, (_, index) => index)
    recordable({ list }, [{ path: ['list', '*'], isErasable: true }], (_path, value) => taken.push(value))
    expect(taken.length).toBeLessThanOrEqual(100_000)
  })

  test('of a call that was never let in are not kept: its arguments are recorded as their digest', async () => {
    const input = z.object({ email: z.string() })
    const { directory, entry } = await recordedOf(
      { email: 5, MARK: 'MARK' },
      { arguments: { erasable: ['email'] } },
      { input },
    )
    expect(entry).toMatchObject({ kind: 'call', blockedBy: 'input', argumentsDigest: expect.any(String) })
    expect(entry).not.toHaveProperty('erasable')
    expect(await allBytesOf(directory)).not.toContain('MARK')
  })
})

test('arguments that look as if they were a digest are data like any other', async () => {
  const forged = { a: { $erasable: 'x'.repeat(43) }, b: { $erasable: 5 } }
  const { entry, values } = await recordedOf(forged, { arguments: { erasable: ['missing'] } })
  expect(entry.arguments).toEqual(forged)
  expect(entry).not.toHaveProperty('erasable')
  expect(values).toEqual([])
})

test('the value of an entry is not changed by a tool that changes its arguments', async () => {
  const { entry, values } = await recordedOf(
    { list: ['first'] },
    { arguments: { erasable: ['list'] } },
    { execute: (args: { list: string[] }) => args.list.push('second') },
  )
  expect(entry.arguments).toEqual({ list: anErasable })
  expect(values[0]?.value).toEqual(['first'])
})

describe('what a schema marks as secret is recorded nowhere:', () => {
  const secret = z.string().meta({ secret: true })
  const password = z.string().meta({ format: 'password' })
  const Tree = z.object({
    password: secret,
    get children() {
      return z.array(Tree).optional()
    },
  })
  const SecretLast = z.object({
    get children() {
      return z.array(SecretLast).optional()
    },
    password: secret,
  })
  const nested = (depth: number): object => ({ password: 'MARK', ...(depth > 0 && { children: [nested(depth - 1)] }) })

  test.each<[string, z.ZodType, unknown]>([
    ['`secret: true`', z.object({ a: secret }), { a: 'MARK' }],
    ['`writeOnly: true`', z.object({ a: z.string().meta({ writeOnly: true }) }), { a: 'MARK' }],
    ['`format: "password"`', z.object({ a: password }), { a: 'MARK' }],
    ['an object', z.object({ a: z.object({ b: z.string() }).meta({ secret: true }) }), { a: { b: 'MARK' } }],
    ['inside an object', z.object({ a: z.object({ b: secret }) }), { a: { b: 'MARK' } }],
    ['inside a list', z.object({ a: z.array(secret) }), { a: ['MARK', 'MARK'] }],
    ['inside objects of a list', z.object({ a: z.array(z.object({ b: secret })) }), { a: [{ b: 'MARK' }] }],
    ['inside a tuple', z.object({ a: z.tuple([z.string(), secret]) }), { a: ['x', 'MARK'] }],
    ['the rest of a tuple', z.object({ a: z.tuple([z.string()]).rest(secret) }), { a: ['x', 'MARK'] }],
    ['one of a union', z.object({ a: z.union([z.number(), secret]) }), { a: 'MARK' }],
    [
      'one of a discriminated union',
      z.object({ a: z.discriminatedUnion('t', [z.object({ t: z.literal('x'), s: secret })]) }),
      { a: { t: 'x', s: 'MARK' } },
    ],
    ['an intersection', z.intersection(z.object({ a: secret }), z.object({ b: z.string() })), { a: 'MARK', b: 'x' }],
    ['a record', z.object({ a: z.record(z.string(), secret) }), { a: { x: 'MARK' } }],
    ['what else an object has', z.object({ a: z.string() }).catchall(secret), { a: 'x', b: 'MARK' }],
    ['what is optional', z.object({ a: secret.optional() }), { a: 'MARK' }],
    ['what may be null', z.object({ a: secret.nullable() }), { a: 'MARK' }],
    ['what has a default', z.object({ a: secret.default('x') }), { a: 'MARK' }],
    ['what is caught', z.object({ a: secret.catch('x') }), { a: 'MARK' }],
    ['what is read only', z.object({ a: secret.readonly() }), { a: 'MARK' }],
    ['what is made of text', z.object({ a: z.preprocess(String, secret) }), { a: 'MARK' }],
    ['what becomes something else', z.object({ a: secret.transform((text) => text.toLowerCase()) }), { a: 'MARK' }],
    ['what goes through a pipe', z.object({ a: z.string().pipe(secret) }), { a: 'MARK' }],
    ['a lazy schema', z.object({ a: z.lazy(() => secret) }), { a: 'MARK' }],
    ['beside a date', z.object({ when: z.coerce.date(), a: secret }), { when: '2026-01-15', a: 'MARK' }],
    ['a schema inside itself', Tree, nested(2)],
    ['a schema that is deep inside itself', Tree, nested(12)],
    ['a schema deep inside itself, named last', SecretLast, nested(12)],
    [
      'what is given another name',
      z.object({ password: secret }).transform(({ password: kept }) => ({ kept })),
      { password: 'MARK' },
    ],
    [
      'what is given another name, and goes through a pipe',
      z
        .object({ password: secret })
        .transform(({ password: kept }) => ({ kept }))
        .pipe(z.object({ kept: z.string() })),
      { password: 'MARK' },
    ],
    [
      'what a codec gives another name',
      z.codec(z.object({ list: z.array(z.object({ password: secret })) }), z.object({ kept: z.array(z.string()) }), {
        decode: ({ list }) => ({ kept: list.map((each) => each.password) }),
        encode: ({ kept }) => ({ list: kept.map((each) => ({ password: each })) }),
      }),
      { list: [{ password: 'MARK' }] },
    ],
    ['the keys of a record', z.object({ a: z.record(secret, z.number()) }), { a: { MARK: 1 } }],
  ])('%s', async (_, input, args) => {
    const { directory, result, memory } = await recordedOf(args, {}, { input })
    expect(result.status).toBe('executed')
    expect(await allBytesOf(directory)).not.toMatch(/MARK/i)
    expect(JSON.stringify(memory)).not.toMatch(/MARK/i)
  })

  const secretJson = { type: 'string', writeOnly: true }
  test.each<[string, object, unknown]>([
    ['properties', { properties: { a: secretJson } }, { a: 'MARK' }],
    ['patternProperties', { patternProperties: { '^x': secretJson } }, { xyz: 'MARK' }],
    ['additionalProperties', { additionalProperties: secretJson }, { any: 'MARK' }],
    ['unevaluatedProperties', { unevaluatedProperties: secretJson }, { any: 'MARK' }],
    ['dependentSchemas', { dependentSchemas: { b: { properties: { a: secretJson } } } }, { b: 1, a: 'MARK' }],
    ['items', { properties: { a: { items: secretJson } } }, { a: ['MARK'] }],
    ['items, as a list of older drafts', { properties: { a: { items: [secretJson] } } }, { a: ['MARK'] }],
    ['prefixItems', { properties: { a: { prefixItems: [secretJson] } } }, { a: ['MARK'] }],
    ['additionalItems', { properties: { a: { items: [{}], additionalItems: secretJson } } }, { a: [1, 'MARK'] }],
    ['unevaluatedItems', { properties: { a: { unevaluatedItems: secretJson } } }, { a: ['MARK'] }],
    ['contains', { properties: { a: { contains: secretJson } } }, { a: ['MARK'] }],
    ['if and else', { if: {}, else: { properties: { a: secretJson } } }, { a: 'MARK' }],
    ['$ref', { properties: { a: { $ref: '#/$defs/s' } }, $defs: { s: secretJson } }, { a: 'MARK' }],
    [
      '$ref of an escaped name',
      { properties: { a: { $ref: '#/$defs/s~1t%20u' } }, $defs: { 's/t u': secretJson } },
      { a: 'MARK' },
    ],
    [
      '$ref of an anchor',
      { properties: { a: { $ref: '#s' } }, $defs: { s: { ...secretJson, $anchor: 's' } } },
      { a: 'MARK' },
    ],
    ['$ref elsewhere', { properties: { a: { $ref: 'https://example.com/schema' } } }, { a: 'MARK' }],
    ['$ref of what is not there', { properties: { a: { $ref: '#/$defs/none' } } }, { a: 'MARK' }],
    [
      '$dynamicRef',
      { properties: { a: { $dynamicRef: '#s' } }, $defs: { s: { ...secretJson, $dynamicAnchor: 's' } } },
      { a: 'MARK' },
    ],
  ])('in a JSON Schema given by hand, by %s', async (_, inputJsonSchema, args) => {
    const { directory } = await recordedOf(args, {}, { inputJsonSchema })
    expect(await allBytesOf(directory)).not.toContain('MARK')
  })

  test.each<[string, (index: number) => number[]]>([
    ['that refer to each other', (index) => [...Array(40).keys()].filter((key) => key !== index)],
    ['each of which has the next one twice', (index) => (index < 39 ? [index + 1, index + 1] : [])],
  ])('and schemas %s are not walked through in all the ways there are', async (_, refersTo) => {
    let walked = 0
    const schemaOf = (index: number) => ({
      get properties() {
        // Rather than to hang where there is no bound.
        if (++walked > 20_000) throw new RangeError('walked on and on')
        return Object.fromEntries(refersTo(index).map((key, place) => [`p${place}`, { $ref: `#/$defs/d${key}` }]))
      },
    })
    const $defs = Object.fromEntries(Array.from({ length: 40 }, (_each, index) => [`d${index}`, schemaOf(index)]))
    const { runner } = await journaled()
    runner.register('tool', { execute: () => 1, inputJsonSchema: { $ref: '#/$defs/d0', $defs } })
    expect(walked).toBeLessThanOrEqual(20_000)
  })

  test('the rest of the arguments is recorded as ever', async () => {
    const input = z.object({ a: secret, b: z.array(z.object({ c: password, d: z.number() })), e: z.string() })
    const { entry } = await recordedOf({ a: 'x', b: [{ c: 'y', d: 1 }], e: 'z' }, {}, { input })
    expect(entry.arguments).toEqual({ a: '[redacted]', b: [{ c: '[redacted]', d: 1 }], e: 'z' })
  })

  test('also where the policy says that the arguments are recorded whole', async () => {
    const { entry } = await recordedOf({ a: 'MARK' }, { arguments: 'whole' }, { input: z.object({ a: secret }) })
    expect(entry.arguments).toEqual({ a: '[redacted]' })
  })

  test('also where the policy says that it can be erased', async () => {
    const input = z.object({ a: secret, b: z.object({ c: secret }) })
    const policy = { arguments: { erasable: ['a', 'b', 'b.c'] } }
    const { directory, entry } = await recordedOf({ a: 'MARK', b: { c: 'MARK' } }, policy, { input })
    expect(entry.arguments).toEqual({ a: '[redacted]', b: anErasable })
    expect(await allBytesOf(directory)).not.toContain('MARK')
    expect(await allBytesOf(directory)).not.toContain(Buffer.from('MARK').toString('base64url').slice(0, 5))
  })

  test('where all of it is secret, the arguments are recorded as their digest', async () => {
    const input = z.object({ a: z.string() }).meta({ secret: true })
    for (const policy of [{}, { arguments: 'whole' }, { arguments: { erasable: ['a'] } }] as const) {
      const { directory, entry } = await recordedOf({ a: 'MARK' }, policy, { input })
      expect(entry.argumentsDigest).toMatch(/^[0-9a-f]{64}$/)
      expect(await allBytesOf(directory)).not.toContain('MARK')
    }
  })

  test('what the schema says of arguments that do not fit it is not recorded where it may quote them', async () => {
    const quoting = z.string().refine((text) => text === 'right', { error: (issue) => `bad: ${String(issue.input)}` })
    const input = z.object({ a: quoting.meta({ secret: true }) })
    const { directory, result } = await recordedOf({ a: 'MARK' }, {}, { input })
    expect(result.blockedBy).toBe('input')
    expect(await allBytesOf(directory)).not.toContain('MARK')
  })
})

describe('a schema that can not be described', () => {
  const broken = z.object({ a: z.string() })
  Object.defineProperty(broken['~standard'], 'jsonSchema', {
    value: {
      input: () => {
        throw new TypeError('no words for it')
      },
    },
  })

  test('has its arguments recorded as their digest, since any of them could be secret', async () => {
    const { entry } = await recordedOf({ a: 'MARK' }, {}, { input: broken })
    expect(entry).not.toHaveProperty('arguments')
    expect(entry.argumentsDigest).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([
    ['whole', { a: 'MARK' }],
    [{ redact: ['b'] }, { a: 'MARK' }],
    [{ erasable: ['a'] }, { a: anErasable }],
  ] as const)('has them recorded as the policy says, where it does: %j', async (given, expected) => {
    const { entry } = await recordedOf({ a: 'MARK' }, { arguments: given }, { input: broken })
    expect(entry.arguments).toEqual(expected)
  })

  test('is no matter where its JSON Schema is given by hand', async () => {
    const inputJsonSchema = { properties: { a: { writeOnly: true } } }
    const { entry } = await recordedOf({ a: 'MARK', b: 1 }, {}, { input: broken.loose(), inputJsonSchema })
    expect(entry.arguments).toEqual({ a: '[redacted]', b: 1 })
  })

  test('and that says nothing of JSON Schema at all has its arguments recorded whole', async () => {
    const plain = { '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) } } as const
    const { entry } = await recordedOf({ a: 1 }, {}, { input: plain })
    expect(entry.arguments).toEqual({ a: 1 })
  })
})

describe('for all arguments and paths', () => {
  const keys = ['a', 'b', 'c', '0', '1', '__proto__', 'toJSON', 'length']
  const key = fc.constantFrom(...keys)
  const path = fc.array(fc.oneof({ weight: 4, arbitrary: key }, { weight: 1, arbitrary: fc.constant('*') }), {
    minLength: 1,
    maxLength: 3,
  })
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'medium' },
      fc.constantFrom<unknown>('text', 'ü\n', 5, -0.5, true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name }).map(Object.fromEntries),
    ),
  }))
  const root = fc.uniqueArray(fc.tuple(key, value), { minLength: 1, maxLength: 4, selector: ([name]) => name })

  /** The same with each text and number replaced by a mark of its own, and the paths of the marks. */
  function marked(given: unknown, at: readonly string[], marks: Map<string, readonly string[]>): unknown {
    if (typeof given === 'string' || typeof given === 'number') {
      const mark = `MARK-${String(marks.size).padStart(4, '0')}-`
      marks.set(mark, at)
      return mark
    }
    if (Array.isArray(given)) return given.map((item, index) => marked(item, [...at, String(index)], marks))
    if (typeof given !== 'object' || given === null) return given
    return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, marked(item, [...at, name], marks)]))
  }

  /** Whether a path leads to the place, or to something that it stands in. */
  const covers = (one: readonly string[], place: readonly string[]) => {
    return one.length <= place.length && one.every((each, index) => each === '*' || each === place[index])
  }

  test('nothing that is redacted or secret is in any byte of the journal, and what can be erased only among the values', async () => {
    const policies = { redact: fc.array(path, { maxLength: 2 }), erasable: fc.array(path, { maxLength: 2 }) }
    const secretPath = fc.option(
      path.filter((one) => !one.includes('*')),
      { nil: undefined },
    )
    const many = await journaled()
    let calls = 0
    const left: {
      readonly id: string
      readonly marks: Map<string, readonly string[]>
      readonly kept: readonly (readonly string[])[]
      readonly erasable: readonly (readonly string[])[]
    }[] = []
    await fc.assert(
      fc.asyncProperty(
        root,
        policies.redact,
        policies.erasable,
        secretPath,
        async (fields, redact, erasable, secret) => {
          const id = `call ${calls++}`
          const marks = new Map<string, readonly string[]>()
          const plain = marked(Object.fromEntries(fields), [], marks)
          const unique = JSON.parse(JSON.stringify(plain).replaceAll('MARK-', `MARK-${calls}-`)) as unknown
          const schema = (secret ?? []).reduceRight<Record<string, unknown>>(
            (inner, name) => ({ properties: { [name]: inner }, items: /^\d$/.test(name) ? inner : {} }),
            { writeOnly: true },
          )
          many.runner.register(id, {
            execute: () => 1,
            ...(secret !== undefined && { inputJsonSchema: schema }),
            audit: {
              durability: 'relaxed',
              arguments: { redact: redact.map((one) => one.join('.')), erasable: erasable.map((one) => one.join('.')) },
            },
          })
          await many.runner.call(id, unique)
          left.push({
            id: `MARK-${calls}-`,
            marks,
            kept: secret === undefined ? redact : [...redact, secret],
            erasable,
          })
        },
      ),
      { numRuns: 300 },
    )
    await many.closed()
    const writer = many.journal.writer as string
    const lines = (await linesOf(many.directory, writer)).join('\n')
    const values = (await valuesOf(many.directory, writer)).map(({ value: each }) => JSON.stringify(each)).join('\n')
    const memory = JSON.stringify(many.memory.entries)
    for (const { id, marks, kept, erasable } of left) {
      for (const [mark, place] of marks) {
        const own = mark.replace('MARK-', id)
        const isKept = kept.some((one) => covers(one, place))
        const isErasable = erasable.some((one) => covers(one, place))
        if (isKept) expect([own, values.includes(own)]).toEqual([own, false])
        if (isKept || isErasable) {
          expect([own, lines.includes(own)]).toEqual([own, false])
          expect([own, memory.includes(own)]).toEqual([own, false])
        }
      }
    }
  })
})
