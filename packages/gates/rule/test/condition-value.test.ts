import { display } from '@toolgate/core'
import { describe, expect, test } from 'vitest'
import { compileCondition } from '../src/condition/compile.ts'
import type { Truth } from '../src/condition/truth.ts'
import type { ValueTest } from '../src/document/condition.ts'
import { literal, literals, subject, truthOfTest, value } from './conditions.ts'

const u = 'unknown'

/** Rows of a test, a value and what comes of them. */
function table(rows: readonly (readonly [ValueTest, unknown, Truth])[]): void {
  const titled = rows.map((row) => [`${display(row[0])} of ${display(row[1])}: ${row[2]}`, row] as const)
  test.each(titled)('%s', (_, [tested, argument, expected]) => {
    expect(truthOfTest(tested, argument)).toBe(expected)
  })
}

describe('a missing value is unknown for everything but whether it exists', () => {
  table([
    [{ operator: 'equals', literal: literal('') }, undefined, u],
    [{ operator: 'equals', literal: literal(null) }, undefined, u],
    [{ operator: 'in', literals: literals('a', 1, null) }, undefined, u],
    [{ operator: 'max', limit: '100' }, undefined, u],
    [{ operator: 'length', bound: { operator: 'max', limit: '5' } }, undefined, u],
    [{ operator: 'glob', patterns: ['*'] }, undefined, u],
    [{ operator: 'matches', pattern: '' }, undefined, u],
    [{ operator: 'host', patterns: ['*'] }, undefined, u],
    [{ operator: 'cidr', networks: ['0.0.0.0/0', '::/0'] }, undefined, u],
    [{ operator: 'contains', literal: literal('') }, undefined, u],
    [{ operator: 'every', tests: [] }, undefined, u],
    [{ operator: 'some', tests: [] }, undefined, u],
    [{ operator: 'exists', expected: true }, undefined, false],
    [{ operator: 'exists', expected: false }, undefined, true],
  ])
})

describe('whether a value exists is never unknown, and null does', () => {
  const [exists, isMissing]: ValueTest[] = [
    { operator: 'exists', expected: true },
    { operator: 'exists', expected: false },
  ]
  test.each([null, 0, '', false, [], {}, Number.NaN])('%j', (argument) => {
    expect(exists && truthOfTest(exists, argument)).toBe(true)
    expect(isMissing && truthOfTest(isMissing, argument)).toBe(false)
  })
})

describe('equals: the type of the literal says what can be compared', () => {
  const equals = (of: string | number | boolean | null): ValueTest => ({ operator: 'equals', literal: literal(of) })
  table([
    [equals('EUR'), 'EUR', true],
    [equals('EUR'), 'eur', false],
    [equals('EUR'), 5, u],
    [equals('EUR'), null, u],
    [equals('EUR'), ['EUR'], u],
    [equals('5'), 5, u],
    [equals('true'), true, u],
    [equals(5), 5, true],
    [equals(5), '5.00', true],
    [equals(5), 5n, true],
    [equals(5), 5.01, false],
    [equals(5), 'five', u],
    [equals(5), Number.NaN, u],
    [equals(5), null, u],
    [equals(1), true, u],
    [equals(true), true, true],
    [equals(true), false, false],
    [equals(true), 'true', u],
    [equals(true), 1, u],
    [equals(null), null, true],
    [equals(null), 'null', false],
    [equals(null), 0, false],
    [equals(null), {}, false],
  ])
})

describe('in: true for any, false where something could be compared, and else unknown', () => {
  const within = (...values: (string | number | boolean | null)[]): ValueTest => ({
    operator: 'in',
    literals: literals(...values),
  })
  table([
    [within('a', 'b'), 'b', true],
    [within('a', 'b'), 'c', false],
    [within('a', 'b'), 1, u],
    [within('a', 1), 1, true],
    [within('a', 1), '1.0', true],
    [within('a', 1), 2, false],
    [within('a', 1), 'b', false],
    [within('a', 1), true, u],
    [within(1, 2), 'b', u],
    [within('a', null), null, true],
    [within('a', null), 5, u],
    [within(true, 'a'), false, false],
    [within(), 'a', u],
  ])
})

