import { type Allow, type CallOptions, type Gate, GatedToolRunner, type ToolCall } from '@toolgate/core'
import { parsePolicy, type RuleGateOptions, ruleGate } from '@toolgate/rule'
import { describe, expect, test } from 'vitest'
import { compileValueTest } from '../src/condition/value-test.ts'

const card = '4111 1111 1111 1111'
const masked = '****1111'

const cautious = parsePolicy(`
name: cautious
rules:
  - { effect: allow, actions: '*' }
  - { id: bad, effect: deny, actions: bad }
  - { id: cards, effect: redact, actions: '*', redact: { payment_card: mask } }
`)

/** A runner whose tools return what they got, with the arguments that each call left in the record. */
function desk(options: RuleGateOptions, rules: readonly ((call: ToolCall) => boolean | string | Promise<boolean>)[]) {
  const recorded: unknown[] = []
  const audit = {
    name: 'audit' as const,
    compile: () => ({ begin: () => undefined, end: (call: ToolCall) => void recorded.push(call.arguments) }),
  }
  const runner = new GatedToolRunner({ gates: [ruleGate(options)], audit })
  for (const name of ['bad', 'mail']) runner.register(name, { execute: (args) => args, rule: { rules } })
  return { recorded, call: (tool: string, args: object, caller?: CallOptions) => runner.call(tool, args, caller) }
}

const throws = () => {
  throw new Error('broken')
}

describe('a predicate that fails', () => {
  test('[U1] keeps no document from refusing, also where failures are let pass', async () => {
    const { call } = desk({ policy: cautious, onError: 'allow' }, [throws])
    expect(await call('bad', { text: 'x' })).toMatchObject({ allowed: false, reason: 'rule' })
  })

  test('[U4] keeps nothing from being redacted, for the tool and for the record', async () => {
    const open = desk({ policy: cautious, onError: 'allow' }, [throws])
    expect((await open.call('mail', { text: card })).result).toEqual({ text: masked })
    const closed = desk({ policy: cautious }, [throws])
    expect(await closed.call('mail', { text: card })).toMatchObject({ reason: 'unavailable' })
    expect([...open.recorded, ...closed.recorded]).toEqual([{ text: masked }, { text: masked }])
  })

  test('[U4] never sees what is redacted, so that it can not quote it', async () => {
    const quotes = ({ arguments: args }: ToolCall) => `${(args as { text: string }).text} is not nice`
    const { call } = desk({ policy: cautious }, [quotes])
    const result = await call('mail', { text: card })
    expect(result.message).toContain(`${masked} is not nice`)
    expect(JSON.stringify(result)).not.toContain('4111')
  })
})

describe('[U4] what a gate did not come to redact is not recorded as it came', () => {
  test('when it took too long', async () => {
    const { call, recorded } = desk({ policy: cautious, timeoutMs: 5 }, [() => new Promise<boolean>(() => undefined)])
    expect(await call('mail', { text: card })).toMatchObject({ reason: 'unavailable' })
    expect(recorded).toEqual([{ text: masked }])
  })

  test('when the caller gave up', async () => {
    const giveUp = new AbortController()
    const waits = async () => {
      giveUp.abort()
      return true
    }
    const { call, recorded } = desk({ policy: cautious }, [waits])
    expect(await call('mail', { text: card }, { signal: giveUp.signal })).toMatchObject({ blockedBy: 'abort' })
    expect(recorded).toEqual([{ text: masked }])
  })

  test('when its run could not be remembered', async () => {
    const asking = parsePolicy(`
name: asking
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: mail, conditions: { called: bad } }
  - { effect: redact, actions: '*', redact: { payment_card: mask } }`)
    const { call, recorded } = desk({ policy: asking, runHistory: { maxRuns: 1 } }, [() => true])
    await call('mail', { text: card }, { run: 'one' })
    expect(await call('mail', { text: card }, { run: 'two' })).toMatchObject({ reason: 'unavailable' })
    expect(recorded).toEqual([{ text: masked }, { text: masked }])
  })
})

