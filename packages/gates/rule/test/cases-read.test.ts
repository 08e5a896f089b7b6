import { PolicyDocumentError, readPolicyCall, readPolicyCases, readTools } from '@toolgate/rule'
import { describe, expect, test } from 'vitest'

const file = 'policies/support.test.yaml'

function messageOf(read: () => unknown): string {
  try {
    read()
    return 'nothing was thrown'
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyDocumentError)
    return (error as PolicyDocumentError).message
  }
}

describe('a file of cases', () => {
  test('is read with all that it may say', () => {
    const text = `
policy: [support.yaml, ../shared/mail.yaml]
timeZone: Europe/Berlin
cases:
  - name: a refund of 100 is allowed
    call:
      tool: process_refund
      action: write:refund
      tags: [support]
      arguments: { amount: 100, note: null, items: [1.50, x, { deep: true }] }
      principal: agent:billing
      tenant: acme
      session: session_1
      run: run_1
      traceId: trace_1
      metadata: { trustTier: verified }
      at: 2026-03-01T10:00:00+01:00
      before: [read:customer_data, { action: write:refund, cost: 0.10 }]
    expect: { effect: allow, rule: small-refunds, document: support, reason: small, arguments: {}, found: [] }
`
    const cases = readPolicyCases(text, { file })
    expect(cases).toEqual({
      file,
      policy: [
        { path: 'policies/support.yaml', place: { file, line: 2, column: 10 } },
        { path: 'shared/mail.yaml', place: { file, line: 2, column: 24 } },
      ],
      timeZone: 'Europe/Berlin',
      cases: [
        {
          name: 'a refund of 100 is allowed',
          call: {
            tool: 'process_refund',
            action: 'write:refund',
            tags: ['support'],
            arguments: { amount: 100, note: null, items: [1.5, 'x', { deep: true }] },
            principal: 'agent:billing',
            tenant: 'acme',
            session: 'session_1',
            run: 'run_1',
            traceId: 'trace_1',
            metadata: { trustTier: 'verified' },
            atMs: Date.parse('2026-03-01T09:00:00Z'),
            before: [{ action: 'read:customer_data' }, { action: 'write:refund', cost: '0.10' }],
          },
          expected: {
            effect: 'allow',
            rule: 'small-refunds',
            document: 'support',
            reason: 'small',
            arguments: {},
            found: [],
          },
          place: { file, line: 5, column: 5 },
        },
      ],
    })
  })

  test('may be JSON, and expect an effect alone', () => {
    const text = JSON.stringify({ cases: [{ name: 'reads', call: { action: 'read:data' }, expect: 'allow' }] })
    const [only] = readPolicyCases(text, { file }).cases
    expect(only).toMatchObject({ name: 'reads', expected: { effect: 'allow' }, place: { line: 1, column: 11 } })
  })

  test('means noon in UTC on Monday, 5 January 2026, where a call says no time', () => {
    const [only] = readPolicyCases('cases: [{ name: a, call: { action: b }, expect: allow }]', { file }).cases
    expect(only?.call.atMs).toBe(Date.parse('2026-01-05T12:00:00Z'))
  })

  test('takes a key such as `__proto__` for data', () => {
    const call = readPolicyCall('{ action: a, arguments: { __proto__: { amount: 1 } } }', { file })
    expect(Object.keys(call.arguments as object)).toEqual(['__proto__'])
  })
})

describe('a call that names its tool alone', () => {
  const tools = [{ name: 'process_refund', action: 'write:refund', tags: ['support'] }, { name: 'search' }]
  const callOf = (call: string) => {
    const text = `tools: a.tools.yaml\ncases: [{ name: a, expect: allow, call: ${call} }]`
    return readPolicyCases(text, { file, tools }).cases[0]?.call
  }

  test('has the action and the tags that the tool declares', () => {
    expect(callOf('{ tool: process_refund }')).toMatchObject({ action: 'write:refund', tags: ['support'] })
    expect(callOf('{ tool: search }')).toMatchObject({ tool: 'search', action: undefined })
  })

  test('is read alone as well', () => {
    expect(readPolicyCall('tool: process_refund', { file, tools })).toMatchObject({ action: 'write:refund' })
    expect(messageOf(() => readPolicyCall('tool: refund', { file, tools }))).toContain('a tool of those')
  })

  test('may say that it has no tags', () => {
    expect(callOf('{ tool: process_refund, tags: [] }')).toMatchObject({ tags: [] })
  })

  test('says itself what else it has', () => {
    expect(callOf('{ tool: process_refund, action: read:refund, tags: [vip] }')).toMatchObject({
      action: 'read:refund',
      tags: ['vip'],
    })
    expect(callOf('{ tool: unheard_of, action: read:refund }')).toMatchObject({ action: 'read:refund' })
  })

  test('must name one that is declared', () => {
    expect(messageOf(() => callOf('{ tool: proces_refund }'))).toBe(
      `${file}:2:49: cases[0].call.tool is \`"proces_refund"\`; expected a tool of those that are declared, or an \`action\`; did you mean \`process_refund\`?`,
    )
  })

  test('is no action of that name where the tools are named and were not given', () => {
    const text = 'tools: a.tools.yaml\ncases: [{ name: a, expect: allow, call: { tool: b } }]'
    expect(messageOf(() => readPolicyCases(text, { file }))).toBe(
      `${file}:1:8: tools are named here and were not given; load the file with \`loadPolicyCases\``,
    )
  })
})

