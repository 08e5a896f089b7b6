import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileGlob } from '../src/condition/glob.ts'
import { ActionIndex } from '../src/lint/action-index.ts'
import { covers, literalPart, overlaps } from '../src/lint/glob-relation.ts'

/** `z` stands for all the characters that no glob of these tests names. */
const letters = ['a', 'b', '*', 'z']

/** Every text of so many of the letters, and all shorter ones. */
function textsUpTo(length: number): string[] {
  if (length === 0) return ['']
  const shorter = textsUpTo(length - 1)
  const longest = shorter.filter((text) => text.length === length - 1)
  return [...shorter, ...longest.flatMap((text) => letters.map((letter) => text + letter))]
}

const texts = textsUpTo(6)

/** Four parts at most: what one glob matches and another does not, or what both match, is then a text of six letters. */
const glob = fc
  .array(fc.constantFrom('a', 'b', '*', '*', '?', '\\*', '\\a', '**'), { maxLength: 4 })
  .map((parts) => parts.join(''))

describe('covers', () => {
  test('says yes exactly where every text that the narrow glob matches is one of the wide glob', () => {
    fc.assert(
      fc.property(glob, glob, (wide, narrow) => {
        const [isWide, isNarrow] = [compileGlob(wide), compileGlob(narrow)]
        expect(covers(wide, narrow)).toBe(texts.every((text) => !isNarrow(text) || isWide(text)))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['write:*', 'write:refund'],
    ['write:*', 'write:*:large'],
    ['*', '**'],
    ['*?', '?*'],
    ['*a*', '*ba?'],
    ['\\write:*', 'write:refund'],
    ['?', '\\*'],
    ['?', '😀'],
    ['a\\', 'a\\\\'],
    ['*:*', 'a*:?'],
  ])('%s covers %s', (wide, narrow) => {
    expect(covers(wide, narrow)).toBe(true)
  })

  test.each([
    ['write:refund', 'write:*'],
    ['write:?*', 'write:*'],
    ['*ab*', '*a*b*'],
    ['\\*', '*'],
    ['a', ''],
    ['Write:*', 'write:refund'],
    ['?', '??'],
  ])('%s does not cover %s', (wide, narrow) => {
    expect(covers(wide, narrow)).toBe(false)
  })

  test('says no of globs that it would take too long to compare', () => {
    const long = `*${'a?'.repeat(1_000)}`
    expect(covers('*', long)).toBe(true)
    expect(covers(long, long)).toBe(true)
    expect(covers(long, `${long}a?`)).toBe(false)
    expect(overlaps(long, `b${long}`)).toBe(true)
    // Each `*` doubles the positions that have to be followed: `wide` asks for a character forty before the end.
    const wide = `*a${'?'.repeat(40)}`
    expect(covers(wide, `${'*a'.repeat(40)}${'?'.repeat(40)}`)).toBe(false)
  })
})

describe('overlaps', () => {
  test('says yes exactly where there is a text that both globs match', () => {
    fc.assert(
      fc.property(glob, glob, (one, other) => {
        const [isOne, isOther] = [compileGlob(one), compileGlob(other)]
        expect(overlaps(one, other)).toBe(texts.some((text) => isOne(text) && isOther(text)))
      }),
      { numRuns: 2_000 },
    )
  })

  test('says yes of globs of which neither covers the other', () => {
    expect(overlaps('write:*', '*:refund')).toBe(true)
    expect(overlaps('write:*', 'read:*')).toBe(false)
  })
})

describe('an index of globs', () => {
  const globs = fc.array(glob, { maxLength: 8 })

  test('finds those that cover a glob, and whether any overlaps with it, as if each were compared', () => {
    fc.assert(
      fc.property(globs, glob, (added, asked) => {
        const index = new ActionIndex<string>()
        for (const each of added) index.add(each, each)
        expect([...index.covering(asked)].toSorted()).toEqual(added.filter((each) => covers(each, asked)).toSorted())
        expect(index.overlaps(asked)).toBe(added.some((each) => overlaps(each, asked)))
      }),
      { numRuns: 2_000 },
    )
  })

  test('tells globs apart by a part that stands in all that they cover', () => {
    expect(literalPart('*:customer:?x*')).toBe(':customer:')
    expect(literalPart('\\write*')).toBe('rite')
    expect(literalPart('*')).toBe('')
  })
})
