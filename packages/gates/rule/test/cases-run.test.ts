import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPolicyCases, type PolicyCasesReport, parsePolicy, readPolicyCases, runPolicyCases } from '@toolgate/rule'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const text = `
name: support
rules:
  - { id: reads, effect: allow, actions: 'read:*' }
  - { id: small, effect: allow, actions: write:refund, conditions: { amount_max: 100 } }
  - { id: large, effect: deny, actions: write:refund, conditions: { amount_min: 100.01 }, reason: too much }
  - { id: mail, effect: allow, actions: write:email, conditions: { time_range: '09:00-18:00' } }
  - { id: cards, effect: redact, actions: write:email, redact: { payment_card: mask } }
  - { id: notes, effect: redact, actions: write:email, redact: { arguments.note: drop } }
`
const policy = parsePolicy([{ file: 'support.yaml', text }])

function run(...cases: readonly object[]): PolicyCasesReport {
  const named = cases.map((each, index) => ({ name: `case ${index}`, ...each }))
  return runPolicyCases(policy, readPolicyCases(JSON.stringify({ cases: named }), { file: 'support.test.json' }))
}

const refundOf = (amount: number) => ({ action: 'write:refund', arguments: { amount } })

describe('a case', () => {
  test('passes where all that it expects is so', () => {
    const { results, ...report } = run({
      call: refundOf(500),
      expect: { effect: 'deny', rule: 'large', document: 'support', reason: 'too much', found: [] },
    })
    expect(report).toMatchObject({ file: 'support.test.json', passed: 1, failed: 0 })
    expect(results).toEqual([expect.objectContaining({ name: 'case 0', passed: true, mismatches: [] })])
  })

  test('fails with each thing that is not as expected, and with what decided', () => {
    const [result] = run({ call: refundOf(500), expect: { effect: 'allow', rule: 'small', reason: 'x' } }).results
    expect(result).toMatchObject({
      passed: false,
      reason: 'too much',
      verdict: { decidedBy: { rule: 'large', file: 'support.yaml', line: 6 } },
      place: { file: 'support.test.json', line: 1, column: 11 },
      mismatches: [
        { field: 'effect', expected: 'allow', found: 'deny' },
        { field: 'rule', expected: 'small', found: 'large', hint: undefined },
        { field: 'reason', expected: 'x', found: 'too much' },
      ],
    })
  })

  test('that expects a rule or a document that there is not is told so', () => {
    const [result] = run({ call: refundOf(1), expect: { rule: 'smal', document: 'suport' } }).results
    expect(result?.mismatches).toMatchObject([
      { field: 'rule', hint: 'there is no rule `smal`; did you mean `small`?' },
      { field: 'document', hint: 'there is no document `suport`; did you mean `support`?' },
    ])
  })

  test('may expect the default to decide', () => {
    expect(run({ call: { action: 'execute:shell' }, expect: { effect: 'deny', rule: 'defaultEffect' } }).failed).toBe(0)
  })

  test('is made at the same time whatever the day', () => {
    const mail = { action: 'write:email', arguments: {} }
    expect(run({ call: mail, expect: 'allow' }).failed).toBe(0)
    expect(run({ call: { ...mail, at: '2026-01-05T20:00:00Z' }, expect: 'deny' }).failed).toBe(0)
  })

  test('may expect what is found, in any order, and the arguments that are left of it', () => {
    const call = { action: 'write:email', arguments: { body: 'card 4111 1111 1111 1111', note: 'x' } }
    const report = run({ call, expect: { effect: 'redact', rule: 'mail', found: ['path', 'payment_card'] } })
    expect(report.results[0]?.mismatches).toEqual([])
    const [other] = run({ call, expect: { arguments: call.arguments } }).results
    expect(other?.mismatches).toMatchObject([
      { field: 'arguments', found: { body: expect.not.stringContaining('1111 1111') } },
    ])
    expect(other?.mismatches[0]?.found).not.toHaveProperty('note')
  })
})

