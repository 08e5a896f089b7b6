import { argumentsDigest, canonicalJson, type ToolCall } from '@toolgate/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

describe('canonical JSON', () => {
  // From the examples and the test data of RFC 8785.
  test.each([
    [
      { numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], literals: [null, true, false] },
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    ],
    [{ string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f' }, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'],
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    [[56, { d: true, '10': null, '1': [] }], '[56,{"1":[],"10":null,"d":true}]'],
    [-0, '0'],
    [{ a: undefined, b: new Date(0) }, '{"b":"1970-01-01T00:00:00.000Z"}'],
  ])('%j', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected)
  })

  test('is JSON, and the same for the same JSON in any order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(canonicalJson(reversed(value)))))
        expect(canonicalJson(reversed(value))).toBe(text)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })

  test.each([
    [{ a: [1, undefined] }, 'the value at `/a/1` is a undefined'],
    [{ a: Number.NaN }, 'the value at `/a` is NaN'],
    [{ a: Number.POSITIVE_INFINITY }, 'the value at `/a` is Infinity'],
    [{ a: 2n }, 'the value at `/a` is a bigint'],
    [{ a: () => 1 }, 'the value at `/a` is a function'],
    [{ a: new Map() }, 'the value at `/a` is an instance of a class'],
    [{ a: '\ud800' }, 'the value at `/a` is a string with a lone surrogate'],
    [undefined, 'the value at `/` is a undefined'],
  ])('refuses what JSON can not hold exactly: %o', (value, message) => {
    expect(() => canonicalJson(value)).toThrow(message)
  })

  test('refuses a cycle, and what is nested without end', () => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    expect(() => canonicalJson(circular)).toThrow('nested over 200 levels deep')
  })
})

test('the digest of arguments is computed again once they are replaced', () => {
  const call = { arguments: { a: 1 } } as ToolCall & { arguments: unknown }
  const before = argumentsDigest(call)
  expect(before).toMatch(/^[0-9a-f]{64}$/)
  expect(argumentsDigest(call)).toBe(before)
  call.arguments = { a: 2 }
  expect(argumentsDigest(call)).not.toBe(before)
})

/** The same JSON with the keys of every object in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).reverse()
  return Object.fromEntries(entries.map(([key, field]) => [key, reversed(field)]))
}
