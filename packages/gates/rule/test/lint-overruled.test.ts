import { describe, expect, test } from 'vitest'
import { codes, findings, lint, policy } from './lint-policy.ts'

const rule = (effect: string, conditions: string, more = '') =>
  `{ effect: ${effect}, actions: write:refund, conditions: { ${conditions} }${more} }`
const allowed = '{ effect: allow, actions: "write:*" }'

/** Whether a deny under the second conditions leaves nothing to one under the first. */
const isShadowed = (narrow: string, wide: string) =>
  lint(policy([allowed, rule('deny', wide), rule('deny', narrow)])).some((line) => line.startsWith('5:3 shadowed-deny'))

describe('a deny under conditions', () => {
  test('is reported where another one counts whenever its conditions do', () => {
    const rules = [
      '{ effect: deny, id: large, actions: "write:*", conditions: { arguments.amount: { above: 100 } } }',
      rule('deny', 'arguments.amount: { above: 200 }, principal: a'),
    ]
    expect(lint(policy([allowed, ...rules]))).toEqual([
      '5:3 shadowed-deny: rule 3 changes nothing: all of its actions are denied already by rule `large` (line 4) whenever its conditions hold; leave it out, or correct the conditions of one of them',
    ])
  })

  test.each([
    ['the same conditions', 'amount_min: 1, principal: a', 'principal: a, amount_min: 1'],
    ['more conditions', 'principal: a, tenant: t', 'tenant: t'],
    ['the same under `all` and `not`', 'all: [{ principal: a }, { tenant: t }]', 'not: { not: { principal: a } }'],
    ['a higher limit', 'amount_min: 200', 'arguments.amount: { above: 100 }'],
    ['the same limit, which it leaves out', 'arguments.n: { above: 1 }', 'arguments.n: { min: 1.0 }'],
    ['a lower limit, written as its opposite', 'not: { amount_min: 5 }', 'amount_max: 5'],
    ['limits within those of the other', 'amount_min: 3, amount_max: 4', 'amount_min: 2, amount_max: 5'],
    ['one number within the limits', 'arguments.amount: 7', 'amount_min: 5'],
    ['a length within the other', 'arguments.x: { length: { min: 5 } }', 'arguments.x: { length: { min: 3 } }'],
    ['more calls before', 'calls: { of: a, min: 2 }', 'called: a'],
    ['higher costs before', 'spent: { of: [a, b], min: 2 }', 'spent: { of: [b, a], min: 1 }'],
    ['fewer texts', 'arguments.currency: EUR', 'arguments.currency: [EUR, USD]'],
    ['one of the alternatives', 'principal: a, tenant: t', 'any: [{ principal: b }, { principal: a }]'],
    [
      'the same alternatives',
      'any: [{ principal: b }, { tenant: t }], run: r',
      'any: [{ principal: b }, { tenant: t }]',
    ],
  ])('is reported with %s', (_, narrow, wide) => {
    expect(isShadowed(narrow, wide)).toBe(true)
  })

  test.each([
    ['fewer conditions', 'tenant: t', 'principal: a, tenant: t'],
    ['a wider limit', 'arguments.amount: { min: 100 }', 'arguments.amount: { above: 100 }'],
    ['the limit of another value', 'arguments.n: { above: 2 }', 'arguments.m: { above: 1 }'],
    ['the limit of a length', 'arguments.n: { length: { min: 5 } }', 'arguments.n: { min: 3 }'],
    ['the costs of other calls', 'spent: { of: a, min: 2 }', 'spent: { of: [a, b], min: 1 }'],
    ['texts that are unknown of other values', 'arguments.x: { equals: a }', 'arguments.x: { in: [a, 1] }'],
    ['all of the alternatives', 'any: [{ principal: a }, { tenant: t }]', 'principal: a'],
    ['another condition that is the same but for `not`', 'tenant: t', 'not: { tenant: t }'],
    ['another number of calls than one', 'calls: { of: a, min: 1 }', 'not: { calls: { of: a, equals: 3 } }'],
  ])('is not reported with %s', (_, narrow, wide) => {
    expect(isShadowed(narrow, wide)).toBe(false)
  })

  test('is the later one of two that are the same, and one with a reason only behind the others', () => {
    const [wide, narrow] = ['amount_min: 1', 'amount_min: 2']
    const shadowed = (...rules: string[]) =>
      findings([policy([allowed, ...rules])]).map(({ line, code }) => `${line} ${code}`)
    expect(shadowed(rule('deny', wide), rule('deny', wide))).toEqual(['5 shadowed-deny'])
    expect(shadowed(rule('deny', narrow), rule('deny', wide))).toEqual(['4 shadowed-deny'])
    expect(shadowed(rule('deny', narrow, ', reason: because'), rule('deny', wide))).toEqual([])
    expect(shadowed(rule('deny', wide), rule('deny', narrow, ', reason: because'))).toEqual(['5 shadowed-deny'])
  })

  test('is covered by denies with conditions and denies without any together', () => {
    const rules = [
      '{ effect: deny, actions: b }',
      '{ effect: deny, actions: a, conditions: { amount_min: 1 } }',
      '{ effect: deny, actions: [a, b], conditions: { amount_min: 2 } }',
    ]
    expect(lint(policy([...rules, '{ effect: allow, actions: [a, b] }']))).toEqual([
      expect.stringContaining(
        'rule 3 changes nothing: all of its actions are denied already by rule 2 (line 4), rule 1 (line 3) whenever its',
      ),
    ])
  })

  test('is compared with those of other documents, in which a category may be another one', () => {
    const deny = rule('deny', 'category: crm')
    const document = (name: string, host: string) =>
      `name: ${name}\nrules: [${deny}, { effect: allow, actions: write:refund }]\ncategories: { crm: { hosts: [${host}] } }`
    const shadowed = (...texts: string[]) => findings(texts).filter(({ code }) => code === 'shadowed-deny')
    expect(shadowed(document('one', 'one.test'), document('two', 'two.test'))).toEqual([])
    const plain = policy([allowed, rule('deny', 'principal: a')])
    expect(shadowed(plain, plain.replace('policy', 'other'))).toHaveLength(1)
    expect(shadowed(plain, policy([allowed, rule('deny', 'principal: a')], 'appliesTo: { tags: x }'))).toHaveLength(1)
    expect(shadowed(policy([allowed, rule('deny', 'principal: a')], 'appliesTo: { tags: x }'), plain)).toHaveLength(1)
  })
})

