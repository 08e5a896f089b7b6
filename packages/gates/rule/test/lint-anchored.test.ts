import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRegularExpression, type RegularExpression } from '../src/condition/regular-expression.ts'
import { isAnchored } from '../src/lint/anchored.ts'

describe('an expression that matches whole texts only', () => {
  test.each([
    '^a$',
    '\\Aa\\z',
    '^a\\z',
    '(?i)^a$',
    '(?i)(?s)^a$',
    '(?-m)^a$',
    '^$',
    '^a$|^b$',
    '^(a|b)$',
    '(^a$|^b$)',
    '(?:^a$)',
    '(?i:^a$)',
    '(?P<name>^a$)',
    '^[|$]$',
    '^[]|]$',
    '^[[:alpha:]|]+$',
    '^\\Qa|b\\E$',
  ])('is recognised: %s', (pattern) => {
    expect(isAnchored(pattern)).toBe(true)
  })

  test.each([
    'a',
    '^a',
    'a$',
    '^a\\$',
    '\\^a$',
    '^a|b$',
    '^a$|b',
    '^a$|',
    '(^a$)?',
    '^*a$',
    '^a$*',
    '(?m)^a$',
    '(?im)^a$',
    '(?m:^a$)',
    '^\\(a|b\\)$',
    '(^a)(b$)',
    '^\\Qa$\\E',
    '[^]a$',
  ])('is not: %s', (pattern) => {
    expect(isAnchored(pattern)).toBe(false)
  })

  const piece = fc.constantFrom(
    ...['^', '$', '\\A', '\\z', 'a', 'b', '.', '|', '(', ')', '(?:', '(?i:', '*', '?', '+', '[', ']', '[^a]', '\\'],
    ...[
      '(?m)',
      '(?i)',
      '(?s)',
      '(?m:',
      '\\n',
      '\\$',
      '\\^',
      '\\Q',
      '\\E',
      '[$]',
      '[]|]',
      '[[:alpha:]]',
      '{0}',
      '(?P<n>',
    ],
  )
  const body = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const pattern = fc.oneof(
    body,
    body.map((inner) => `^${inner}$`),
    fc.tuple(body, body).map(([one, other]) => `^${one}$|^${other}$`),
    body.map((inner) => `(^${inner}$)`),
  )
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '$', '^', '|'), maxLength: 6 })

  test('finds in no text what is only a part of it', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (written, texts) => {
        const found = compiled(written)
        const whole = compiled(`\\A(?:${written})\\z`)
        if (found === undefined || whole === undefined || !isAnchored(written)) return
        for (const each of texts) if (found(each)) expect(whole(each)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
})

function compiled(pattern: string): RegularExpression | undefined {
  try {
    return compileRegularExpression(pattern)
  } catch {
    return undefined
  }
}
