import { type Allow, type Gate, GatedToolRunner, PolicyError, type ToolCall } from '@toolgate/core'
import { parsePolicy, type RuleGateOptions, ruleGate } from '@toolgate/rule'
import { describe, expect, test } from 'vitest'

const support = parsePolicy(`
name: support
version: 3
rules:
  - { id: reads, effect: allow, actions: 'read:*' }
  - { id: refunds, effect: allow, actions: write:refund, conditions: { amount_max: 100 } }
  - id: exfiltration
    effect: deny
    actions: write:email
    conditions: { called: 'read:customer_data' }
    reason: no mail after customer data was read
  - { id: mail, effect: allow, actions: write:email }
  - { id: deletes, effect: require_approval, actions: 'delete:*', reason: deletions are final }
  - { id: cards, effect: redact, actions: write:email, redact: { payment_card: mask } }
`)

/** A runner whose tools return what they got. */
function desk(options: RuleGateOptions = { policy: support }) {
  const runner = new GatedToolRunner({ gates: [ruleGate(options)] })
  const execute = (args: unknown) => args
  runner.register('lookup', { execute, rule: { action: 'read:customer_data' } })
  runner.register('refund', { execute, rule: { action: 'write:refund', tags: ['money'] } })
  runner.register('mail', { execute, rule: { action: 'write:email' } })
  runner.register('delete', { execute, rule: { action: 'delete:account' } })
  runner.register('shell', { execute })
  return runner
}

describe('a tool behind policy documents', () => {
  test('runs when a rule allows its action, and the decision names the document and the rule', async () => {
    const result = await desk().call('refund', { amount: '99.99' })
    expect(result).toMatchObject({ status: 'executed', result: { amount: '99.99' } })
    expect(result.decisions.rule).toEqual({
      kind: 'allow',
      policy: {
        effect: 'allow',
        action: 'write:refund',
        tags: ['money'],
        decidedBy: {
          document: 'support',
          version: '3',
          digest: support.documents[0]?.digest,
          file: 'policy.yaml',
          line: 6,
          rule: 'refunds',
        },
        reasonCodes: ['refunds'],
      },
    })
  })

  test('is stopped by the default, with a message for the model', async () => {
    expect(await desk().call('refund', { amount: 100.01 })).toMatchObject({
      status: 'blocked',
      blockedBy: 'rule',
      reason: 'rule',
      message: expect.stringContaining('no rule allows `write:refund` with these arguments'),
      decisions: { rule: { violations: [{ rule: 'defaultEffect' }] } },
    })
  })

  test('that declares nothing is known by its name, and is covered all the same', async () => {
    const result = await desk().call('shell', { command: 'ls' })
    expect(result).toMatchObject({ status: 'blocked', message: expect.stringContaining('no rule allows `shell`') })
    const byName = parsePolicy('name: names\nrules: [{ effect: allow, actions: shell }]')
    expect((await desk({ policy: byName }).call('shell')).allowed).toBe(true)
  })

  test('does not run where a person has to approve it, as long as nobody can be asked', async () => {
    expect(await desk().call('delete')).toMatchObject({
      status: 'blocked',
      reason: 'approval_required',
      message:
        'a person has to approve this by rule `deletes` (line 13) of policy `support`: deletions are final; nobody can be asked here, so it did not run',
    })
  })

  test('gets redacted arguments, and the caller’s are left as they were', async () => {
    const args = { to: 'a@example.com', text: 'card 4111-1111-1111-1111' }
    const result = await desk().call('mail', args, { run: 'run:1' })
    expect(result.result).toEqual({ to: 'a@example.com', text: 'card ****1111' })
    expect(args.text).toBe('card 4111-1111-1111-1111')
    expect(result.decisions.rule).toMatchObject({
      kind: 'replace',
      rules: ['cards'],
      policy: { effect: 'redact', found: [{ kind: 'payment_card', path: 'arguments.text', action: 'mask' }] },
    })
  })

  test('that is refused leaves no record of what would have been redacted', async () => {
    const calls: unknown[] = []
    const audit = {
      name: 'audit' as const,
      compile: () => ({ begin: () => undefined, end: (call: ToolCall) => void calls.push(call.arguments) }),
    }
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy: support })], audit })
    const text = 'card 4111 1111 1111 1111'
    runner.register('mail', { execute: () => 1, rule: { action: 'write:email' } })
    runner.register('refused', { execute: () => 1, rule: { action: 'write:email', rules: [() => false] } })
    expect((await runner.call('mail', { text })).allowed).toBe(false)
    expect((await runner.call('refused', { text }, { run: 'r' })).allowed).toBe(false)
    expect(calls).toEqual([{ text: 'card ****1111' }, { text: 'card ****1111' }])
  })

  test('in shadow mode runs unchanged, and the decision is recorded', async () => {
    const result = await desk({ policy: support, mode: 'shadow' }).call('shell', { command: 'ls' })
    expect(result).toMatchObject({ status: 'executed', decisions: { rule: { kind: 'block', shadow: true } } })
  })

  test('can be asked about without a trace: a dry run is no call of the run', async () => {
    const runner = desk()
    expect((await runner.check('lookup', {}, { run: 'r' })).allowed).toBe(true)
    expect((await runner.check('mail', {}, { run: 'r' })).allowed).toBe(true)
  })
})

