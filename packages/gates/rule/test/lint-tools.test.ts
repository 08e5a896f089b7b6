import { describe, expect, test } from 'vitest'
import { codes, findings, lint, policy } from './lint-policy.ts'

const tools = [
  { name: 'lookup_customer', action: 'read:customer_data' },
  { name: 'process_refund', action: 'write:refund' },
  { name: 'search' },
]
const rest = ['{ effect: allow, actions: [search, "read:*", write:refund] }']

describe('an action that there is not', () => {
  test('is reported where it stands, with the one that was probably meant', () => {
    const text = [
      'name: support',
      'rules:',
      '  - effect: allow',
      '    actions:',
      '      - search',
      '      - read:custmer_data',
      '  - effect: deny',
      '    actions: write:refnd*',
      '  - effect: allow',
      '    actions: write:*',
      'defaultEffect: allow',
    ].join('\n')
    expect(lint(text, tools).filter((line) => line.includes('no-such-action'))).toEqual([
      '6:9 no-such-action: no declared tool has an action that `read:custmer_data` matches; did you mean `read:customer_data`?',
      '8:14 no-such-action: no declared tool has an action that `write:refnd*` matches; did you mean `write:refund`?',
    ])
  })

  test('is reported with the actions that there are where none is near', () => {
    expect(lint(policy([...rest, '{ effect: deny, actions: execute:shell }']), tools)).toEqual([
      '4:28 no-such-action: no declared tool has an action that `execute:shell` matches; the actions are `read:customer_data`, `write:refund`, `search`',
    ])
    const many = Array.from({ length: 8 }, (_, index) => ({ name: `tool-${index}` }))
    expect(lint(policy(['{ effect: allow, actions: [x, "*"] }']), many)).toContain(
      '3:30 no-such-action: no declared tool has an action that `x` matches; the actions are `tool-0`, `tool-1`, `tool-2`, `tool-3`, `tool-4` and 3 more',
    )
  })

  test('is reported in conditions on the run so far, wherever they stand', () => {
    const conditions =
      '{ any: [{ not: { called: raed:* } }, { calls: { of: [search, write:*, serach, serach], max: 3 } }, { spent: { of: "pay:*", max: 5 } }] }'
    const found = lint(policy([`{ effect: deny, actions: "*", conditions: ${conditions} }`]), tools)
    expect(found.filter((line) => line.includes('no-such-action'))).toEqual([
      '3:62 no-such-action: no declared tool has an action that `raed:*` matches; the actions are `read:customer_data`, `write:refund`, `search`',
      '3:84 no-such-action: no declared tool has an action that `serach` matches; did you mean `search`?',
      '3:146 no-such-action: no declared tool has an action that `pay:*` matches; the actions are `read:customer_data`, `write:refund`, `search`',
    ])
  })

  test('is not looked for without tools', () => {
    const text = policy(['{ effect: allow, actions: nothing }'])
    expect([...codes(text), ...codes(text, [])]).toEqual([])
  })
})

describe('a tool without a rule', () => {
  test('is reported where the first enforced document says its default', () => {
    expect(
      lint(
        policy(
          [
            '{ effect: allow, actions: [search, "read:*"] }',
            '{ effect: redact, actions: "*", redact: { email: mask } }',
          ],
          'defaultEffect: deny',
        ),
        tools,
      ),
    ).toEqual([
      '5:1 tool-without-rule: the tool `process_refund` can never be called: no rule allows its action `write:refund`, and the default effect is deny; add a rule that allows it',
    ])
  })

  test('is reported at the beginning of a document that names no default', () => {
    expect(lint(policy(['{ effect: allow, actions: [search, "read:*"] }']), tools)).toEqual([
      expect.stringContaining('1:1 tool-without-rule: the tool `process_refund`'),
    ])
  })

  test('is reported where only a rule that never applies, or a document in shadow mode, allows it', () => {
    const allow = policy([
      '{ effect: allow, actions: [search, "read:*"] }',
      '{ effect: allow, actions: write:refund, conditions: { amount_min: 2, amount_max: 1 } }',
    ])
    const shadow = policy(['{ effect: allow, actions: write:refund }'], 'mode: shadow')
    expect(findings([shadow, allow], tools)).toEqual([
      expect.objectContaining({ file: '1.yaml', line: 1, code: 'tool-without-rule' }),
      expect.objectContaining({ file: '1.yaml', line: 4, code: 'never-applies' }),
    ])
  })

  test.each([
    [
      'a rule allows it under conditions',
      policy([
        '{ effect: allow, actions: [search, "read:*"] }',
        '{ effect: allow, actions: write:*, conditions: { amount_max: 1 } }',
      ]),
    ],
    [
      'a person can approve it',
      policy(['{ effect: allow, actions: [search, "read:*"] }', '{ effect: require_approval, actions: write:* }']),
    ],
    [
      'a person can approve what no rule allows',
      policy(['{ effect: allow, actions: [search, "read:*"] }'], 'defaultEffect: require_approval'),
    ],
    ['all documents are on trial', policy(['{ effect: allow, actions: [search, "read:*"] }'], 'mode: shadow')],
  ])('is not reported where %s', (_, text) => {
    expect(codes(text, tools)).not.toContain('tool-without-rule')
  })

  test('is not reported where a person can approve it at least while the conditions are unknown', () => {
    const conditions = 'conditions: { amount_min: 2, amount_max: 1 }'
    const rules = [
      '{ effect: allow, actions: [search, "read:*"] }',
      `{ effect: require_approval, actions: "write:*", ${conditions} }`,
    ]
    expect(codes(policy(rules), tools)).toEqual(['never-applies'])
  })

  test('is not reported where another document allows by default', () => {
    const other = policy(
      ['{ effect: deny, actions: search, conditions: { amount_min: 5 } }'],
      'defaultEffect: allow',
      'appliesTo: { tags: x }',
    )
    const found = findings([policy(rest.map((rule) => rule.replace(', write:refund', ''))), other], tools)
    expect(found).toEqual([])
  })
})