describe('min, max, above and below compare decimals exactly', () => {
  table([
    [{ operator: 'min', limit: '100' }, 100, true],
    [{ operator: 'min', limit: '100' }, 99.99, false],
    [{ operator: 'max', limit: '100' }, 100, true],
    [{ operator: 'max', limit: '100' }, '100.005', false],
    [{ operator: 'above', limit: '100' }, 100, false],
    [{ operator: 'above', limit: '100' }, '100.00000000000000000001', true],
    [{ operator: 'below', limit: '100' }, 100n, false],
    [{ operator: 'below', limit: '0.3' }, 0.1, true],
    [{ operator: 'max', limit: '100' }, -5, true],
    [{ operator: 'max', limit: '100' }, 'a lot', u],
    [{ operator: 'max', limit: '100' }, '', u],
    [{ operator: 'max', limit: '100' }, null, u],
    [{ operator: 'max', limit: '100' }, false, u],
    [{ operator: 'max', limit: '100' }, [5], u],
    [{ operator: 'max', limit: '100' }, { valueOf: () => 5 }, u],
    [{ operator: 'max', limit: '100' }, Number.NaN, u],
    [{ operator: 'max', limit: '100' }, Number.NEGATIVE_INFINITY, u],
  ])
})

describe('length: of text in code points, of a list in items, of a plain object in keys', () => {
  const length = (operator: 'equals' | 'max' | 'above', limit: number): ValueTest => ({
    operator: 'length',
    bound: { operator, limit: String(limit) },
  })
  table([
    [length('equals', 3), 'abc', true],
    [length('equals', 2), 'a😀', true],
    [length('equals', 1), '\ud83d', true],
    [length('max', 2), 'abc', false],
    [length('equals', 0), '', true],
    [length('equals', 2), ['a', 'b'], true],
    [length('above', 2), ['a', 'b'], false],
    [length('equals', 1), { a: 1 }, true],
    [length('equals', 0), Object.create(null), true],
    [length('equals', 0), new Map(), u],
    [length('equals', 0), new Set(), u],
    [length('equals', 0), new Date(0), u],
    [length('equals', 0), 0, u],
    [length('equals', 0), null, u],
  ])

  test('of a long text is counted in the end', () => {
    expect(truthOfTest(length('equals', 1_000_000), '😀'.repeat(1_000_000))).toBe(true)
  })
})

describe('glob, matches, host and cidr', () => {
  const cidr: ValueTest = { operator: 'cidr', networks: ['10.0.0.0/8', '::1/128'] }
  const host: ValueTest = { operator: 'host', patterns: ['*.slack.com', 'slack.com'] }
  table([
    [{ operator: 'glob', patterns: ['*@example.com', 'root'] }, 'bob@example.com', true],
    [{ operator: 'glob', patterns: ['*@example.com', 'root'] }, 'root', true],
    [{ operator: 'glob', patterns: ['*@example.com', 'root'] }, 'bob@example.com.evil.com', false],
    [{ operator: 'glob', patterns: ['*'] }, 5, u],
    [{ operator: 'glob', patterns: ['*'] }, ['a'], u],
    [{ operator: 'matches', pattern: 'drop\\s+table' }, 'please drop  table', true],
    [{ operator: 'matches', pattern: '^drop' }, 'please drop', false],
    [{ operator: 'matches', pattern: '5' }, 5, u],
    [host, 'https://files.slack.com/a', true],
    [host, 'slack.com:443', true],
    [host, 'https://slack.com@evil.com/', false],
    [host, 'https://slack.com\\@evil.com/', u],
    [host, 'not a url', u],
    [host, 5, u],
    [cidr, '10.1.2.3', true],
    [cidr, '::ffff:10.1.2.3', true],
    [cidr, 'http://10.1.2.3:8080/admin', true],
    [cidr, 'http://0x0a.1/', true],
    [cidr, '[::1]:80', true],
    [cidr, '11.0.0.1', false],
    [cidr, '::2', false],
    [cidr, 'localhost', u],
    [cidr, 'http://internal.example.com/', u],
    [cidr, '10.0.0.0/8', u],
    [cidr, 0x0a000001, u],
  ])
})

