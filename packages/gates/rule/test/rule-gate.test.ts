import { GatedToolRunner, PolicyError, type ToolCall } from '@toolgate/core'
import { type Predicate, type RulePolicy, ruleGate } from '@toolgate/rule'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

/** Registers a tool with rules, and calls it. */
function callWith(rule: RulePolicy, args: unknown = { a: 1 }) {
  const runner = new GatedToolRunner({ gates: [ruleGate()] })
  runner.register('tool', { execute: (given) => given, rule })
  return runner.call('tool', args)
}

const pass = () => true
const noSsn = (call: ToolCall) => !/\d{3}-\d{2}-\d{4}/.test(JSON.stringify(call.arguments))
const shortOnly = (call: ToolCall) => JSON.stringify(call.arguments).length < 50 || 'keep it under 50 characters'

describe('rules', () => {
  test('let a call pass that all of them pass', async () => {
    expect(await callWith({ rules: [pass, noSsn, async () => true] })).toMatchObject({
      status: 'executed',
      decisions: { rule: { kind: 'allow' } },
    })
  })

  test('that say false stop the call by their name', async () => {
    expect(await callWith({ rules: [pass, noSsn] }, { q: '123-45-6789' })).toMatchObject({
      blockedBy: 'rule',
      reason: 'rule',
      message: 'not allowed by rule `noSsn`; the same call will be refused again, so change it or do without it',
      decisions: { rule: { violations: [{ rule: 'noSsn', message: '' }] } },
    })
  })

  test('that give a message stop the call with it', async () => {
    const result = await callWith({ rules: [{ name: 'length', check: shortOnly }] }, { q: 'x'.repeat(60) })
    expect(result.message).toContain('not allowed by rule `length`: keep it under 50 characters; ')
  })

  test('stop at the first violation', async () => {
    const later = vi.fn(pass)
    const result = await callWith({ rules: [() => false, later] })
    expect(result.message).toContain('rule `rules[0]`')
    expect(later).not.toHaveBeenCalled()
  })

  test('list all violations with checkAll', async () => {
    const text = `123-45-6789 ${'x'.repeat(60)}`
    expect(await callWith({ rules: [noSsn, pass, shortOnly], checkAll: true }, { text })).toMatchObject({
      message: expect.stringContaining('not allowed by rule `noSsn`; rule `shortOnly`: keep it under 50 characters; '),
      decisions: { rule: { violations: [{ rule: 'noSsn' }, { rule: 'shortOnly' }] } },
    })
  })

  test('see who calls, and may take their time', async () => {
    const runner = new GatedToolRunner({ gates: [ruleGate()] })
    const adminOnly = async ({ principal }: ToolCall) => principal === 'admin' || 'only an admin may do that'
    runner.register('tool', { execute: () => 'done', rule: { rules: [adminOnly] } })
    expect((await runner.call('tool', {}, { principal: 'admin' })).allowed).toBe(true)
    expect((await runner.call('tool', {}, { principal: 'guest' })).message).toContain('only an admin may do that')
  })
})

describe('[U1] a rule that can not be evaluated does not allow', () => {
  const failing: [string, Predicate, string][] = [
    [
      'throws',
      function throws() {
        throw new Error('no such field')
      },
      'rule `throws` threw: no such field',
    ],
    [
      'rejects',
      async function rejects() {
        throw new Error('down')
      },
      'rule `rejects` threw: down',
    ],
    [
      'returns nothing',
      function nothing() {
        return undefined as never
      },
      'rule `nothing` returned `undefined`; expected true, false, a message or { replace }',
    ],
    [
      'returns null',
      function nil() {
        return null as never
      },
      'rule `nil` returned `null`',
    ],
    [
      'returns a number',
      function one() {
        return 1 as never
      },
      'rule `one` returned `1`',
    ],
    [
      'returns another object',
      function odd() {
        return { allow: true } as never
      },
      'rule `odd` returned `{"allow":true}`',
    ],
    [
      'resolves to nothing',
      async function later() {
        return undefined as never
      },
      'rule `later` returned `undefined`',
    ],
  ]

  test.each(failing)('when it %s', async (_, rule, problem) => {
    const result = await callWith({ rules: [rule, pass] })
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'rule', reason: 'unavailable' })
    expect(result.message).toContain(problem)
  })

  test.each(failing)(
    'and does not keep another rule from refusing, even where failures are let pass: %s',
    async (_, rule) => {
      const runner = new GatedToolRunner({ gates: [ruleGate({ onError: 'allow' })] })
      runner.register('failing', { execute: () => 1, rule: { rules: [rule] } })
      runner.register('denied', { execute: () => 1, rule: { rules: [rule, () => 'no'] } })
      expect((await runner.call('failing')).decisions.rule).toMatchObject({ kind: 'allow', reason: 'unavailable' })
      expect(await runner.call('denied')).toMatchObject({ status: 'blocked', reason: 'rule' })
    },
  )

  test('whatever the other rules say and in whatever order they stand: a deny wins, then a failure, then an allow', async () => {
    const kinds = { allow: () => true, deny: () => false, fail: () => Promise.reject(new Error('down')) }
    const kind = fc.constantFrom<keyof typeof kinds>('allow', 'deny', 'fail')
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 6 }), fc.boolean(), async (said, checkAll) => {
        const result = await callWith({ rules: said.map((each) => kinds[each]), checkAll })
        const expected = said.includes('deny') ? 'rule' : said.includes('fail') ? 'unavailable' : undefined
        expect(result.reason).toBe(expected)
      }),
    )
  })
})