describe('documents and predicates', () => {
  const registered = (rules: ((call: ToolCall) => boolean | string | { replace: unknown })[]) => {
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy: support })] })
    runner.register('mail', { execute: (args) => args, rule: { action: 'write:email', rules } })
    return (args: unknown) => runner.call('mail', args, { run: 'r' })
  }

  test('must both let a call pass', async () => {
    expect(await registered([() => 'not today'])({})).toMatchObject({ blockedBy: 'rule' })
    expect((await registered([() => true])({})).allowed).toBe(true)
  })

  test('[U1] see what the other makes of the arguments: the tool gets what both have passed', async () => {
    const seen: unknown[] = []
    const look = (call: ToolCall) => {
      seen.push(call.arguments)
      return true
    }
    const result = await registered([look])({ text: '4111 1111 1111 1111' })
    expect(result.result).toEqual({ text: '****1111' })
    expect(seen.at(-1)).toEqual({ text: '****1111' })
  })

  test('[U1] a predicate can not bring in what documents redact', async () => {
    const sneak = ({ arguments: args }: ToolCall) => {
      return (args as { text: string }).text === 'x' ? { replace: { text: '4111111111111111' } } : true
    }
    const result = await registered([sneak])({ text: 'x' })
    expect(result.result).toEqual({ text: '****1111' })
    expect(result.decisions.rule).toMatchObject({ kind: 'replace', rules: ['sneak', 'cards'] })
  })

  test('that never agree can not be evaluated', async () => {
    const undo = () => ({ replace: { text: '4111111111111111' } })
    expect(await registered([undo])({ text: 'x' })).toMatchObject({ reason: 'unavailable' })
  })
})

describe('the run so far', () => {
  const run = { run: 'run:1' }

  test('no mail after customer data was read in this run', async () => {
    const runner = desk()
    expect((await runner.call('mail', {}, run)).allowed).toBe(true)
    expect((await runner.call('lookup', {}, run)).allowed).toBe(true)
    expect(await runner.call('mail', {}, run)).toMatchObject({
      allowed: false,
      message: expect.stringContaining('no mail after customer data was read'),
    })
    expect((await runner.call('mail', {}, { run: 'run:2' })).allowed).toBe(true)
  })

  test('is shared by the principals of a run, and not by two tenants', async () => {
    const runner = desk()
    await runner.call('lookup', {}, { ...run, principal: 'agent:reader' })
    expect((await runner.call('mail', {}, { ...run, principal: 'agent:writer' })).allowed).toBe(false)
    expect((await runner.call('mail', {}, { ...run, tenant: 'other' })).allowed).toBe(true)
  })

  test('has a call in it from when it is let pass, so that calls made at once see each other', async () => {
    const runner = desk()
    const [read, mail] = await Promise.all([runner.call('lookup', {}, run), runner.call('mail', {}, run)])
    expect([read.allowed, mail.allowed]).toEqual([true, false])
  })

  test('has no call in it that did not run', async () => {
    const refuse: Gate<'later', object, { kind: 'block'; reason: string; message: string }> = {
      name: 'later',
      compile: () => ({ check: () => ({ kind: 'block', reason: 'no', message: 'no' }) }),
    }
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy: support }), refuse] })
    runner.register('lookup', { execute: () => 1, rule: { action: 'read:customer_data' }, later: {} })
    runner.register('mail', { execute: () => 1, rule: { action: 'write:email' } })
    expect((await runner.call('lookup', {}, run)).blockedBy).toBe('later')
    expect((await runner.call('mail', {}, run)).allowed).toBe(true)
  })

  test('has a call in it that failed, or that ran in shadow mode: its effect may be there', async () => {
    for (const mode of ['enforce', 'shadow'] as const) {
      const gate = ruleGate({
        policy: parsePolicy(`
name: p
rules:
  - { effect: ${mode === 'enforce' ? 'allow' : 'deny'}, actions: read }
  - { effect: deny, actions: mail, conditions: { called: read } }
  - { effect: allow, actions: mail }`),
        mode,
      })
      const runner = new GatedToolRunner({ gates: [gate] })
      runner.register('read', { execute: () => Promise.reject(new Error('half done')) })
      runner.register('mail', { execute: () => 'sent' })
      await runner.call('read', {}, run)
      expect((await runner.call('mail', {}, run)).decisions.rule?.kind).toBe('block')
    }
  })

  test('is unknown to a call that names no run, and a deny then counts', async () => {
    expect(await desk().call('mail', {})).toMatchObject({
      allowed: false,
      message: expect.stringContaining('`called read:customer_data` could not be evaluated'),
    })
  })

  test('knows how often, and what was spent', async () => {
    const policy = parsePolicy(`
name: caps
rules:
  - { id: thrice, effect: deny, actions: mail, conditions: { calls: { of: mail, min: 3 } } }
  - { id: dear, effect: deny, actions: ask, conditions: { spent: { min: 0.3 } } }
  - { effect: allow, actions: '*' }`)
    const charge: Gate<'charge', { cost: string }, Allow> = {
      name: 'charge',
      compile: (_, { cost }) => ({ check: () => ({ kind: 'allow', cost }) }),
    }
    const runner = new GatedToolRunner({ gates: [charge, ruleGate({ policy })] })
    runner.register('mail', { execute: () => 1 })
    runner.register('ask', { execute: () => 1, charge: { cost: '0.1' } })
    const allowed = async (tool: string) => (await runner.call(tool, {}, run)).allowed
    expect([await allowed('mail'), await allowed('mail'), await allowed('mail'), await allowed('mail')]).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect([await allowed('ask'), await allowed('ask'), await allowed('ask'), await allowed('ask')]).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('counts what a call cost in the end, not what it was held for', async () => {
    const policy = parsePolicy(`
name: caps
rules:
  - { effect: deny, actions: ask, conditions: { spent: { above: 0.5 } } }
  - { effect: allow, actions: '*' }`)
    const charge: Gate<'charge', object, Allow> = {
      name: 'charge',
      compile: () => ({
        check: () => ({ kind: 'allow', cost: '1' }),
        settle: () => ({ kind: 'allow', cost: '0.2' }),
      }),
    }
    const runner = new GatedToolRunner({ gates: [charge, ruleGate({ policy })] })
    runner.register('ask', { execute: async () => 1, charge: {} })
    const results = await Promise.all([runner.call('ask', {}, run), runner.call('ask', {}, run)])
    expect(results.map(({ allowed }) => allowed)).toEqual([true, false])
    expect((await runner.call('ask', {}, run)).allowed).toBe(true)
  })

  test('of more runs than are remembered can not be decided on, until one is idle', async () => {
    let nowMs = 0
    const gate = ruleGate({ policy: support, runHistory: { maxRuns: 2, idleMs: 1_000 } })
    const runner = new GatedToolRunner({ gates: [gate], clock: () => nowMs })
    runner.register('lookup', { execute: () => 1, rule: { action: 'read:customer_data' } })
    const look = (name: string) => runner.call('lookup', {}, { run: name })
    expect([(await look('a')).allowed, (await look('b')).allowed]).toEqual([true, true])
    expect(await look('c')).toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('raise ruleGate.runHistory.maxRuns'),
    })
    nowMs = 1_000
    expect((await look('c')).allowed).toBe(true)
  })
})

