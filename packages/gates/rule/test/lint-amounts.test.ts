import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codes, findings, lint, policy } from './lint-policy.ts'

const rule = (effect: string, conditions: string, actions = 'write:refund') =>
  `{ effect: ${effect}, actions: ${actions}, conditions: { ${conditions} } }`

describe('a gap between two limits', () => {
  test('is the only finding in the policy of the support agent', () => {
    const text = readFileSync(new URL('documents/openai-support.yaml', import.meta.url), 'utf8')
    const line = text.split('\n').findIndex((each) => each.includes('amount_min: 100.01')) + 1
    expect(lint(text)).toEqual([
      `${line}:7 amount-gap: \`arguments.amount\` above 100 and below 100.01, such as 100.005, is left to the default effect, deny, between rule 4 (line ${line - 10}) and rule 5; to close the gap, write this limit as \`arguments.amount: { above: 100 }\``,
    ])
  })

  test.each([
    [
      'above',
      'arguments.n: { below: 5 }',
      'arguments.n: { above: 5 }',
      '`arguments.n` exactly 5 is',
      'arguments.n: { min: 5 }',
    ],
    [
      'between whole numbers',
      'arguments.n: { max: 10 }',
      'arguments.n: { min: 11 }',
      '`arguments.n` above 10 and below 11, such as 10.5, is',
      'arguments.n: { above: 10 }',
    ],
    [
      'below',
      'arguments.n: { min: 10 }',
      'arguments.n: { below: 9 }',
      '`arguments.n` from 9 and below 10, such as 9.5, is',
      'arguments.n: { below: 10 }',
    ],
    [
      'under `not`',
      'arguments.n: { max: 1 }',
      'not: { arguments.n: { below: 1.1 } }',
      '`arguments.n` above 1 and below 1.1, such as 1.05, is',
      'arguments.n: { above: 1 }',
    ],
    [
      'at one number',
      'arguments.n: 5',
      'arguments.n: { above: 6 }',
      '`arguments.n` above 5 to 6, such as 5.5, is',
      'arguments.n: { above: 5 }',
    ],
    [
      'of what calls have cost',
      'spent: { of: "a:*", max: 1 }',
      'spent: { of: "a:*", min: 1.01 }',
      '`spent` above 1 and below 1.01, such as 1.005, is',
      'spent: { of: "a:*", above: 1 }',
    ],
    [
      'of very small numbers',
      'arguments.n: { max: 0 }',
      `arguments.n: { min: 1e-60 }`,
      '`arguments.n` above 0 and below 1e-60, such as 5e-61, is',
      'arguments.n: { above: 0 }',
    ],
  ])('%s is reported at the limit of the deny', (_, allowed, denied, gap, mend) => {
    const found = lint(policy([rule('deny', denied), rule('allow', allowed)]))
    // Its conditions begin at column 56, and what stands under `not` seven columns later.
    expect(found).toEqual([
      `3:${denied.startsWith('not') ? 63 : 56} amount-gap: ${gap} left to the default effect, deny, between rule 2 (line 4) and rule 1; to close the gap, write this limit as \`${mend}\``,
    ])
    expect(codes(policy([rule('deny', mend), rule('allow', allowed)]))).toEqual([])
  })

  test('is reported between each two neighbours of more than two rules', () => {
    const rules = [
      rule('deny', 'amount_min: 1000.01'),
      rule('allow', 'amount_max: 100'),
      rule('require_approval', 'amount_min: 100.01, amount_max: 1000'),
    ]
    expect(lint(policy(rules))).toEqual([
      expect.stringMatching(
        /^3:\d+ amount-gap: `arguments.amount` above 1000 and below 1000.01, .* between rule 3 \(line 5\) and rule 1;/,
      ),
      expect.stringMatching(
        /^5:\d+ amount-gap: `arguments.amount` above 100 and below 100.01, .* between rule 2 \(line 4\) and rule 3;/,
      ),
    ])
  })

  test('is reported once for rules that have several actions in common', () => {
    const actions = '["write:*", pay, "x*"]'
    expect(
      lint(policy([rule('allow', 'amount_max: 1', actions), rule('deny', 'amount_min: 2', actions)])),
    ).toHaveLength(1)
  })

  test('names the strictest default of the documents that are about these calls', () => {
    const [rules, ...more] = [[rule('allow', 'amount_max: 1'), rule('deny', 'amount_min: 2')], 'defaultEffect: allow']
    const other = (...lines: string[]) => policy(['{ effect: deny, actions: x }'], ...lines)
    const gap = (...texts: string[]) => findings(texts).find(({ code }) => code === 'amount-gap')?.message
    expect(gap(policy(rules, ...more))).toContain('is left to the default effect, allow, between')
    expect(gap(policy(rules, ...more), other())).toContain('is left to the default effect, deny, between')
    expect(gap(policy(rules, ...more), other('mode: shadow'))).toContain(
      'is left to the default effect, allow, between',
    )
  })

  test.each([
    ['the limits meet', [rule('allow', 'amount_max: 100'), rule('deny', 'arguments.amount: { above: 100.00 }')]],
    [
      'another rule fills it',
      [
        rule('allow', 'amount_max: 1'),
        rule('deny', 'amount_min: 9'),
        rule('require_approval', 'arguments.amount: { above: 1, below: 9 }', '"*"'),
      ],
    ],
    [
      'another rule fills it in parts',
      [
        rule('allow', 'amount_max: 1'),
        rule('deny', 'amount_min: 9'),
        rule('allow', 'any: [{ amount_min: 1 }, { amount_max: 0 }]', '"*"'),
      ],
    ],
    [
      'another rule is about every amount',
      [
        rule('allow', 'amount_max: 1'),
        rule('deny', 'amount_min: 9'),
        '{ effect: require_approval, actions: "write:*" }',
      ],
    ],
    ['both have the same effect', [rule('allow', 'amount_max: 1'), rule('allow', 'amount_min: 9')]],
    ['the amounts are different', [rule('allow', 'arguments.a: { max: 1 }'), rule('deny', 'arguments.b: { min: 9 }')]],
    [
      'the actions are different',
      [
        rule('allow', 'amount_max: 1'),
        rule('deny', 'amount_min: 9', 'read:refund'),
        '{ effect: require_approval, actions: read:refund }',
      ],
    ],
    [
      'their other conditions are different',
      [rule('allow', 'amount_max: 1, principal: a'), rule('deny', 'amount_min: 9, principal: b')],
    ],
    [
      'one of them can not hold',
      [rule('allow', 'amount_max: 1'), rule('deny', 'amount_min: 9, all: [{ amount_max: 8 }]')],
    ],
    [
      'one of them redacts',
      [
        rule('allow', 'amount_max: 1'),
        '{ effect: redact, actions: write:refund, redact: { email: mask }, conditions: { amount_min: 9 } }',
      ],
    ],
    [
      'it is about how many calls there were',
      [rule('allow', 'calls: { of: a, max: 1 }'), rule('deny', 'calls: { of: a, min: 9 }')],
    ],
  ])('is not reported where %s', (_, rules) => {
    expect(codes(policy(rules))).not.toContain('amount-gap')
  })

  test('that is wide is not reported where a person decides in it', () => {
    const text = (limit: number) =>
      policy(
        [rule('allow', 'amount_max: 100'), rule('deny', `amount_min: ${limit}`)],
        'defaultEffect: require_approval',
      )
    expect(codes(text(1000))).toEqual([])
    expect(codes(text(101))).toEqual(['amount-gap'])
    expect(codes(text(100.01))).toEqual(['amount-gap'])
    expect(codes(text(100.02))).toEqual([])
  })

  test('is reported where one of both asks for more than the other', () => {
    expect(codes(policy([rule('allow', 'amount_max: 100, principal: a'), rule('deny', 'amount_min: 100.01')]))).toEqual(
      ['amount-gap'],
    )
  })

  describe('between limits for some calls', () => {
    const euros = 'arguments.currency: EUR'
    const small = rule('require_approval', `${euros}, amount_max: 100`)
    const large = rule('deny', `${euros}, amount_min: 100.01`)

    test.each([
      ['a rule about other calls', rule('require_approval', 'arguments.currency: USD, amount_max: 500')],
      ['a rule about a part of them', rule('require_approval', `${euros}, principal: a, amount_max: 500`)],
      ['a part of a rule about other calls', rule('allow', 'principal: a, any: [{ amount_min: 1 }, { called: x }]')],
      ['a rule about other calls, whatever their amount', rule('allow', 'arguments.currency: USD')],
      ['a rule that excludes what they have cost', rule('deny', 'principal: a, not: { spent: { equals: 3 } }')],
    ])('is not filled by %s', (_, other) => {
      const defaultEffect = 'defaultEffect: allow'
      const gaps = findings([policy([small, large, other], defaultEffect)]).filter(({ code }) => code === 'amount-gap')
      expect(gaps).toEqual([
        expect.objectContaining({
          line: 4,
          message: expect.stringMatching(/^`arguments.amount` above 100 and below 100.01, .* default effect, allow, /),
        }),
      ])
    })

    test.each([
      ['a rule about the same calls', rule('require_approval', `${euros}, amount_max: 500`)],
      ['a rule about more calls', rule('require_approval', 'amount_max: 500')],
      ['a rule about the same calls, whatever their amount', rule('allow', euros)],
      ['a part of a rule about the same calls', rule('allow', `any: [{ amount_min: 1 }, { called: x }], ${euros}`)],
    ])('is filled by %s', (_, other) => {
      expect(codes(policy([small, large, other]))).not.toContain('amount-gap')
    })

    test('is filled by a rule that asks for as much as the one of both that asks for more', () => {
      const rules = [rule('allow', 'amount_max: 100'), large]
      expect(codes(policy([...rules, rule('allow', `${euros}, amount_max: 101`)]))).not.toContain('amount-gap')
      expect(codes(policy([...rules, rule('allow', 'principal: a, amount_max: 101')]))).toContain('amount-gap')
    })

    test('is looked for in each document by what it calls a category', () => {
      const crm = (host: string) => `categories: { crm: { hosts: [${host}] } }`
      const first = policy([rule('allow', 'category: crm, amount_max: 1')], crm('one.test'))
      const second = policy([rule('deny', 'category: crm, amount_min: 2')], crm('two.test')).replace('policy', 'other')
      expect(findings([first, second])).toEqual([])
      expect(findings([first, second.replace('two', 'one')])).toEqual([])
    })
  })

  test('is looked for among rules that are asked about the same calls', () => {
    const small = (more = '') => policy([rule('allow', 'amount_max: 1')], more)
    const large = (more = '') => policy([rule('deny', 'amount_min: 9')], more)
    const between = policy([rule('require_approval', 'amount_min: 1, amount_max: 9')])
    const tags = 'appliesTo: { tags: x }'
    const gaps = (...texts: string[]) => findings(texts).filter(({ code }) => code === 'amount-gap')
    expect(gaps(small(), large())).toEqual([
      expect.objectContaining({
        file: '1.yaml',
        message: expect.stringContaining('between rule 1 (0.yaml:3:3) and rule 1;'),
      }),
    ])
    expect(gaps(small(tags), large(tags))).toHaveLength(1)
    expect(gaps(small(tags), large(tags), between)).toEqual([])
    expect(gaps(small(tags), large())).toEqual([])
    expect(gaps(small(), large(tags))).toEqual([])
    expect(gaps(small('mode: shadow'), large())).toEqual([])
  })
})

