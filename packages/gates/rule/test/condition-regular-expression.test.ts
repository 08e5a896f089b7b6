import { describe, expect, test } from 'vitest'
import { compileRegularExpression } from '../src/condition/regular-expression.ts'

describe('a regular expression', () => {
  test.each([
    ['b+', 'abba', true],
    ['^b', 'ab', false],
    ['(?i)^delete\\b', 'DELETE FROM t', true],
    ['^\\d{3}-\\d{2}$', '123-45', true],
    ['^\\d+$', '１２', false],
    ['^.$', '😀', true],
    ['^.$', '\n', false],
    ['(?s)^.$', '\n', true],
    ['\\p{Greek}', 'αβγ', true],
    ['', '', true],
  ])('%j has a match somewhere in %j: %s', (pattern, text, expected) => {
    expect(compileRegularExpression(pattern)(text)).toBe(expected)
  })

  test.each([
    ['(a)\\1', 'back-references are not supported: `\\1`'],
    ['(?<n>a)\\k<n>', 'back-references are not supported: `\\k`'],
    ['a(?=b)', 'lookahead is not supported: `(?=`'],
    ['a(?!b)', 'lookahead is not supported: `(?!`'],
    ['(?<=a)b', 'lookbehind is not supported: `(?<=`'],
    ['(?<!a)b', 'lookbehind is not supported: `(?<!`'],
    ['(?>a)', 'atomic groups are not supported: `(?>`'],
    ['(', 'missing closing ): `(`'],
    ['[a', 'missing closing ]: `[a`'],
    ['a++', 'invalid nested repetition operator: `++`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(a[ab]{900}|b[ab]{900})', 'it compiles to more than 1000 instructions; repeat less, such as {1,64} of {1,900}'],
    ['\\', 'trailing backslash at end of expression'],
    ['('.repeat(5_000) + ')'.repeat(5_000), 'expression nests too deeply'],
  ])('%j is refused with the reason', (pattern, reason) => {
    expect(() => compileRegularExpression(pattern)).toThrow(new Error(reason))
  })

  test('is unknown of a text that it would take too long to look through', () => {
    const text = 'ab'.repeat(100_000)
    expect(compileRegularExpression('a[ab]{900}c')(text)).toBe('unknown')
    expect(compileRegularExpression('a[ab]{90}c')(text)).toBe(false)
  })

  test('comes to an end with texts made to take forever', () => {
    const text = 'a'.repeat(1_000_000)
    const patterns = ['^(a+)+$', '^(a|a)*$', '(a*)*b', '(x+x+)+y', '^(([a-z])+.)+[A-Z]', '(.*)(.*)(.*)(.*)[^a]']
    expect(patterns.map((pattern) => compileRegularExpression(pattern)(text))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