describe('what can not be used names the tool, the field, the value and the mend', () => {
  const register = (options: RuleGateOptions, rule: object) => () => {
    new GatedToolRunner({ gates: [ruleGate(options)] }).register('tool', { execute: () => 1, rule: rule as never })
  }

  test.each([
    [{ action: '' }, 'tool `tool`: rule.action is `""`; expected text that is not empty, such as "write:refund"'],
    [{ action: 7 }, 'rule.action is `7`'],
    [{ tags: 'support' }, 'rule.tags is `"support"`; expected a list of text, such as ["support"]'],
    [{ tags: [''] }, 'rule.tags is `[""]`'],
    [{ rules: [] }, 'rule.rules is `[]`'],
    [{ actions: 'read' }, 'rule.actions is `"read"`; expected no such field; there are rules, checkAll, action, tags'],
  ])('%j', (rule, message) => {
    expect(register({ policy: support }, rule)).toThrow(PolicyError)
    expect(register({ policy: support }, rule)).toThrow(message)
  })

  test('an action for a gate without documents, which nobody would look at', () => {
    expect(register({}, { rules: [() => true], action: 'read' })).toThrow(
      'rule.action is `"read"`; expected none, for the gate has no policy documents: install ruleGate({ policy }) with them',
    )
  })

  test('of the gate', () => {
    expect(() => ruleGate({ policy: 'policies' as never })).toThrow(
      'ruleGate.policy is `"policies"`; expected what loadPolicy, parsePolicy or watchPolicy returns',
    )
    expect(() => ruleGate({ runHistory: {} })).toThrow('ruleGate.runHistory is `{}`; expected none without a `policy`')
    expect(() => ruleGate({ policy: support, runHistory: { maxRuns: 0 } })).toThrow('ruleGate.runHistory.maxRuns')
  })
})

test('a policy that changes is taken up by the next call, without a new registration', async () => {
  const closed = parsePolicy('name: closed\nrules: [{ effect: deny, actions: "*" }]')
  const source = { current: support }
  const runner = desk({ policy: source })
  expect((await runner.call('lookup', {}, { run: 'r' })).allowed).toBe(true)
  source.current = closed
  expect((await runner.call('lookup', {}, { run: 'r' })).allowed).toBe(false)
  source.current = support
  // What was called while another policy was in force is known to this one.
  expect((await runner.call('mail', {}, { run: 'r' })).allowed).toBe(false)
})