describe('an overlap of two limits', () => {
  test.each([
    ['allow', 'amount_max: 100', 'amount_min: 50', 'from 50 to 100', 'above: 100', 'below: 50'],
    ['allow', 'amount_max: 100', 'amount_min: 100', 'exactly 100', 'above: 100', 'below: 100'],
    [
      'allow',
      'arguments.amount: { below: 100 }',
      'arguments.amount: { above: 50 }',
      'above 50 and below 100',
      'min: 100',
      'max: 50',
    ],
    ['allow', 'amount_min: 10', 'amount_max: 20', 'from 10 to 20', 'below: 10', 'above: 20'],
    [
      'require_approval',
      'amount_min: 10, amount_max: 100',
      'amount_min: 50',
      'from 50 to 100',
      'above: 100',
      'below: 50',
    ],
  ])('is reported at the limit of the deny: %s %s, deny %s', (effect, one, other, range, mend, otherMend) => {
    expect(lint(policy([rule(effect, one), rule('deny', other)]))).toEqual([
      `4:56 amount-overlap: rule 1 (line 3) and rule 2 are both about \`arguments.amount\` ${range}, where the deny wins; to let them meet, write this limit as \`arguments.amount: { ${mend} }\`, or that of rule 1 as \`arguments.amount: { ${otherMend} }\``,
    ])
  })

  test.each([
    ['one is within the other', [rule('allow', 'amount_min: 0'), rule('deny', 'amount_min: 100')]],
    [
      'the deny is about every amount that is allowed',
      [rule('allow', 'amount_max: 100'), rule('deny', 'amount_max: 200')],
    ],
    ['the allow has no limit', ['{ effect: allow, actions: write:refund }', rule('deny', 'amount_min: 100')]],
    [
      'the stricter one is an approval',
      [rule('allow', 'amount_max: 1000'), rule('require_approval', 'amount_min: 100')],
    ],
    ['the deny is an exception', [rule('allow', 'amount_max: 100'), rule('deny', 'amount_min: 50, principal: a')]],
    ['the limits meet', [rule('allow', 'amount_max: 100'), rule('deny', 'arguments.amount: { above: 100 }')]],
  ])('is not reported where %s', (_, rules) => {
    expect(codes(policy(rules))).not.toContain('amount-overlap')
  })

  test('is reported where the exception is on the side of the allow, which the deny wins over', () => {
    expect(codes(policy([rule('allow', 'amount_max: 100, principal: a'), rule('deny', 'amount_min: 50')]))).toEqual([
      'amount-overlap',
    ])
  })

  test('is reported once for each rule that a deny wins over', () => {
    const rules = [rule('deny', 'amount_min: 50'), rule('deny', 'amount_min: 60'), rule('allow', 'amount_max: 100')]
    expect(codes(policy(rules)).filter((code) => code === 'amount-overlap')).toHaveLength(1)
  })
})