describe('a case that fails', () => {
  test('says which kinds it left out of what is found, and which are not found', () => {
    const call = { action: 'write:email', arguments: { body: 'card 4111 1111 1111 1111', note: 'x' } }
    const [result] = run({ call, expect: { found: ['payment_card', 'iban'] } }).results
    expect(result?.mismatches).toMatchObject([
      {
        field: 'found',
        expected: ['iban', 'payment_card'],
        found: ['path', 'payment_card'],
        hint: 'not found: `iban`; found as well: `path` (a value redacted for the place where it stands); `found` names every kind that is found',
      },
    ])
  })

  test('says what could not be evaluated, and what a caller is told of it', () => {
    const [known, unknown] = run(
      { call: refundOf(500), expect: 'allow' },
      { call: { action: 'write:refund' }, expect: 'allow' },
    ).results
    expect(known).toMatchObject({ hasUnknown: false, message: expect.stringContaining('too much') })
    expect(unknown).toMatchObject({
      hasUnknown: true,
      message: expect.stringContaining('`arguments.amount min 100.01` could not be evaluated'),
    })
  })
})

describe('the coverage', () => {
  const casesOf = (report: PolicyCasesReport) =>
    Object.fromEntries(report.coverage.map((rule) => [rule.rule, rule.cases]))

  test('counts for each rule the cases that it decided, or in which it redacted something', () => {
    const report = run(
      { call: refundOf(1), expect: 'allow' },
      { call: refundOf(2), expect: 'deny' },
      { call: { action: 'write:email', arguments: { body: '4111 1111 1111 1111' } }, expect: 'redact' },
      { call: { action: 'write:email', arguments: { body: 'hello' } }, expect: 'allow' },
      { call: { action: 'unknown' }, expect: 'deny' },
    )
    expect(casesOf(report)).toEqual({ reads: 0, small: 2, large: 0, mail: 2, cards: 1, notes: 0 })
    expect(report.coverage[0]).toEqual({
      document: 'support',
      rule: 'reads',
      number: 1,
      effect: 'allow',
      cases: 0,
      file: 'support.yaml',
      line: 4,
      column: 5,
    })
  })

  test('counts a rule that redacts where it found something, and not where another one did', () => {
    const redacting = parsePolicy(`
name: redacting
rules:
  - { id: stop, effect: deny, actions: a, conditions: { arguments.stop: true } }
  - { id: in-note, effect: redact, actions: a, redact: { email: mask }, within: arguments.note }
  - { id: in-items, effect: redact, actions: a, redact: { email: mask, iban: mask }, within: arguments.items.*.text }
  - { id: secret, effect: redact, actions: a, redact: { arguments.secret: mask } }
  - { id: deep-secret, effect: redact, actions: a, redact: { 'arguments.deep.a\\.b': mask } }
defaultEffect: allow
`)
    const reportOf = (args: object) => {
      const text = JSON.stringify({
        cases: [{ name: 'a', call: { action: 'a', arguments: { stop: false, ...args } }, expect: 'redact' }],
      })
      const { coverage } = runPolicyCases(redacting, readPolicyCases(text, { file: 'a' }))
      return coverage.filter(({ cases }) => cases > 0).map(({ rule }) => rule)
    }
    const mail = 'kim@example.com'
    expect(reportOf({ note: mail })).toEqual(['in-note'])
    expect(reportOf({ items: [{ text: mail }] })).toEqual(['in-items'])
    expect(reportOf({ secret: 1 })).toEqual(['secret'])
    expect(reportOf({ deep: { 'a.b': 1 } })).toEqual(['deep-secret'])
    expect(reportOf({ note: mail, secret: 1 })).toEqual(['in-note', 'secret'])
    // What is found in a call that is refused is only left out of its record.
    expect(reportOf({ note: mail, stop: true })).toEqual(['stop'])
  })

  test('leaves out documents in shadow mode, which decide nothing', () => {
    const shadow = 'name: later\nmode: shadow\nrules: [{ effect: deny, actions: "*" }]'
    const both = parsePolicy([
      { file: 'support.yaml', text },
      { file: 'later.yaml', text: shadow },
    ])
    const cases = readPolicyCases('cases: [{ name: a, call: { action: read:x }, expect: allow }]', { file: 'a' })
    expect(runPolicyCases(both, cases).coverage.every(({ document }) => document === 'support')).toBe(true)
  })

  test('of refunds is that of comparing their amounts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 20 }), (amounts) => {
        const report = run(...amounts.map((amount) => ({ call: refundOf(amount), expect: 'allow' })))
        const small = amounts.filter((amount) => amount <= 100).length
        expect(report).toMatchObject({ passed: small, failed: amounts.length - small })
        expect(casesOf(report)).toMatchObject({ small, large: amounts.length - small })
      }),
    )
  })
})