describe('an allow or an approval under conditions', () => {
  test('is reported where a deny counts whenever its conditions do', () => {
    const rules = [
      rule('allow', 'amount_max: 50'),
      rule('require_approval', 'amount_max: 100, principal: a'),
      rule('deny', 'amount_max: 100'),
    ]
    expect(lint(policy(rules))).toEqual([
      '3:3 unreachable-allow: rule 1 never lets a call pass: all of its actions are denied by rule 3 (line 5) whenever its conditions hold; leave it out, or correct the conditions of one of them',
      '4:3 unreachable-allow: rule 2 never lets a call pass: all of its actions are denied by rule 3 (line 5) whenever its conditions hold; leave it out, or correct the conditions of one of them',
    ])
  })

  test.each([
    ['the deny is about a part of it', [rule('allow', 'amount_max: 100'), rule('deny', 'amount_max: 50')]],
    ['it has no conditions', [allowed, rule('deny', 'amount_max: 50')]],
    ['the deny asks for more', [rule('allow', 'amount_max: 50'), rule('deny', 'amount_max: 100, principal: a')]],
    ['it is about more actions', [allowed.replace(' }', ', conditions: { run: r } }'), rule('deny', 'run: r')]],
  ])('is not reported where %s', (_, rules) => {
    expect(codes(policy(rules))).not.toContain('unreachable-allow')
  })

  test('is not looked for among more denies than can be compared quickly', () => {
    const codesAmong = (count: number) => {
      const denies = Array.from({ length: count }, (_, index) => rule('deny', `principal: p${index}`))
      return codes(policy([rule('require_approval', 'principal: p1, tenant: t'), ...denies]))
    }
    expect(codesAmong(100)).toEqual(['unreachable-allow'])
    expect(codesAmong(2_000)).toEqual([])
  })
})
