import { type PolicyCall, parsePolicy } from '@toolgate/rule'
import { describe, expect, test } from 'vitest'
import { compileValueTest } from '../src/condition/value-test.ts'

const policy = parsePolicy(`
name: desk
rules:
  - { id: hours, effect: allow, actions: mail, conditions: { arguments.size: { max: 10 }, time_range: '09:00-18:00' } }
  - { id: read, effect: deny, actions: mail, conditions: { called: 'read:*' } }
  - { id: inside, effect: deny, actions: fetch, conditions: { arguments.url: { cidr: 10.0.0.0/8 } }, reason: not inside }
  - { id: fetches, effect: allow, actions: fetch }
  - { id: vip, effect: allow, actions: pay, conditions: { principal: agent:vip, arguments.amount: { max: 5 } } }
`)
const noon = Date.parse('2026-01-05T12:00:00Z')
const night = Date.parse('2026-01-05T23:00:00Z')
const message = (call: PolicyCall) => policy.explain({ atMs: noon, before: [], ...call }).message

describe('the message of a refusal', () => {
  test('says that another time may help only where nothing else is in the way', () => {
    const late = { action: 'mail', atMs: night }
    expect(message({ ...late, arguments: { size: 5 } })).toContain('it may be allowed at another time')
    expect(message({ ...late, arguments: { size: 50 } })).toContain('the same call will be refused again')
  })

  test('says why a rule counts that could not be evaluated: no run, nothing known of it, a name, nothing there', () => {
    const unknownRun = { action: 'mail', before: undefined, arguments: { size: 5 } }
    expect(message(unknownRun)).toContain('`called read:*` could not be evaluated: the call names no `run`')
    expect(message({ ...unknownRun, run: 'r' })).toContain('nothing is known of what was called before')
    expect(message({ action: 'fetch', arguments: { url: 'https://example.com/' } })).toContain(
      'not inside (it counts, since `arguments.url cidr 10.0.0.0/8` could not be evaluated: it has no address, and where a host name leads is not known)',
    )
    expect(message({ action: 'fetch' })).toContain(
      '`arguments.url cidr 10.0.0.0/8` could not be evaluated: it is missing',
    )
  })

  test('says what an allow would have had to know', () => {
    expect(message({ action: 'pay', principal: 'agent:vip', arguments: { amount: 'much' } })).toContain(
      'no rule allows `pay` with these arguments; rule `vip` (line 8) would have to know it, and `arguments.amount max 5` could not be evaluated: it is of another kind',
    )
  })

  test('speaks of the arguments only where a rule is about the action at all', () => {
    expect(message({ action: 'payout' })).toContain('no rule allows `payout`; the same call')
  })

  test('never holds what the arguments are', () => {
    const secret = 'correct horse battery staple'
    for (const action of ['mail', 'fetch', 'pay', 'other']) {
      const args = { size: secret, url: secret, amount: secret }
      expect(message({ action, arguments: args })).not.toContain('horse')
    }
  })

  test('says that documents in shadow mode alone allow nothing', () => {
    const shadow = parsePolicy('name: s\nmode: shadow\nrules: [{ effect: allow, actions: "*" }]')
    expect(shadow.explain({ action: 'mail' }).message).toContain('every policy document is in shadow mode')
    expect(shadow.decide({ action: 'mail' })).toMatchObject({ effect: 'deny', shadow: { effect: 'allow' } })
  })
})

describe('a host that is an address', () => {
  const isAddress = compileValueTest({ operator: 'isAddress', expected: true })
  const isName = compileValueTest({ operator: 'isAddress', expected: false })

  test.each([
    ['http://10.0.0.1/', true],
    ['http://0x7f.1/', true],
    ['[::1]:80', true],
    ['::1', true],
    ['https://example.com/', false],
    ['localhost', false],
    ['not a host', 'unknown'],
    [10, 'unknown'],
    [undefined, 'unknown'],
  ])('%j: %s', (value, truth) => {
    expect(isAddress(value)).toBe(truth)
    expect(isName(value)).toBe(truth === 'unknown' ? truth : !truth)
  })
})

test('what documents in shadow mode would redact or block is noted, and not done', () => {
  const documents = ['mask', 'block'].map((action) =>
    parsePolicy([
      { file: 'a.yaml', text: 'name: a\nrules: [{ effect: allow, actions: "*" }]' },
      {
        file: 'b.yaml',
        text: `name: b\nmode: shadow\nrules: [{ id: r, effect: redact, actions: "*", redact: { email: ${action} } }]`,
      },
    ]).explain({ action: 'mail', arguments: { to: 'kim@example.com' } }),
  )
  const found = (action: string) => [{ kind: 'email', path: 'arguments.to', action }]
  expect(documents.map(({ verdict }) => verdict.effect)).toEqual(['allow', 'allow'])
  expect(documents.map(({ arguments: args }) => args)).toEqual([{ to: 'kim@example.com' }, { to: 'kim@example.com' }])
  expect(documents.map(({ verdict }) => verdict.shadow)).toMatchObject([
    { effect: 'redact', found: found('mask') },
    { effect: 'deny', found: found('block') },
  ])
})
