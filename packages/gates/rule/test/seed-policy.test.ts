import { fileURLToPath } from 'node:url'
import { type LintFinding, loadPolicy, type PolicyCall } from '@toolgate/rule'
import { describe, expect, test } from 'vitest'

const file = fileURLToPath(
  new URL('../../../../examples/customer-support/policies/openai-support.yaml', import.meta.url),
)
const policy = loadPolicy(file, { timeZone: 'Europe/Berlin' })
const decide = (call: PolicyCall) => policy.decide({ tags: ['support'], ...call })
const refund = (args: object) => decide({ action: 'write:refund', arguments: args })

describe('the support policy, unchanged, does what its comments say', () => {
  test.each(['read:customer_data', 'read:order_data', 'read:web_search', 'read:file_search'])('allows %s', (action) => {
    expect(decide({ action }).effect).toBe('allow')
  })

  test.each(['handoff:Billing Specialist', 'handoff:Escalation Manager'])('allows %s', (action) => {
    expect(decide({ action }).effect).toBe('allow')
  })

  test.each([
    [100, 'allow'],
    ['100', 'allow'],
    ['100.00', 'allow'],
    [0, 'allow'],
    [100.01, 'deny'],
    [100.005, 'deny'],
    ['100.005', 'deny'],
    [4000, 'deny'],
    ['4000', 'deny'],
    ['4e3', 'deny'],
    ['4,000', 'deny'],
    ['', 'deny'],
    [Number.NaN, 'deny'],
    [Number.POSITIVE_INFINITY, 'deny'],
    [null, 'deny'],
    [[50], 'deny'],
    [{ value: 50 }, 'deny'],
    [true, 'deny'],
  ])('a refund of %j: %s', (amount, effect) => {
    expect(refund({ amount }).effect).toBe(effect)
  })

  test('denies a refund of no amount', () => {
    expect(refund({})).toMatchObject({ effect: 'deny', isUnknown: true, decidedBy: { rule: 'rule 5', line: 29 } })
  })

  test('says the reason of the rule that denies, with its file and line', () => {
    const { message, verdict } = policy.explain({
      action: 'write:refund',
      tags: ['openai'],
      arguments: { amount: 100.01 },
    })
    expect(message).toBe(
      'denied by rule 5 (line 29) of policy `openai-support-agent-policy`: Refunds over $100 require manager approval; the same call will be refused again, so change it or do without it',
    )
    expect(verdict.decidedBy).toEqual({
      document: 'openai-support-agent-policy',
      version: '1.0',
      digest: policy.documents[0]?.digest,
      file,
      line: 29,
      rule: 'rule 5',
    })
  })

  test('between the two limits the default decides, and the message says so', () => {
    const { verdict, message } = policy.explain({
      action: 'write:refund',
      tags: ['support'],
      arguments: { amount: 100.005 },
    })
    expect(verdict.decidedBy?.rule).toBe('defaultEffect')
    expect(message).toContain('no rule allows `write:refund` with these arguments')
  })

  test('lint names the gap between the two limits, and nothing else', () => {
    expect(policy.lint()).toEqual<LintFinding[]>([
      expect.objectContaining({ code: 'amount-gap', line: 33, message: expect.stringContaining('100.005') }),
    ])
  })

  test.each([
    ['execute:computer_use', 'Computer use requires explicit admin approval'],
    ['execute:shell', 'no rule allows `execute:shell`'],
    ['Read:customer_data', 'no rule allows'],
    ['handoff:Root', 'no rule allows'],
  ])('denies %s', (action, message) => {
    const explained = policy.explain({ action, tags: ['support'] })
    expect(explained.verdict.effect).toBe('deny')
    expect(explained.message).toContain(message)
  })

  test('is not about a call with other tags, which nothing then allows', () => {
    const explained = policy.explain({ action: 'read:order_data', tags: ['finance'] })
    expect(explained.verdict).toMatchObject({ effect: 'deny', reasonCodes: ['no-policy'] })
    expect(explained.message).toContain('no policy document is about `read:order_data` here')
  })
})

describe('e-mail in business hours, by the clocks of Berlin', () => {
  // The clocks go forward on 29 March 2026 and back on 25 October 2026.
  const days = [
    ['2026-03-28', '+01:00'],
    ['2026-03-29', '+02:00'],
    ['2026-03-30', '+02:00'],
    ['2026-10-24', '+02:00'],
    ['2026-10-25', '+01:00'],
    ['2026-10-26', '+01:00'],
  ]
  const times = [
    ['00:00', 'deny'],
    ['08:59', 'deny'],
    ['09:00', 'allow'],
    ['12:30', 'allow'],
    ['17:59', 'allow'],
    ['18:00', 'deny'],
    ['23:59', 'deny'],
  ]
  const cases = days.flatMap(([day, offset]) => times.map(([time, effect]) => [`${day}T${time}:00${offset}`, effect]))

  test.each(cases)('at %s: %s', (time, effect) => {
    expect(decide({ action: 'write:email', atMs: Date.parse(time as string) }).effect).toBe(effect)
  })

  test('a refusal says that it may be allowed at another time', () => {
    const atMs = Date.parse('2026-03-30T20:00:00+02:00')
    const { message } = policy.explain({ action: 'write:email', tags: ['support'], atMs })
    expect(message).toContain('it may be allowed at another time')
  })
})
