import { type PolicyCall, PolicyReplay, parsePolicy } from '@toolgate/rule'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const policy = parsePolicy(`
name: runs
rules:
  - { effect: deny, actions: mail, conditions: { called: read } }
  - { effect: deny, actions: read, conditions: { calls: { of: '*', min: 3 } } }
  - { effect: deny, actions: pay, conditions: { spent: { of: '*', min: 0.3 } } }
defaultEffect: allow
`)
const other = parsePolicy('name: other\nrules: [{ effect: deny, actions: mail }]\ndefaultEffect: allow')

const atMs = Date.parse('2026-11-21T17:00:00Z')

describe('calls that are replayed', () => {
  test('are decided on by every policy, given what ran before in the same run', () => {
    const replay = new PolicyReplay([policy, other])
    const mail: PolicyCall = { action: 'mail', run: 'run_1', atMs }
    const effects = () => replay.decide(mail).map(({ effect }) => effect)
    expect(effects()).toEqual(['allow', 'deny'])
    replay.count({ action: 'read', run: 'run_1', atMs })
    expect(effects()).toEqual(['deny', 'deny'])
  })

  test('are decided as they would be if all that ran before had been told with each', () => {
    const call = fc.record({
      action: fc.constantFrom('read', 'mail', 'pay'),
      run: fc.constantFrom('run_1', 'run_2', undefined),
      tenant: fc.constantFrom('acme', undefined),
      ran: fc.boolean(),
      cost: fc.constantFrom('0.1', '0.10', '0'),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 20 }), (calls) => {
        const replay = new PolicyReplay([policy])
        const effects = calls.map(({ ran, cost, ...each }) => {
          const [verdict] = replay.decide({ ...each, atMs })
          if (ran) replay.count({ ...each, atMs }, [cost])
          return verdict?.effect
        })
        const expected = calls.map(({ action, run, tenant }, index) => {
          const isSameRun = (one: (typeof calls)[number]) => one.ran && one.run === run && one.tenant === tenant
          const before = run === undefined ? undefined : calls.slice(0, index).filter(isSameRun)
          return policy.decide({ action, run, tenant, atMs, before }).effect
        })
        expect(effects).toEqual(expected)
      }),
    )
  })

  test('ask of arguments what the enforced rules for their action ask', () => {
    const asking = parsePolicy(`
name: asking
rules:
  - effect: allow
    actions: [pay, 'send:*']
    conditions: { amount_max: 1, any: [{ arguments.to.host: x }, { not: { category: http } }, { principal: a }] }
  - { effect: deny, actions: other, conditions: { arguments.other: x } }
  - { effect: redact, actions: pay, redact: { email: mask, arguments.items.*.note: drop }, within: arguments.text }
`)
    const shadow = parsePolicy(
      'name: s\nmode: shadow\nrules: [{ effect: deny, actions: "*", conditions: { amount_max: 1 } }]',
    )
    const replay = new PolicyReplay([asking, shadow])
    const [pay, nothing] = replay.asked({ action: 'pay' })
    expect(pay).toMatchObject({
      byConditions: [['amount'], ['to', 'host'], ['url']],
      byRedactions: [['text'], ['items', '*', 'note']],
    })
    expect(nothing).toEqual({ byConditions: [], byRedactions: [], redaction: '' })
    expect(replay.asked({ tool: 'send:mail' })[0]).toMatchObject({ byRedactions: [], redaction: '' })
  })

  test('are redacted alike by rules that are the same, wherever they stand', () => {
    const [one, other] = ['', '\n\n# moved\n'].map((before) => {
      const mask = `{ effect: redact, actions: a, redact: { email: mask, iban: drop }, conditions: { arguments.a: 1 } }`
      return parsePolicy(`${before}name: a\nrules:\n  - ${mask}\n`)
    })
    const third = parsePolicy('name: a\nrules: [{ effect: redact, actions: a, redact: { email: hash } }]')
    const policies = [one, other, third].filter((each) => each !== undefined)
    const [first, second, last] = new PolicyReplay(policies).asked({ action: 'a' }).map(({ redaction }) => redaction)
    expect(first).toBe(second)
    expect(last).not.toBe(first)
  })

  test('of more runs at a time than are remembered are told', () => {
    const replay = new PolicyReplay([policy], { maxRuns: 1 })
    replay.count({ action: 'read', run: 'run_1', atMs })
    replay.count({ action: 'read', run: 'run_2', atMs })
    expect(replay.uncounted).toBe(1)
  })
})
