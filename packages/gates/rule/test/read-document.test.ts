import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compileGlob } from '../src/condition/glob.ts'
import type { Condition, ValueTest } from '../src/document/condition.ts'
import type { PolicyDocument } from '../src/document/document.ts'
import { conditionNames, listOperators, valueOperators } from '../src/document/names.ts'
import { PolicyDocumentError } from '../src/document/problem.ts'
import { readDocument } from '../src/document/read-document.ts'
import { parseExactPath } from '../src/document/read-path.ts'
import { beforeRules, inConditions, inRule, lines } from './documents/broken.ts'

function read(text: string): PolicyDocument {
  return readDocument(text, { file: 'policy.yaml', timeZone: 'UTC' })
}

function fixture(name: string): string {
  return readFileSync(new URL(`documents/${name}`, import.meta.url), 'utf8')
}

/** What the conditions of a rule, which are all of these lines, are read as. */
function conditionOf(...conditions: readonly string[]): Condition | undefined {
  return read(inConditions(...conditions)).rules[0]?.conditions
}

/** Which parts of its rules a text has, as another reader of YAML sees it. */
function writtenParts(text: string): readonly (readonly boolean[])[] {
  const { rules }: { rules: readonly object[] } = parse(text)
  return rules.map((rule) => ['conditions', 'reason', 'redact'].map((name) => name in rule))
}

function readParts({ rules }: PolicyDocument): readonly (readonly boolean[])[] {
  return rules.map((rule) => [rule.conditions, rule.reason, rule.redaction].map((part) => part !== undefined))
}

/** The tests of `arguments.x`, in their order. */
function testsOf(value: string): readonly ValueTest[] {
  const condition = conditionOf(`arguments.x: ${value}`)
  const parts = condition?.kind === 'all' ? condition.conditions : [condition]
  return parts.flatMap((part) => (part?.kind === 'value' ? [part.test] : []))
}

describe('the policy of the OpenAI support agent', () => {
  const document = readDocument(fixture('openai-support.yaml'), { file: 'openai-support.yaml', timeZone: 'UTC' })

  test('is read unchanged', () => {
    expect(document).toMatchObject({
      name: 'openai-support-agent-policy',
      version: '1.0',
      description: 'Policy for OpenAI Agents SDK customer support',
      mode: 'enforce',
      appliesTo: { tags: ['openai', 'support'], principals: undefined, trustTiers: undefined },
      defaultEffect: 'deny',
      defaultPlace: { file: 'openai-support.yaml', line: 54, column: 1 },
      categories: [],
      file: 'openai-support.yaml',
    })
    const rules = document.rules.map(({ id, effect, actions }) => [id, effect, ...actions.map(({ text }) => text)])
    expect(rules).toEqual([
      ['rule 1', 'allow', 'read:customer_data', 'read:order_data'],
      ['rule 2', 'allow', 'read:web_search'],
      ['rule 3', 'allow', 'read:file_search'],
      ['rule 4', 'allow', 'write:refund'],
      ['rule 5', 'deny', 'write:refund'],
      ['rule 6', 'allow', 'write:email'],
      ['rule 7', 'deny', 'execute:computer_use'],
      ['rule 8', 'allow', 'handoff:Billing Specialist'],
      ['rule 9', 'allow', 'handoff:Escalation Manager'],
    ])
  })

  test('has its conditions and reasons, with their places', () => {
    const [, , , small, large, mail] = document.rules
    const path = { text: 'arguments.amount', root: 'arguments', keys: ['amount'] }
    const file = 'openai-support.yaml'
    expect(small).toEqual({
      id: 'rule 4',
      number: 4,
      effect: 'allow',
      actions: [{ text: 'write:refund', place: { file, line: 25, column: 9 } }],
      conditions: {
        kind: 'value',
        path,
        test: { operator: 'max', limit: '100' },
        place: { file, line: 27, column: 7 },
      },
      reason: undefined,
      redaction: undefined,
      place: { file, line: 23, column: 5 },
    })
    expect(large).toMatchObject({
      conditions: { kind: 'value', path, test: { operator: 'min', limit: '100.01' } },
      reason: 'Refunds over $100 require manager approval',
    })
    expect(mail?.conditions).toEqual({
      kind: 'time_range',
      text: '09:00-18:00',
      fromMinute: 540,
      toMinute: 1080,
      timeZone: 'UTC',
      place: { file, line: 40, column: 7 },
    })
  })

  test('has the digest of its text', () => {
    const digest = createHash('sha256').update(fixture('openai-support.yaml')).digest('hex')
    expect(document.digest).toBe(digest)
  })
})