describe('a rule that sanitises', () => {
  const maskSsn: Predicate = (call) => {
    const text = JSON.stringify(call.arguments)
    const masked = text.replaceAll(/\d{3}-\d{2}-\d{4}/g, '***-**-****')
    return masked === text || { replace: JSON.parse(masked) as unknown }
  }
  const named = (name: string, check: Predicate) => ({ name, check })

  test('replaces the arguments of the tool, and says which rule did', async () => {
    expect(await callWith({ rules: [named('maskSsn', maskSsn)] }, { q: 'ssn 123-45-6789' })).toMatchObject({
      result: { q: 'ssn ***-**-****' },
      decisions: { rule: { kind: 'replace', rules: ['maskSsn'], message: 'arguments replaced by maskSsn' } },
    })
  })

  test.each([[[maskSsn, noSsn]], [[noSsn, maskSsn]]])(
    '[U1] gives every rule the arguments that the tool will get, in whatever order',
    async (rules) => {
      const result = await callWith({ rules }, { q: '123-45-6789' })
      const isFirst = rules[0] === maskSsn
      expect(result.allowed).toBe(isFirst)
      if (!isFirst) expect(result.message).toContain('noSsn')
    },
  )

  test('[U1] can not bring in what an earlier rule would have refused', async () => {
    const inject: Predicate = () => ({ replace: { q: '123-45-6789' } })
    expect((await callWith({ rules: [noSsn, named('inject', inject)] }, { q: 'fine' })).blockedBy).toBe('rule')
  })

  test('[U1] takes the place of arguments that no comparison tells from it, such as a file', async () => {
    const good = new Blob(['good'])
    const seen: unknown[] = []
    const look: Predicate = ({ arguments: args }) => {
      seen.push((args as { file: unknown }).file)
      return true
    }
    const runner = new GatedToolRunner({ gates: [ruleGate()] })
    runner.register('tool', {
      execute: (args) => (args as { file: unknown }).file,
      rule: { rules: [look, () => ({ replace: { file: good } })] },
    })
    expect((await runner.call('tool', { file: new Blob(['evil']) })).result).toBe(good)
    expect(seen.at(-1)).toBe(good)
  })

  test('by the same data is no replacement', async () => {
    const runner = new GatedToolRunner({ gates: [ruleGate()] })
    const copy: Predicate = ({ arguments: args }) => ({ replace: { ...(args as object) } })
    runner.register('tool', { execute: (args) => args, rule: { rules: [copy] } })
    expect((await runner.call('tool', { a: [1, { b: 2 }] })).decisions.rule).toEqual({ kind: 'allow' })
  })

  test('may always replace, as long as it settles', async () => {
    const trim: Predicate = ({ arguments: args }) => ({ replace: { q: (args as { q: string }).q.trim() } })
    expect((await callWith({ rules: [trim, async (call) => trim(call)] }, { q: ' a ' })).result).toEqual({ q: 'a' })
    expect((await callWith({ rules: [trim] }, { q: 'a' })).decisions.rule).toEqual({ kind: 'allow' })
  })

  test('that never settles can not be evaluated', async () => {
    const grow: Predicate = ({ arguments: args }) => ({ replace: { q: `${(args as { q: string }).q}!` } })
    const result = await callWith({ rules: [named('grow', grow)] }, { q: 'a' })
    expect(result.reason).toBe('unavailable')
    expect(result.message).toContain('the rules grow keep replacing the arguments that they get')
  })
})

test('[U2] the same call gets the same decision, with the rule that made it', async () => {
  const text = fc.constantFrom('fine', '123-45-6789', 'x'.repeat(60))
  await fc.assert(
    fc.asyncProperty(text, async (q) => {
      const rules = [noSsn, shortOnly]
      const [one, two] = [await callWith({ rules }, { q }), await callWith({ rules }, { q })]
      expect(one.decisions).toEqual(two.decisions)
    }),
  )
})

test('in shadow mode refuses and replaces nothing', async () => {
  const runner = new GatedToolRunner({ gates: [ruleGate({ mode: 'shadow' })] })
  runner.register('tool', { execute: (args) => args, rule: { rules: [noSsn] } })
  const result = await runner.call('tool', { q: '123-45-6789' })
  expect(result.result).toEqual({ q: '123-45-6789' })
  expect(result.decisions.rule).toMatchObject({ kind: 'block', shadow: true })
})

describe('a policy that can not be used names the tool, the field, the value and the mend', () => {
  test.each([
    [{ rules: [] }, 'rule.rules is `[]`; expected a list of at least one rule, such as [noPersonalData]'],
    [{}, 'rule.rules is `undefined`; expected a list of at least one rule'],
    [{ rules: [pass, 'noSsn'] }, 'expected functions, or { name, check }; number 1 is `"noSsn"`'],
    [{ rules: [{ name: '', check: pass }] }, 'number 0 is `{"name":"","check":"function pass"}`'],
    [{ rules: [null] }, 'number 0 is `null`'],
    [{ rules: [pass], checkAll: 'yes' }, 'rule.checkAll is `"yes"`; expected true or false'],
    [{ rules: [pass], all: true }, 'rule.all is `true`; expected no such field; there are rules, checkAll'],
    [pass, 'expected an object'],
  ])('%j', (rule, message) => {
    const runner = new GatedToolRunner({ gates: [ruleGate()] })
    const register = () => runner.register('tool', { execute: () => 1, rule: rule as never })
    expect(register).toThrow(PolicyError)
    expect(register).toThrow(message)
  })

  test('of the gate itself', () => {
    expect(() => ruleGate({ rules: [] } as never)).toThrow('ruleGate.rules is `[]`; expected no such field')
  })
})