describe('what is wrong with a file of cases', () => {
  const inCase = (text: string) => `cases:\n  - name: a\n    call: { action: b }\n    expect: allow\n    ${text}`
  const withCall = (call: string) => `cases:\n  - name: a\n    expect: allow\n    call: ${call}`
  const expecting = (expected: string) => `cases:\n  - name: a\n    call: { action: b }\n    expect: ${expected}`

  test.each([
    ['nothing in it', '# later\n', `1:1: the file is empty; expected something such as \`cases: [{ name: reads`],
    ['no cases', 'timeZone: UTC', '1:1: the document has no `cases`; expected one, such as'],
    ['an empty list', 'cases: []', '1:8: cases is an empty list; expected a list of at least one case'],
    ['a misspelt field', inCase('expects: deny'), '5:5: cases[0].expects is unknown; expected name, call or expect'],
    ['a case without a name', 'cases: [{ call: { action: b }, expect: allow }]', '1:9: cases[0] has no `name`'],
    ['a call without what is called', withCall('{ run: r }'), '4:11: cases[0].call has no `tool` or `action`'],
    ['a misspelt part of a call', withCall('{ action: b, argument: {} }'), 'did you mean `arguments`?'],
    ['a time without an offset', withCall('{ action: b, at: 2026-01-05T12:00 }'), '4:28: cases[0].call.at is `"2026'],
    ['a day that there is not', withCall('{ action: b, at: 2026-02-30T12:00:00Z }'), 'expected a time with its offset'],
    ['an argument without a value', withCall('{ action: b, arguments: { note: } }'), 'nothing is written `null`'],
    ['an argument that no JSON has', withCall('{ action: b, arguments: [.nan] }'), 'expected a number that JSON has'],
    ['metadata that are no mapping', withCall('{ action: b, metadata: [] }'), 'expected a mapping of keys to values'],
    ['a cost below 0', withCall('{ action: b, before: [{ action: c, cost: -1 }] }'), 'a decimal number of 0 or more'],
    ['an earlier call without action', withCall('{ action: b, before: [{ cost: 1 }] }'), 'before[0] has no `action`'],
    ['an effect with a slip', expecting('permit'), '4:13: cases[0].expect is `"permit"`; expected allow, deny'],
    ['a kind that is none', expecting('{ found: [card] }'), 'did you mean `payment_card`?'],
    ['an expectation of nothing', expecting('{}'), '4:13: cases[0].expect is an empty mapping'],
    ['a time zone that is none', 'timeZone: Berlin\ncases: []', '1:11: timeZone is `"Berlin"`; expected the IANA name'],
  ])('%s is said, with its place', (_, text, message) => {
    expect(messageOf(() => readPolicyCases(text, { file }))).toContain(message)
  })

  test('is said all at once, in the order of the text', () => {
    const text = 'cases:\n  - { name: a, call: { action: b }, expect: permit }\n  - { nam: b, call: {}, expect: deny }'
    expect(messageOf(() => readPolicyCases(text, { file })).split('\n')).toEqual([
      expect.stringContaining(`${file}:2:45: cases[0].expect`),
      expect.stringContaining(`${file}:3:7: cases[1].nam is unknown`),
      expect.stringContaining(`${file}:3:21: cases[1].call is an empty mapping`),
    ])
  })

  test('are more than ten thousand cases', () => {
    const text = JSON.stringify({ cases: Array.from({ length: 10_001 }, () => 0) })
    expect(messageOf(() => readPolicyCases(text, { file }))).toContain(
      'cases[10000] is one case too many; expected at most 10000',
    )
  })
})

describe('a file of tools', () => {
  test('says the action and the tags of each', () => {
    const text =
      'tools:\n  process_refund: { action: write:refund, tags: [support] }\n  ask: { tags: [] }\n  search: {}'
    expect(readTools(text, { file: 'agent.tools.yaml' })).toEqual([
      { name: 'process_refund', action: 'write:refund', tags: ['support'] },
      { name: 'ask', tags: [] },
      { name: 'search' },
    ])
  })

  test.each([
    ['', 'agent.tools.yaml:1:1: the file is empty'],
    ['tools: []', 'agent.tools.yaml:1:8: tools is an empty list; expected a mapping of the names of tools'],
    ['tools: { a: { actions: b } }', 'tools.a.actions is unknown; expected action or tags; did you mean `action`?'],
    ['tools: { a: { tags: [1] } }', 'tools.a.tags[0] is `1`; expected a tag, such as `support`; without quotes'],
  ])('%j is said to be wrong', (text, message) => {
    expect(messageOf(() => readTools(text, { file: 'agent.tools.yaml' }))).toContain(message)
  })
})
