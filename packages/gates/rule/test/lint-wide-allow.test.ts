import { describe, expect, test } from 'vitest'
import { codes, findings, lint, policy } from './lint-policy.ts'

const small = 'conditions: { amount_max: 100 }'

describe('an allow of every action', () => {
  test.each(['"*"', '"**"', '[read:x, "*"]'])('is reported: %s', (actions) => {
    const column = actions.indexOf('"') + 29
    expect(lint(policy([`{ effect: allow, actions: ${actions} }`]))).toEqual([
      `3:${column} wide-allow: rule 1 allows every action, also those of tools that are added later; name the actions that are meant, such as \`read:*\``,
    ])
  })

  test.each([
    ['it has conditions', policy([`{ effect: allow, actions: "*", ${small} }`])],
    ['it leaves something out', policy(['{ effect: allow, actions: "?*:*" }'])],
    ['it is for some principals', policy(['{ effect: allow, actions: "*" }'], 'appliesTo: { principals: "admin-*" }')],
    [
      'it is for some tiers of trust',
      policy(['{ effect: allow, actions: "*" }'], 'appliesTo: { trustTiers: verified }'),
    ],
    ['a person has to approve', policy(['{ effect: require_approval, actions: "*" }'])],
  ])('is not reported where %s', (_, text) => {
    expect(codes(text)).toEqual([])
  })

  test('is reported for tags, which a caller can give a call', () => {
    expect(codes(policy(['{ effect: allow, actions: "*" }'], 'appliesTo: { tags: support }'))).toEqual(['wide-allow'])
  })
})

describe('an allow that passes by the conditions of another', () => {
  test('is reported once for each glob, at the glob', () => {
    expect(
      lint(
        policy([
          `{ effect: allow, actions: write:refund, ${small} }`,
          '{ effect: allow, actions: [read:x, "write:*"] }',
          `{ effect: allow, actions: [write:email, "write:r*"], ${small} }`,
        ]),
      ),
    ).toEqual([
      '4:38 wide-allow: rule 2 allows `write:*` without conditions, so those of rule 1 (line 3) hold nothing back; name fewer actions here, or write what is to be refused as a deny',
    ])
  })

  test.each([
    [
      'what is held back is written as a deny',
      [`{ effect: deny, actions: write:refund, conditions: { amount_min: 100 } }`],
    ],
    [
      'what is held back needs an approval',
      [`{ effect: require_approval, actions: write:refund, conditions: { amount_min: 100 } }`],
    ],
    ['the other rule has no conditions either', ['{ effect: allow, actions: write:refund }']],
    ['the other rule is about more', [`{ effect: allow, actions: "*", ${small} }`]],
    [
      'the other rule never applies',
      ['{ effect: allow, actions: write:x, conditions: { weekdays: mon, not: { weekdays: mon-fri } } }'],
    ],
  ])('is not reported where %s', (_, rules) => {
    expect(codes(policy(['{ effect: allow, actions: "write:*" }', ...rules]))).not.toContain('wide-allow')
  })

  test('is reported across documents only where the wide one is about all that the other is about', () => {
    const wide = (more = '') => policy(['{ effect: allow, actions: "write:*" }'], more)
    const narrow = (more = '') => policy([`{ effect: allow, actions: write:refund, ${small} }`], more)
    const message = expect.stringContaining('those of rule 1 (1.yaml:3:3) hold nothing back')
    expect(findings([wide(), narrow('appliesTo: { tags: x }')])).toEqual([
      expect.objectContaining({ file: '0.yaml', code: 'wide-allow', message }),
    ])
    expect(findings([wide('appliesTo: { tags: x }'), narrow()])).toEqual([])
    expect(findings([wide('mode: shadow'), narrow()])).toEqual([])
  })
})

describe('an allow where everything is allowed by default', () => {
  test('is reported, with its conditions that hold nothing back', () => {
    const text = policy(
      [`{ effect: allow, actions: "*", id: small, ${small} }`, '{ effect: deny, actions: b }'],
      'defaultEffect: allow',
    )
    expect(lint(text)).toEqual([
      '3:3 wide-allow: rule `small` changes nothing: the default effect is allow, so what it does not cover is allowed as well; write what is to be refused as a deny, or set `defaultEffect: deny`',
    ])
  })

  test('is not reported where another document has another default, also one in shadow mode', () => {
    const open = policy([`{ effect: allow, actions: a, ${small} }`], 'defaultEffect: allow')
    const strict = (more = '') => policy(['{ effect: allow, actions: b }'], 'defaultEffect: require_approval', more)
    expect(findings([open, strict()])).toEqual([])
    expect(findings([open, strict('mode: shadow')])).toEqual([])
  })
})