describe('while a predicate takes its time', () => {
  const document = (redact: string) =>
    parsePolicy(`
name: live
rules:
  - { effect: allow, actions: '*' }
  - { effect: redact, actions: mail, redact: { ${redact} } }
  - { effect: redact, actions: mail, conditions: { called: bad }, redact: { payment_card: mask } }`)
  const args = { to: 'kim@example.com', text: card }

  test('[U4] a policy that is taken up redacts what it says that it redacts', async () => {
    const source = { current: document('email: mask') }
    const reload = async () => {
      source.current = document('email: mask, payment_card: mask')
      return true
    }
    const result = await desk({ policy: source }, [reload]).call('mail', args, { run: 'r' })
    expect(result.result).toEqual({ to: 'k***@example.com', text: masked })
    expect(result.decisions.rule).toMatchObject({ policy: { found: [{ kind: 'email' }, { kind: 'payment_card' }] } })
  })

  test('[U4] what the run has done by then counts', async () => {
    const gate = Promise.withResolvers<boolean>()
    const slow = ({ tool }: ToolCall) => (tool === 'mail' ? gate.promise : true)
    const { call } = desk({ policy: document('email: mask') }, [slow])
    const mailing = call('mail', args, { run: 'r' })
    await call('bad', {}, { run: 'r' })
    gate.resolve(true)
    expect((await mailing).result).toEqual({ to: 'k***@example.com', text: masked })
  })
})

describe('a run', () => {
  const policy = parsePolicy(`
name: runs
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: send, conditions: { called: read } }`)

  function clocked(runHistory: { maxRuns?: number; idleMs?: number }, more: Partial<RuleGateOptions> = {}) {
    const clock = { nowMs: 0 }
    const gate = ruleGate({ policy, runHistory, ...more })
    const held = Promise.withResolvers<string>()
    const runner = new GatedToolRunner({ gates: [gate], clock: () => clock.nowMs })
    runner.register('read', { execute: () => 'read' })
    runner.register('send', { execute: () => 'sent' })
    runner.register('slow', { execute: () => held.promise, rule: { action: 'read' } })
    return {
      clock,
      held,
      allowed: async (tool: string, run: string) => (await runner.call(tool, {}, { run })).allowed,
      runner,
    }
  }

  test('is not forgotten as long as it asks, also in vain', async () => {
    const { clock, allowed } = clocked({ idleMs: 1_000 })
    await allowed('read', 'r')
    for (clock.nowMs = 300; clock.nowMs < 3_000; clock.nowMs += 300) {
      expect(await allowed('send', 'r')).toBe(false)
      await allowed('send', 'other')
    }
  })

  test('is not forgotten while a call of it is under way', async () => {
    const { clock, held, allowed } = clocked({ idleMs: 1_000 })
    const slow = allowed('slow', 'r')
    clock.nowMs = 1_500
    await allowed('send', 'other')
    expect(await allowed('send', 'r')).toBe(false)
    held.resolve('done')
    await slow
    expect(await allowed('send', 'r')).toBe(false)
  })

  test('is forgotten when it has been idle, whether or not another has begun since', async () => {
    const { clock, allowed } = clocked({ idleMs: 1_000 })
    await allowed('read', 'r')
    clock.nowMs = 1_000
    expect(await allowed('send', 'r')).toBe(true)
  })

  test('of which nothing ran takes no place', async () => {
    const refuse: Gate<'refuse', object, { kind: 'block'; reason: string; message: string }> = {
      name: 'refuse',
      compile: () => ({ check: () => ({ kind: 'block', reason: 'no', message: 'no' }) }),
    }
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy, runHistory: { maxRuns: 1 } }), refuse] })
    runner.register('read', { execute: () => 1, refuse: {} })
    runner.register('send', { execute: () => 1 })
    expect((await runner.call('read', {}, { run: 'one' })).blockedBy).toBe('refuse')
    expect((await runner.call('send', {}, { run: 'two' })).allowed).toBe(true)
  })

  test('of which a call could not be remembered is unknown, and not new', async () => {
    const open = parsePolicy('name: open\nrules: [{ effect: allow, actions: "*" }]')
    const source = { current: open }
    const { clock, allowed } = clocked({ maxRuns: 1, idleMs: 1_000 }, { policy: source })
    await allowed('read', 'one')
    clock.nowMs = 500
    // No rule asks yet, so the call passes; there is no place to remember it.
    expect(await allowed('read', 'two')).toBe(true)
    source.current = policy
    clock.nowMs = 1_200
    expect(await allowed('send', 'two')).toBe(false)
  })

  test('is not in the way of calls where only documents in shadow mode ask for it', async () => {
    const shadow = parsePolicy([
      { file: 'a.yaml', text: 'name: a\nrules: [{ effect: allow, actions: "*" }]' },
      {
        file: 'b.yaml',
        text: 'name: b\nmode: shadow\nrules: [{ effect: deny, actions: send, conditions: { called: read } }]',
      },
    ])
    const { allowed } = clocked({ maxRuns: 1 }, { policy: shadow })
    expect([await allowed('read', 'one'), await allowed('read', 'two')]).toEqual([true, true])
  })

  test('keeps a call that ran although its answer came too late', async () => {
    const late = Promise.withResolvers<boolean>()
    const gate = ruleGate({ policy, onError: 'allow', timeoutMs: 5 })
    const runner = new GatedToolRunner({ gates: [gate] })
    runner.register('read', { execute: () => 'read', rule: { rules: [() => late.promise] } })
    runner.register('send', { execute: () => 'sent' })
    expect((await runner.call('read', {}, { run: 'r' })).allowed).toBe(true)
    late.resolve(true)
    await late.promise
    await new Promise((resolve) => setImmediate(resolve))
    expect((await runner.call('send', {}, { run: 'r' })).allowed).toBe(false)
  })

  test('can not be made cheaper by a gate that says so', async () => {
    const spending = parsePolicy(`
name: spending
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: ask, conditions: { spent: { min: 1 } } }`)
    const charge: Gate<'charge', { cost: string }, Allow> = {
      name: 'charge',
      compile: (_, { cost }) => ({ check: () => ({ kind: 'allow', cost }) }),
    }
    const runner = new GatedToolRunner({ gates: [charge, ruleGate({ policy: spending })] })
    runner.register('ask', { execute: () => 1, charge: { cost: '-100' } })
    expect(await runner.call('ask', {}, { run: 'r' })).toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('the charge gate says that the call costs `-100`'),
    })
  })
})