describe('a file of cases on the disk', () => {
  let folder: string
  const write = (name: string, content: string) => writeFile(join(folder, name), content)
  const load = (name: string) => loadPolicyCases(join(folder, name))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-cases-'))
    await write('support.yaml', text)
    await write('agent.tools.yaml', 'tools: { refund: { action: write:refund } }')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const oneCase = 'cases: [{ name: a, call: { tool: refund, arguments: { amount: 1 } }, expect: allow }]'

  test('is about the policy beside it that it is named after, and knows the tools that it names', async () => {
    await write('support.test.yaml', `tools: agent.tools.yaml\n${oneCase}`)
    const { policy: loaded, cases } = load('support.test.yaml')
    expect(loaded.documents.map(({ file }) => file)).toEqual([join(folder, 'support.yaml')])
    expect(runPolicyCases(loaded, cases)).toMatchObject({ passed: 1, failed: 0 })
  })

  test('is about the policies that it names', async () => {
    await write('refunds.test.yml', `policy: support.yaml\n${oneCase.replace('tool: refund', 'action: write:refund')}`)
    const { policy: loaded, cases } = load('refunds.test.yml')
    expect(runPolicyCases(loaded, cases).passed).toBe(1)
  })

  test('gives hashes of redacted values that are always the same', async () => {
    await write(
      'hash.yaml',
      'name: h\nrules: [{ effect: redact, actions: a, redact: { email: hash } }]\ndefaultEffect: allow',
    )
    await write(
      'hash.test.yaml',
      'cases: [{ name: a, call: { action: a, arguments: { to: kim@example.com } }, expect: redact }]',
    )
    const argumentsOf = () => {
      const { policy: loaded, cases } = load('hash.test.yaml')
      return cases.cases.map(({ call }) => loaded.explain(call).arguments)
    }
    expect(argumentsOf()).toEqual(argumentsOf())
  })

  test('takes the time zone for documents that name none', async () => {
    const mail = '{ action: write:email, at: 2026-01-05T08:30:00Z }'
    await write(
      'zone.test.yaml',
      `policy: support.yaml\ntimeZone: Europe/Berlin\ncases: [{ name: a, call: ${mail}, expect: allow }]`,
    )
    const { policy: loaded, cases } = load('zone.test.yaml')
    expect(runPolicyCases(loaded, cases).passed).toBe(1)
  })

  test.each([
    ['alone.test.yaml', oneCase, 'the file names no policy, and none is named like it; expected one, such as'],
    ['alone.yaml', oneCase, 'the file names no policy, and none is named like it; expected one, such as'],
    ['gone.test.yaml', `policy: gone.yaml\n${oneCase}`, 'is not there; expected the path of a policy document'],
    [
      'tool.test.yaml',
      `policy: support.yaml\ntools: gone.yaml\n${oneCase}`,
      'tool.test.yaml:2:8: tools can not be read',
    ],
    ['bad.test.yaml', `policy: support.yaml\ntools: support.yaml\n${oneCase}`, 'support.yaml:2:1: name is unknown'],
  ])('%s is said to be wrong where it is', async (name, content, message) => {
    await write(name, content)
    expect(() => load(name)).toThrow(message)
  })

  test('does not guess between two policies of its name', async () => {
    await write('two.yaml', text)
    await write('two.json', '{}')
    await write('two.test.yaml', oneCase)
    expect(() => load('two.test.yaml')).toThrow('`two.yaml` and `two.json` are both named like it')
  })
})