describe('contains: a part of text, or an item of a list', () => {
  const contains = (of: string | number | boolean | null): ValueTest => ({ operator: 'contains', literal: literal(of) })
  table([
    [contains('secret'), 'a secret!', true],
    [contains('secret'), 'Secret', false],
    [contains(5), '5', u],
    [contains('a'), ['b', 'a'], true],
    [contains('a'), ['b', 5, null, ['a']], u],
    [contains('a'), [], false],
    [contains(5), ['a', '5.0'], true],
    [contains(5), [4, 6], false],
    [contains(null), [0, null], true],
    [contains(null), [0, undefined], false],
    [contains(true), [1, 'true'], u],
    [contains('a'), { a: 1 }, u],
    [contains('a'), new Set(['a']), u],
    [contains('a'), 5, u],
    [contains('a'), Array(10_001).fill('a'), u],
  ])
})

describe('every and some ask the items of a list, as all and any would', () => {
  const isInternal: ValueTest = { operator: 'glob', patterns: ['*@example.com'] }
  const isShort: ValueTest = { operator: 'length', bound: { operator: 'max', limit: '15' } }
  const every: ValueTest = { operator: 'every', tests: [isInternal, isShort] }
  const some: ValueTest = { operator: 'some', tests: [isInternal, isShort] }
  const [good, bad, long] = ['bob@example.com', 'eve@evil.com', 'a.very.long.name@example.com']
  table([
    [every, [good, good], true],
    [every, [good, bad], false],
    [every, [good, long], false],
    [every, [good, 5], u],
    [every, [5, bad], false],
    [every, [], true],
    [every, good, u],
    [every, { 0: good, length: 1 }, u],
    [some, [bad, good], true],
    [some, [bad, long], false],
    [some, [bad, 5], u],
    [some, [5, good], true],
    [some, [], false],
    [some, null, u],
    [some, Array(10_000).fill(bad), false],
    [some, Array(10_001).fill(good), u],
    [every, Array(10_001).fill(bad), u],
    [every, Array(2), u],
    [{ operator: 'every', tests: [{ operator: 'exists', expected: true }] }, Array(2), false],
    [{ operator: 'some', tests: [every] }, [[bad], [good]], true],
    [{ operator: 'every', tests: [every] }, [[good], good], u],
  ])
})

describe('what can not be compiled is refused', () => {
  test.each<[ValueTest, string]>([
    [{ operator: 'max', limit: 'ten' }, 'the limit is `ten`; expected a decimal number, such as 100.50'],
    [{ operator: 'matches', pattern: '(' }, 'missing closing ): `(`'],
    [{ operator: 'host', patterns: ['a/b'] }, '`a/b` is no host; expected a glob such as *.example.com'],
    [{ operator: 'cidr', networks: ['10.0.0.1/8'] }, '`10.0.0.1/8` is no network; expected one such as 10.0.0.0/8'],
  ])('%j', (tested, message) => {
    expect(() => compileCondition(value('arguments.value', tested), [])).toThrow(message)
  })
})

test('an explanation finds the value that was looked at', () => {
  const compiled = compileCondition(value('arguments.amount', { operator: 'max', limit: '1' }), [])
  expect(compiled.find(subject({ arguments: { amount: 5 } }))).toBe(5)
  expect(compiled.find(subject())).toBeUndefined()
})