describe('[U1] unknown, and not false', () => {
  test.each(['support', new Set(['support']), [1], { 0: 'support' }])('tags that are no list of text: %j', (tags) => {
    const policy = parsePolicy(`
name: tags
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: '*', conditions: { tags: support } }`)
    expect(policy.decide({ action: 'any', metadata: { tags } })).toMatchObject({ effect: 'deny', isUnknown: true })
    const document = parsePolicy(
      'name: d\nappliesTo: { tags: x }\ndefaultEffect: allow\nrules: [{ effect: deny, actions: "*" }]',
    )
    expect(document.decide({ action: 'any', metadata: { tags } })).toMatchObject({ effect: 'deny', isUnknown: true })
  })

  test('a value that is of the kind of no literal but null', () => {
    const literals = [{ type: 'string', value: 'evil' }, { type: 'null' }] as const
    expect(compileValueTest({ operator: 'in', literals })(['evil'])).toBe('unknown')
  })

  test('a URL that others read otherwise', () => {
    const host = compileValueTest({ operator: 'host', patterns: ['0.0.0.0', 'localhost'] })
    for (const url of ['http:0', 'ws:0', 'https:443', 'FTP:80']) expect(host(url), url).toBe('unknown')
  })
})

test('[U2] hashes of one process are comparable, also when the policy was read again', () => {
  const text =
    'name: h\nrules:\n  - { effect: allow, actions: "*" }\n  - { effect: redact, actions: "*", redact: { email: hash } }'
  const hashed = () => parsePolicy(text).explain({ action: 'a', arguments: { to: 'kim@example.com' } }).arguments
  expect(hashed()).toEqual(hashed())
})

test('[U2] the rule that blocks is the one in whose part it was found', () => {
  const policy = parsePolicy(`
name: parts
rules:
  - { effect: allow, actions: '*' }
  - { id: first, effect: redact, actions: '*', redact: { payment_card: block }, within: arguments.a }
  - { id: second, effect: redact, actions: '*', redact: { payment_card: block, email: mask }, within: arguments.b }`)
  const addresses = Array.from({ length: 150 }, (_, index) => `kim${index}@example.com`).join(' ')
  const { verdict, message } = policy.explain({ action: 'any', arguments: { b: `${addresses} ${card}` } })
  expect(verdict).toMatchObject({ effect: 'deny', decidedBy: { rule: 'second' } })
  expect(message).toContain('the arguments hold payment_card at `arguments.b`')
})

describe('predicates that replace arguments', () => {
  const policy = parsePolicy(`
name: replaced
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: mail, conditions: { arguments.to: evil } }
  - { effect: deny, actions: mail, conditions: { called: read, arguments.copy: eve@example.com } }
  - { id: cards, effect: redact, actions: '*', redact: { payment_card: mask, email: mask } }`)

  function mailing(check: (call: ToolCall) => boolean | { replace: unknown } | Promise<{ replace: unknown }>) {
    const recorded: unknown[] = []
    const audit = {
      name: 'audit' as const,
      compile: () => ({ begin: () => undefined, end: (call: ToolCall) => void recorded.push(call.arguments) }),
    }
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy })], audit })
    runner.register('mail', { execute: (args) => args, rule: { rules: [check] } })
    runner.register('read', { execute: () => 'read' })
    return { runner, recorded }
  }

  test('[U4] leave no record of what came, where documents refuse what they made of it', async () => {
    const { runner, recorded } = mailing(() => ({ replace: { to: 'evil' } }))
    expect((await runner.call('mail', { text: card, to: 'x' }, { run: 'r' })).allowed).toBe(false)
    expect(recorded).toEqual([{ text: masked, to: 'x' }])
  })

  test('[U1] do not get round a deny of what the caller sent', async () => {
    const gate = Promise.withResolvers<void>()
    const { runner } = mailing(async ({ arguments: args }) => {
      await gate.promise
      return { replace: { ...(args as object), extra: 1 } }
    })
    const mail = runner.call('mail', { to: 'x', copy: 'eve@example.com' }, { run: 'r' })
    await runner.call('read', {}, { run: 'r' })
    gate.resolve()
    expect((await mail).allowed).toBe(false)
  })

  test('do not take from the decision what was redacted before', async () => {
    const { runner } = mailing(({ arguments: args }) => {
      return 'extra' in (args as object) || { replace: { ...(args as object), extra: 1 } }
    })
    const result = await runner.call('mail', { text: card, to: 'x' }, { run: 'r' })
    expect(result.result).toEqual({ text: masked, to: 'x', extra: 1 })
    expect(result.decisions.rule).toMatchObject({
      policy: { effect: 'redact', found: [{ kind: 'payment_card', path: 'arguments.text' }] },
    })
  })
})