const half = fc.integer({ min: 0, max: 8 }).map((twice) => twice / 2)
const upper = fc.record({ operator: fc.constantFrom('max', 'below'), limit: half })
const lower = fc.record({ operator: fc.constantFrom('min', 'above'), limit: half })
const numbers = Array.from({ length: 41 }, (_, index) => index / 4 - 3)

interface Limit {
  readonly operator: string
  readonly limit: number
}

function isWithin(value: number, { operator, limit }: Limit): boolean {
  if (operator === 'max' || operator === 'below') return operator === 'max' ? value <= limit : value < limit
  return operator === 'min' ? value >= limit : value > limit
}

const bound = ({ operator, limit }: Limit) => `arguments.amount: { ${operator}: ${limit} }`

describe('the limits of an allow and a deny', () => {
  test('have a gap exactly when a number is in neither, an overlap when one is in both, and else meet', () => {
    fc.assert(
      fc.property(upper, lower, (allowed, denied) => {
        const isIn = (limits: Limit[]) => numbers.some((value) => limits.every((limit) => isWithin(value, limit)))
        const isLeft = numbers.some((value) => !isWithin(value, allowed) && !isWithin(value, denied))
        const expected = isLeft ? ['amount-gap'] : isIn([allowed, denied]) ? ['amount-overlap'] : []
        expect(codes(policy([rule('allow', bound(allowed)), rule('deny', bound(denied))]))).toEqual(expected)
      }),
    )
  })

  test('meet when the deny is written as the finding says', () => {
    fc.assert(
      fc.property(upper, lower, (allowed, denied) => {
        const [found] = lint(policy([rule('allow', bound(allowed)), rule('deny', bound(denied))]))
        const [, mend] = /write this limit as `([^`]+)`/.exec(found ?? '') ?? []
        if (mend !== undefined) expect(lint(policy([rule('allow', bound(allowed)), rule('deny', mend)]))).toEqual([])
      }),
    )
  })

  test('have one gap for each run of numbers of no rule, between two with different effects', () => {
    const range = fc
      .tuple(lower, upper, fc.constantFrom('allow', 'deny', 'require_approval'))
      .filter(([from, to]) => from.limit < to.limit)
    fc.assert(
      fc.property(fc.array(range, { minLength: 2, maxLength: 5 }), (ranges) => {
        const rules = ranges.map(([from, to, effect]) => rule(effect, `all: [{ ${bound(from)} }, { ${bound(to)} }]`))
        const effectsAt = (value: number) =>
          ranges.filter(([from, to]) => isWithin(value, from) && isWithin(value, to)).map(([, , effect]) => effect)
        const gaps = numbers.filter((value, index) => {
          const before = effectsAt(numbers[index - 1] ?? value)
          if (effectsAt(value).length > 0 || before.length === 0) return false
          const next = numbers.slice(index).find((later) => effectsAt(later).length > 0)
          const after = next === undefined ? [] : effectsAt(next)
          return before.some((one) => after.some((other) => one !== other))
        })
        expect(codes(policy(rules)).filter((code) => code === 'amount-gap')).toHaveLength(gaps.length)
      }),
      { numRuns: 300 },
    )
  })
})