describe('a document', () => {
  const complete = read(fixture('complete.yaml'))

  test('has all of its fields', () => {
    expect(complete).toMatchObject({
      name: 'complete',
      description: 'One of everything,\non two lines.\n',
      mode: 'shadow',
      appliesTo: { tags: ['support', 'billing-*'], principals: ['agent-*'], trustTiers: ['verified'] },
      categories: [
        { name: 'browser', tools: ['browser_*'], hosts: ['*.example.com', 'docs.example.org'] },
        { name: 'mail', tools: ['send_mail', 'read_mail'], hosts: [] },
      ],
      defaultEffect: 'require_approval',
    })
  })

  test('gives its rules their ids, or their numbers', () => {
    const ids = complete.rules.map(({ id, number }) => [id, number])
    expect(ids).toEqual([
      ['conditions', 1],
      ['rule 2', 2],
      ['values', 3],
      ['redaction', 4],
      ['rule 5', 5],
    ])
  })

  test.each([
    ['1.0', '1.0'],
    ['1.10', '1.10'],
    ['"1.0"', '1.0'],
    ['2026-11-21', '2026-11-21'],
    ['9007199254740993', '9007199254740993'],
  ])('takes the version %s as it is written', (written, version) => {
    expect(read(beforeRules(`version: ${written}`)).version).toBe(version)
  })

  test('enforces, denies by default and is about every call unless it says otherwise', () => {
    const document = read(lines('# ours', 'name: support', 'rules: [{ effect: allow, actions: read:* }]'))
    expect(document).toEqual({
      name: 'support',
      version: undefined,
      description: undefined,
      mode: 'enforce',
      appliesTo: { tags: undefined, principals: undefined, trustTiers: undefined },
      categories: [],
      rules: [expect.objectContaining({ id: 'rule 1', conditions: undefined })],
      defaultEffect: 'deny',
      defaultPlace: { file: 'policy.yaml', line: 2, column: 1 },
      file: 'policy.yaml',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('can be JSON', () => {
    const { name, rules } = read(fixture('payments.json'))
    expect(name).toBe('payments')
    expect(rules).toMatchObject([
      { id: 'small', effect: 'allow', place: { line: 5, column: 5 } },
      { id: 'rule 2', reason: 'Only payments at home.', place: { line: 11, column: 5 } },
    ])
    expect(read('{\n\t"name":\t"tabs",\n\t"rules": [{\t"effect": "deny", "actions": ["*"] }]\n}').name).toBe('tabs')
  })

  test('has prose over several lines, and takes it for one text', () => {
    const document = read(
      lines('name: a', 'description: one', '  two', 'rules:', '- effect: deny', '  actions: a', '  reason: b', '    c'),
    )
    expect(document).toMatchObject({ description: 'one two', rules: [{ reason: 'b c' }] })
  })

  test('takes a backslash before a comma for a comma that is meant', () => {
    const [rule] = read(inRule('effect: deny', "actions: 'handoff:Smith\\, John'")).rules
    const [pattern] = rule?.actions ?? []
    expect(compileGlob(pattern?.text ?? '')('handoff:Smith, John')).toBe(true)
  })

  test('can begin with a byte order mark and end its lines as Windows does', () => {
    const text = `\uFEFF${fixture('openai-support.yaml').replaceAll('\n', '\r\n')}`
    expect(read(text).rules).toEqual(read(fixture('openai-support.yaml')).rules)
  })

  test('reads an alias as what it stands for, in the place where that is written', () => {
    const [first, second, third] = read(fixture('aliases.yaml')).rules
    expect(second?.actions).toEqual(first?.actions)
    expect(second?.conditions).toEqual({
      kind: 'not',
      condition: first?.conditions,
      place: { file: 'policy.yaml', line: 11, column: 7 },
    })
    expect(third?.conditions).toMatchObject({ kind: 'not', condition: { kind: 'time_range', text: '09:00-18:00' } })
  })
})

describe('conditions', () => {
  test('are one condition where there is one, at its key', () => {
    expect(conditionOf('arguments.to: ada')).toEqual({
      kind: 'value',
      path: { text: 'arguments.to', root: 'arguments', keys: ['to'] },
      test: { operator: 'equals', literal: { type: 'string', value: 'ada' } },
      place: { file: 'policy.yaml', line: 6, column: 7 },
    })
  })

  test('are all of them where there are several, in their order and at the first', () => {
    expect(conditionOf('tool: refund', 'arguments.amount: { max: 5, min: 1 }', 'amount_min: 2')).toMatchObject({
      kind: 'all',
      conditions: [
        { path: { root: 'tool' }, place: { line: 6, column: 7 } },
        { test: { operator: 'max', limit: '5' }, place: { line: 7, column: 7 } },
        { test: { operator: 'min', limit: '1' }, place: { line: 7, column: 7 } },
        { path: { text: 'arguments.amount' }, test: { operator: 'min', limit: '2' }, place: { line: 8, column: 7 } },
      ],
      place: { line: 6, column: 7 },
    })
  })

  test('stand in all, any and not', () => {
    expect(conditionOf('any:', '  - all: [{ tool: a }, { tool: b }]', '  - not: { tool: c, run: d }')).toMatchObject({
      kind: 'any',
      conditions: [
        { kind: 'all', conditions: [{ kind: 'value' }, { kind: 'value' }], place: { line: 7, column: 11 } },
        { kind: 'not', condition: { kind: 'all', conditions: [{ kind: 'value' }, { kind: 'value' }] } },
      ],
      place: { line: 6, column: 7 },
    })
  })

  test('stand in each other up to 32 levels deep', () => {
    const condition = conditionOf(
      `${'not: { any: [{ '.repeat(16)}arguments.x: { every: { in: [1] } }${' }] }'.repeat(16)}`,
    )
    expect(JSON.stringify(condition).match(/"kind":"(not|any)"/g)).toHaveLength(32)
  })

  test.each([
    ['09:00-18:00', 540, 1080],
    ['00:00-24:00', 0, 1440],
    ['22:00-06:00', 1320, 360],
    ['22:00-00:00', 1320, 1440],
    ['23:59-00:01', 1439, 1],
  ])('have the time range %s', (text, fromMinute, toMinute) => {
    expect(conditionOf(`time_range: ${text}`)).toMatchObject({ kind: 'time_range', text, fromMinute, toMinute })
  })

  test.each([
    ['mon-fri', [1, 2, 3, 4, 5]],
    ['sat-mon', [1, 6, 7]],
    ['sun', [7]],
    ['tue-tue', [2]],
    ['tue-mon', [1, 2, 3, 4, 5, 6, 7]],
    ['[fri, mon, wed-fri]', [1, 3, 4, 5]],
  ])('have the weekdays %s', (written, days) => {
    expect(conditionOf(`weekdays: ${written}`)).toMatchObject({ kind: 'weekdays', days })
  })

  test('have the time zone of the reader, of the document or of their own', () => {
    const zones = (text: string) => JSON.stringify(read(text)).match(/"timeZone":"[^"]+"/g)
    const hours = 'conditions: { time_range: 09:00-18:00, weekdays: { on: mon, timeZone: Asia/Tokyo } }'
    const rules = `rules: [{ effect: allow, actions: read:*, ${hours} }]`
    expect(zones(lines('name: support', rules))).toEqual(['"timeZone":"UTC"', '"timeZone":"Asia/Tokyo"'])
    expect(zones(lines('name: support', rules, 'timeZone: Europe/Warsaw'))).toEqual([
      '"timeZone":"Europe/Warsaw"',
      '"timeZone":"Asia/Tokyo"',
    ])
    const between = 'time_range: { between: 09:00-18:00, timeZone: America/New_York }'
    expect(conditionOf(between)).toMatchObject({ text: '09:00-18:00', timeZone: 'America/New_York' })
  })

  test('look at what was called and spent before', () => {
    expect(conditionOf('called: read:*')).toMatchObject({ kind: 'called', actions: ['read:*'] })
    expect(conditionOf('calls: { min: 1, of: [a, b], max: "3" }')).toMatchObject({
      kind: 'all',
      conditions: [
        { kind: 'calls', actions: ['a', 'b'], bound: { operator: 'min', limit: '1' } },
        { kind: 'calls', actions: ['a', 'b'], bound: { operator: 'max', limit: '3' } },
      ],
    })
    expect(conditionOf('spent: { above: 5.00 }')).toMatchObject({
      kind: 'spent',
      actions: ['*'],
      bound: { operator: 'above', limit: '5.00' },
    })
    expect(conditionOf('spent: { of: ask:*, equals: 0 }')).toMatchObject({ actions: ['ask:*'] })
  })

  test('go into arguments and metadata by path', () => {
    const keysOf = (path: string) => {
      const condition = conditionOf(`${path}: ada`)
      return condition?.kind === 'value' ? condition.path.keys : undefined
    }
    expect(keysOf('arguments')).toEqual([])
    expect(keysOf('arguments.items.0.price')).toEqual(['items', '0', 'price'])
    expect(keysOf('arguments.user\\.name.a\\\\b')).toEqual(['user.name', 'a\\b'])
    expect(keysOf('metadata.a b.ü')).toEqual(['a b', 'ü'])
    expect(keysOf('principal')).toEqual([])
    expect(keysOf('arguments.a\\[0\\].\\*.b\\*')).toEqual(['a[0]', '*', 'b*'])
  })

  test('name the categories of the document, wherever it has them, and the built-in ones', () => {
    const rule = 'rules: [{ effect: deny, actions: a, conditions: { category: [mail, slack, generic] } }]'
    const [denied] = read(lines('name: support', rule, 'categories: { mail: { tools: send_mail } }')).rules
    expect(denied?.conditions).toMatchObject({ test: { operator: 'in', literals: [{ value: 'mail' }, {}, {}] } })
  })

  test('are of every kind in the complete document', () => {
    const written = JSON.stringify(read(fixture('complete.yaml')))
    const kinds = conditionNames.filter((name) => !name.startsWith('amount_'))
    expect([...kinds, 'value'].filter((kind) => !written.includes(`"kind":"${kind}"`))).toEqual([])
    const operators = [...valueOperators, ...listOperators]
    expect(operators.filter((operator) => !written.includes(`"operator":"${operator}"`))).toEqual([])
  })
})

describe('a value', () => {
  const text = (value: string) => ({ type: 'string', value })
  const number = (written: string) => ({ type: 'number', text: written })

  test.each([
    ['ada', text('ada')],
    ['"5"', text('5')],
    ['yes', text('yes')],
    ['""', text('')],
    ['5', number('5')],
    ['1.0', number('1.0')],
    ['-0.50', number('-0.50')],
    ['9007199254740993', number('9007199254740993')],
    ['1e3', number('1e3')],
    ['true', { type: 'boolean', value: true }],
    ['False', { type: 'boolean', value: false }],
    ['null', { type: 'null' }],
    ['~', { type: 'null' }],
  ])('%s is equalled as it is written', (written, literal) => {
    expect(testsOf(written)).toEqual([{ operator: 'equals', literal }])
    expect(testsOf(`{ equals: ${written} }`)).toEqual([{ operator: 'equals', literal }])
    expect(testsOf(`[${written}]`)).toEqual([{ operator: 'in', literals: [literal] }])
    expect(testsOf(`{ contains: ${written} }`)).toEqual([{ operator: 'contains', literal }])
  })

  test.each<[string, readonly ValueTest[]]>([
    [
      '{ min: 1, above: 0.5 }',
      [
        { operator: 'min', limit: '1' },
        { operator: 'above', limit: '0.5' },
      ],
    ],
    ['{ below: "100.01" }', [{ operator: 'below', limit: '100.01' }]],
    ['{ length: 5 }', [{ operator: 'length', bound: { operator: 'equals', limit: '5' } }]],
    [
      '{ length: { max: 3, min: 1 } }',
      [
        { operator: 'length', bound: { operator: 'max', limit: '3' } },
        { operator: 'length', bound: { operator: 'min', limit: '1' } },
      ],
    ],
    ['{ glob: a* }', [{ operator: 'glob', patterns: ['a*'] }]],
    ['{ glob: [a*, "*b"] }', [{ operator: 'glob', patterns: ['a*', '*b'] }]],
    ['{ matches: "(?i)^a+$" }', [{ operator: 'matches', pattern: '(?i)^a+$' }]],
    ['{ host: "*.example.com" }', [{ operator: 'host', patterns: ['*.example.com'] }]],
    ['{ cidr: [10.0.0.0/8, "::1"] }', [{ operator: 'cidr', networks: ['10.0.0.0/8', '::1'] }]],
    ['{ isAddress: true }', [{ operator: 'isAddress', expected: true }]],
    ['{ exists: false }', [{ operator: 'exists', expected: false }]],
    [
      '{ every: { glob: a*, length: { min: 1 } } }',
      [
        {
          operator: 'every',
          tests: [
            { operator: 'glob', patterns: ['a*'] },
            { operator: 'length', bound: { operator: 'min', limit: '1' } },
          ],
        },
      ],
    ],
    ['{ some: { max: 1 } }', [{ operator: 'some', tests: [{ operator: 'max', limit: '1' }] }]],
  ])('is tested by %s', (written, tests) => {
    expect(testsOf(written)).toEqual(tests)
  })
})

describe('a redaction', () => {
  test('has its kinds and paths in their order, and where to look', () => {
    const redaction = read(fixture('complete.yaml')).rules[3]?.redaction
    expect([...(redaction?.kinds ?? [])]).toEqual([
      ['payment_card', 'mask'],
      ['iban', 'hash'],
      ['email', 'drop'],
      ['phone', 'mask'],
      ['national_id', 'block'],
      ['api_key', 'block'],
      ['token', 'block'],
      ['private_key', 'block'],
    ])
    expect(redaction?.paths).toEqual([
      { path: expect.objectContaining({ keys: ['customer', '*', 'note'] }), action: 'drop' },
      { path: expect.objectContaining({ keys: ['rows[*]', 'name'] }), action: 'mask' },
      { path: expect.objectContaining({ keys: ['a.b'] }), action: 'hash' },
    ])
    expect(redaction?.within?.map(({ keys }) => keys)).toEqual([['message'], ['notes', '*']])
  })

  test('of paths alone looks nowhere else', () => {
    const [rule] = read(inRule('effect: redact', 'actions: read:*', 'redact: { arguments.note: drop }')).rules
    expect(rule?.redaction).toMatchObject({ kinds: new Map(), paths: [{ action: 'drop' }], within: undefined })
  })
})

describe('whatever the text', () => {
  const readsOrRefuses = (text: string) => {
    try {
      expect(readParts(read(text))).toEqual(writtenParts(text))
      return true
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error
      return error.problems.every(({ line, column, message }) => line > 0 && column > 0 && !/\p{Cc}/u.test(message))
    }
  }

  test('it is read without leaving anything out, or refused with its problems', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), readsOrRefuses), { numRuns: 1_000 })
  })

  test('so is a document into which anything was written', () => {
    const words = fc.constantFrom(
      ...['\n', '  ', '\t', ': ', '- ', '[', ']', '{', '}', '"', "'", '#', '&a ', '*a', '!!int ', '? ', '|\n', '---\n'],
      ...['null', 'true', '0x1F', '-1', '1e400', 'all', 'not', 'every', 'arguments.a', 'rule 1', '(', '\\', '\u0000'],
    )
    const edit = fc.record({
      at: fc.nat(),
      deleted: fc.nat(20),
      inserted: fc.oneof(words, fc.string({ maxLength: 3 })),
    })
    const texts = ['openai-support.yaml', 'complete.yaml', 'payments.json', 'aliases.yaml'].map(fixture)
    const edited = fc
      .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }))
      .map(([text, edits]) =>
        edits.reduce((before, { at, deleted, inserted }) => {
          const from = at % before.length
          return `${before.slice(0, from)}${inserted}${before.slice(from + deleted)}`
        }, text),
      )
    fc.assert(fc.property(edited, readsOrRefuses), { numRuns: 2_000 })
  })

  test('a path leads to the keys that it was made of', () => {
    const key = fc.string({ minLength: 1, unit: 'binary' }).filter((each) => !/(?! )[\p{Cc}\p{Cf}\p{Z}]/u.test(each))
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const text = ['arguments', ...keys.map((each) => each.replaceAll(/[.\\*[\]]/g, '\\$&'))].join('.')
        expect(parseExactPath(text)).toEqual({ text, root: 'arguments', keys })
      }),
    )
  })

  test('a number keeps every digit', () => {
    const decimal = fc.stringMatching(/^-?[0-9]{1,30}(\.[0-9]{1,30})?$/)
    fc.assert(
      fc.property(decimal, (limit) => {
        expect(testsOf(`{ max: ${limit} }`)).toEqual([{ operator: 'max', limit }])
      }),
    )
  })
})