describe('where failures are let pass', () => {
  const asks = parsePolicy(`
name: asks
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: send, conditions: { called: read } }
  - { effect: redact, actions: read, redact: { payment_card: block } }`)

  test('[U1] the documents have the last word, as they are by then', async () => {
    const source = { current: cautious }
    const reloads = async () => {
      source.current = parsePolicy('name: shut\nrules: [{ effect: deny, actions: "*" }]')
      throw new Error('broken')
    }
    const { call } = desk({ policy: source, onError: 'allow' }, [reloads as never])
    expect((await call('mail', { text: 'x' })).allowed).toBe(false)
  })

  test('[U4] what can not be looked into does not run', async () => {
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy: asks, onError: 'allow' })] })
    runner.register('read', { execute: () => 'ran', rule: { rules: [throws] } })
    expect((await runner.call('read', { file: new Blob(['x']) }, { run: 'r' })).allowed).toBe(false)
  })

  test.each([
    ['throws', throws],
    ['hangs', () => new Promise<boolean>(() => undefined)],
  ])('a call counts from when it is let pass: its predicate %s', async (_, check) => {
    const running = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    const runner = new GatedToolRunner({ gates: [ruleGate({ policy: asks, onError: 'allow', timeoutMs: 5 })] })
    const execute = async () => {
      running.resolve()
      await done.promise
    }
    runner.register('read', { execute, rule: { rules: [check] } })
    runner.register('send', { execute: () => 'sent' })
    const read = runner.call('read', {}, { run: 'r' })
    await running.promise
    expect((await runner.call('send', {}, { run: 'r' })).allowed).toBe(false)
    done.resolve()
    await read
    expect((await runner.call('send', {}, { run: 'r' })).allowed).toBe(false)
  })

  test('[P5] a call whose metadata can not be read is a result, and does not run', async () => {
    const metadata = Object.defineProperty({}, 'tags', {
      enumerable: true,
      get: () => {
        throw new Error('no tags')
      },
    })
    for (const onError of ['allow', 'block'] as const) {
      const { call, recorded } = desk({ policy: cautious, onError }, [() => true])
      expect(await call('mail', { text: card }, { metadata })).toMatchObject({ allowed: false, reason: 'unavailable' })
      expect(recorded).toEqual(['[not recorded: no tags]'])
    }
  })
})

test('a run is idle from when its last call has ended, and not from when it began', async () => {
  const policy = parsePolicy(`
name: long
rules:
  - { effect: allow, actions: '*' }
  - { effect: deny, actions: send, conditions: { called: read } }`)
  let nowMs = 0
  const gate = ruleGate({ policy, runHistory: { idleMs: 1_000 } })
  const runner = new GatedToolRunner({ gates: [gate], clock: () => nowMs })
  const held = Promise.withResolvers<void>()
  runner.register('read', { execute: () => held.promise })
  runner.register('send', { execute: () => 'sent' })
  const read = runner.call('read', {}, { run: 'r' })
  nowMs = 5_000
  held.resolve()
  await read
  nowMs = 5_999
  expect((await runner.call('send', {}, { run: 'r' })).allowed).toBe(false)
})

test('a call that is let pass is not refused for a run that nobody asks for', async () => {
  const current = parsePolicy('name: open\nrules: [{ effect: allow, actions: "*" }]')
  const { call } = desk({ policy: { current }, onError: 'allow', runHistory: { maxRuns: 1 } }, [throws])
  expect((await call('mail', {}, { run: 'one' })).allowed).toBe(true)
  expect((await call('mail', {}, { run: 'two' })).allowed).toBe(true)
})
