import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGlob, compileGlobs } from '../src/condition/glob.ts'

/** Plain oracle, exponential as it is: what can follow is tried one by one. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  const [head, ...tail] = pattern
  if (head === undefined) return text.length === 0
  if (head === '*') return matches(tail, text) || (text.length > 0 && matches(pattern, text.slice(1)))
  if (text.length === 0) return false
  if (head === '?') return matches(tail, text.slice(1))
  const [expected, rest] = head === '\\' && tail[0] !== undefined ? [tail[0], tail.slice(1)] : [head, tail]
  return expected === text[0] && matches(rest, text.slice(1))
}

describe('a glob', () => {
  const characters = (...units: string[]) => fc.array(fc.constantFrom(...units), { maxLength: 8 })

  test.each([
    ['letters', ['a', 'b']],
    ['characters outside of the basic plane, and halves of them', ['a', '😀', '\ud83d', '\ude00']],
    ['what has a meaning in globs', ['a', '*', '?', '\\', '\n']],
  ])('over %s matches as the plain oracle says', (_, units) => {
    fc.assert(
      fc.property(characters(...units, '*', '?', '\\'), characters(...units), (pattern, text) => {
        const [patternText, wholeText] = [pattern.join(''), text.join('')]
        expect(compileGlob(patternText)(wholeText)).toBe(matches([...patternText], [...wholeText]))
      }),
      { numRuns: 3_000 },
    )
  })

  test.each([
    ['read:*', ['read:', 'read:a', 'read:a/b\nc'], ['read', 'Read:a', 'xread:a']],
    ['*', ['', 'a', '\n'], []],
    ['', [''], ['a']],
    ['*:delete', [':delete', 'files:delete'], ['delete', 'files:delete ']],
    ['a*a', ['aa', 'aba'], ['a', 'ab']],
    ['*admin*', ['admin', 'an admin!'], ['Admin', 'adm']],
    ['file.?', ['file.a', 'file.😀', 'file.:'], ['file.', 'file.ab', 'filexa']],
    ['\\*', ['*'], ['a', '', '\\*']],
    ['a\\?b\\\\c', ['a?b\\c'], ['axb\\c']],
    ['a\\', ['a\\'], ['a']],
    ['[ab]{c,d}', ['[ab]{c,d}'], ['a', 'ac']],
    ['a**b', ['ab', 'axxb'], ['a']],
  ])('%j matches the whole text', (pattern, matching, others) => {
    const glob = compileGlob(pattern)
    expect(matching.filter((text) => !glob(text))).toEqual([])
    expect(others.filter((text) => glob(text))).toEqual([])
  })

  test('comes to an end with long and repetitive texts', () => {
    const text = 'a'.repeat(1_000_000)
    expect(compileGlob('*a*a*a*a*a*b')(text)).toBe(false)
    expect(compileGlob('*?a?*?a?*?b?*')(text)).toBe(false)
    expect(compileGlob(`*${'a'.repeat(50)}?b`)(text)).toBe(false)
    expect(compileGlob('*'.repeat(1_000_000))(text)).toBe(true)
    expect(compileGlob(text)(text)).toBe(true)
  })
})

test('globs match where any of them does', () => {
  expect(compileGlobs(['read:*', 'list:*'])('list:a')).toBe(true)
  expect(compileGlobs(['read:*', 'list:*'])('write:a')).toBe(false)
  expect(compileGlobs(['read:*'])('read:a')).toBe(true)
  expect(compileGlobs([])('')).toBe(false)
})
