import { describe, expect, test } from 'vitest'
import { codes, findings, lint, policy } from './lint-policy.ts'

const deny = (actions: string, more = '') => `{ effect: deny, actions: ${actions}${more} }`
const allow = (actions: string, more = '') => `{ effect: allow, actions: ${actions}${more} }`
const largeAmount = ', conditions: { amount_min: 100 }'
const reason = ', reason: because'

describe('a deny that others leave nothing to', () => {
  test('is reported with the rule that denies all of its actions', () => {
    expect(lint(policy([deny('"write:*"', ', id: writes'), deny('[write:refund, "write:e?"]', largeAmount)]))).toEqual([
      '4:3 shadowed-deny: rule 2 changes nothing: all of its actions are denied already by rule `writes` (line 3), without conditions; leave it out, or give the wider deny conditions',
    ])
  })

  test('is reported where several rules together deny all of its actions', () => {
    expect(lint(policy([deny('a'), deny('"b*"'), deny('[bc, a]')]))).toEqual([
      expect.stringContaining(
        '5:3 shadowed-deny: rule 3 changes nothing: all of its actions are denied already by rule 2 (line 4), rule 1 (line 3), ',
      ),
    ])
  })

  test('is the later one of two that are the same', () => {
    expect(lint(policy([deny('a'), deny('\\a'), deny('a', reason)]))).toEqual([
      expect.stringContaining('4:3 shadowed-deny: rule 2 changes nothing'),
      expect.stringContaining('5:3 shadowed-deny: rule 3 changes nothing'),
    ])
  })

  test('is reported for its place, since before the others its reason is the one that is given', () => {
    expect(lint(policy([deny('a', reason), deny('"*"')]))).toEqual([])
    expect(lint(policy([deny('a'), deny('"*"')]))).toEqual([expect.stringContaining('3:3 shadowed-deny: rule 1')])
    expect(lint(policy([deny('"*"'), deny('a', reason)]))).toEqual([
      expect.stringContaining('4:3 shadowed-deny: rule 2'),
    ])
  })

  test.each([
    ['one of its actions is left to it', [deny('"write:*"'), deny('[write:a, read:a]')]],
    ['the others have conditions', [deny('"*"', largeAmount), allow('a'), deny('a', largeAmount.replace('100', '50'))]],
    ['the others are no denies', [`{ effect: require_approval, actions: "a*" }`, deny('a')]],
  ])('is not reported where %s', (_, rules) => {
    expect(codes(policy(rules))).not.toContain('shadowed-deny')
  })
})

describe('documents', () => {
  const wide = (...more: string[]) => policy([deny('"*"')], ...more)
  const narrow = (...more: string[]) => policy([deny('a', largeAmount)], ...more)

  test.each([
    ['that is about everything', wide(), narrow('appliesTo: { tags: x }')],
    ['that is about the same', wide('appliesTo: { tags: [x, y] }'), narrow('appliesTo: { tags: [y, x] }')],
    ['that is enforced, of one in shadow mode', wide(), narrow('mode: shadow')],
    ['in shadow mode, of another one', wide('mode: shadow'), narrow('mode: shadow')],
  ])('overrule by a document %s', (_, first, second) => {
    expect(findings([first, second]).filter(({ code }) => code !== 'nothing-enforced')).toEqual([
      expect.objectContaining({
        file: '1.yaml',
        line: 3,
        code: 'shadowed-deny',
        message: expect.stringContaining('denied already by rule 1 (0.yaml:3:3), without conditions'),
      }),
    ])
  })

  test.each([
    ['that is about other calls', wide('appliesTo: { principals: a }'), narrow('appliesTo: { tags: x }')],
    ['that is about fewer calls', wide('appliesTo: { tags: x }'), narrow()],
    ['that is on trial', wide('mode: shadow'), narrow()],
  ])('do not overrule by a document %s', (_, first, second) => {
    expect(findings([first, second, policy([allow('a')])]).filter(({ code }) => code === 'shadowed-deny')).toEqual([])
  })
})

describe('a deny under conditions where nothing is allowed', () => {
  test('is reported, since what it leaves is denied as well', () => {
    expect(lint(policy([deny('[write:refund, "write:x*"]', largeAmount), allow('"read:*"')]))).toEqual([
      '3:3 shadowed-deny: rule 1 changes nothing: no rule allows `write:refund`, `write:x*`, so these calls are all denied by the default effect, whatever its conditions say; add a rule that allows what it leaves, or leave it out',
    ])
  })

  test.each([
    [
      'it has no conditions: it says what is to stay denied',
      [deny('execute:computer_use', reason), allow('"read:*"')],
      '',
    ],
    ['an action of it may be allowed', [deny('"*:refund"', largeAmount), allow('"write:*x"'), allow('"writ*"')], ''],
    [
      'an action of it may be approved',
      [deny('"write:*"', largeAmount), '{ effect: require_approval, actions: write:x }'],
      '',
    ],
    ['the default is no deny', [deny('write:refund', largeAmount)], 'defaultEffect: require_approval'],
  ])('is not reported where %s', (_, rules, more) => {
    expect(codes(policy(rules, more))).toEqual([])
  })

  test('is not reported where no document allows anything: those that do are joined with it elsewhere', () => {
    const guardrail = policy([deny('a', largeAmount), deny('b', largeAmount)])
    expect(findings([guardrail])).toEqual([])
    expect(findings([guardrail, policy([deny('c', largeAmount)])])).toEqual([])
    expect(findings([guardrail, policy([allow('c')])])).toHaveLength(2)
  })

  test('is not reported where another document allows', () => {
    const other = (rule: string, more = '') => findings([policy([deny('a', largeAmount)]), policy([rule], more)])
    expect(other(allow('a'), 'mode: shadow')).toEqual([])
    expect(other(deny('b'), 'defaultEffect: allow')).toEqual([])
    expect(other(allow('b'))).toHaveLength(1)
  })
})

describe('an allow that is always denied', () => {
  test('is reported with the rules that deny its actions', () => {
    expect(
      lint(
        policy([
          allow('write:refund'),
          '{ effect: require_approval, actions: "write:e*", conditions: { amount_max: 5 } }',
          deny('"write:*"', reason),
        ]),
      ),
    ).toEqual([
      '3:3 unreachable-allow: rule 1 never lets a call pass: all of its actions are denied by rule 3 (line 5), without conditions; leave it out, or give the deny conditions',
      '4:3 unreachable-allow: rule 2 never lets a call pass: all of its actions are denied by rule 3 (line 5), without conditions; leave it out, or give the deny conditions',
    ])
  })

  test.each([
    ['the deny is an exception of it', [allow('"write:*"'), deny('write:refund')]],
    ['one of its actions is not denied', [allow('[write:refund, read:x]'), deny('"write:*"')]],
    ['the deny has conditions', [allow('write:refund'), deny('"write:*"', largeAmount)]],
    ['it only redacts', [`{ effect: redact, actions: a, redact: { email: mask } }`, deny('a')]],
  ])('is not reported where %s', (_, rules) => {
    expect(codes(policy(rules))).toEqual([])
  })
})
