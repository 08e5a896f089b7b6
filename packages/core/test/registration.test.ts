import { GatedToolRunner, PolicyError } from '@toolgate/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { named } from './gates.ts'

describe('a registration that can not be used names the tool, the field, the value and the mend', () => {
  test.each([
    [{}, 'tool `refund`: execute is `undefined`; expected a function'],
    [{ execute: 'run' }, 'tool `refund`: execute is `"run"`; expected a function'],
    [{ execute, description: 5 }, 'tool `refund`: description is `5`; expected a string'],
    [
      { execute, input: {} },
      'tool `refund`: input is `{}`; expected a Standard Schema, such as z.object({ … }) of zod',
    ],
    [{ execute, inputJsonSchema: 1 }, 'tool `refund`: inputJsonSchema is `1`; expected a JSON Schema object'],
    [{ execute, timeoutMs: 0 }, 'tool `refund`: timeoutMs is `0`; expected a whole number from 1 to 2147483647'],
    [{ execute, timeoutMs: 2 ** 31 }, 'timeoutMs is `2147483648`; expected a whole number from 1 to 2147483647'],
    [{ execute, onee: {} }, 'tool `refund`: onee is `{}`; expected no such field; there are '],
    [
      { execute, budget: {} },
      'budget is `{}`; expected no such policy, for the runner has no budget gate (it has one); install budgetGate() on it',
    ],
    [{ execute, audit: {} }, 'the runner has no audit gate (it has one); install auditGate() on it'],
    [{ execute, isPrivate: 'yes' }, 'isPrivate is `"yes"`; expected true or false'],
    [null, 'tool `refund`: the registration is `null`; expected an object with fields out of description'],
  ])('%j', (registration, message) => {
    const runner = new GatedToolRunner({ gates: [named('one')] })
    const register = () => runner.register('refund', registration as never)
    expect(register).toThrow(PolicyError)
    expect(register).toThrow(message)
    expect(runner.tools()).toEqual([])
  })

  test('a gate that makes no checkpoint of its policy', () => {
    const runner = new GatedToolRunner({ gates: [{ name: 'one', compile: () => undefined as never }] })
    expect(() => runner.register('refund', { execute, one: {} as never })).toThrow(
      'tool `refund`: the one gate compiled its policy to what is no checkpoint',
    )
  })

  test('a name that is taken, or that is none', () => {
    const runner = new GatedToolRunner()
    runner.register('refund', { execute })
    expect(() => runner.register('refund', { execute })).toThrow(
      'tool `refund`: name is `"refund"`; expected a name that is not taken: this runner has a tool of that name already',
    )
    expect(() => runner.register('', { execute })).toThrow('register.name is `""`; expected a string that is not empty')
  })

  test('a policy that inherits its fields is read whole, and a gate is not given what every object has', () => {
    class Policy {
      check = () => ({ kind: 'allow' }) as const
    }
    const inherited = Object.create({ chekc: 1 }) as object
    const runner = new GatedToolRunner({ gates: [named('toString'), named('one')] })
    runner.register('fine', { execute, one: new Policy() } as never)
    const bad = () => runner.register('refund', Object.assign(inherited, { execute }) as never)
    expect(bad).toThrow('tool `refund`: chekc is `1`; expected no such field')
  })

  test('an error carries its parts', () => {
    try {
      new GatedToolRunner().register('refund', { execute, timeoutMs: -1 })
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ name: 'PolicyError', tool: 'refund', field: 'timeoutMs', value: -1 })
    }
  })

  test('a value in an error is bounded, on one line, and never the cause of another error', () => {
    const circular: Record<string, unknown> = { text: 'x'.repeat(1_000) }
    circular.self = circular
    for (const value of [circular, ['line\nline'.repeat(100)], 10n, Symbol('s'), () => 1, new Error('e')]) {
      try {
        new GatedToolRunner().register('refund', { execute, description: value as never })
        expect.unreachable()
      } catch (error) {
        expect((error as Error).message).toMatch(/^tool `refund`: description is `.{1,125}`; expected a string$/)
      }
    }
  })
})

describe('a runner that can not be used names the option', () => {
  test.each([
    [{ name: '' }, 'runner.name is `""`; expected a string that is not empty'],
    [{ gate: [] }, 'runner.gate is `[]`; expected no such field; there are '],
    [{ gates: {} }, 'runner.gates is `{}`; expected a list of gates, such as [rateGate(), budgetGate()]'],
    [{ gates: [named] }, 'gates; number 0 is function named, which makes one: call it'],
    [{ gates: [{ name: 'audit', compile: execute }] }, 'expected no audit gate; pass it beside them, as `audit`'],
    [{ gates: [named('one'), {}] }, 'expected gates only; number 1 is `{}`'],
    [{ gates: [named('one'), named('one')] }, 'expected one gate of each name; `one` stands there twice'],
    [{ gates: [named('execute')] }, 'expected gates of other names; `execute` is reserved'],
    [{ maxArgumentsChars: 0.5 }, 'runner.maxArgumentsChars is `0.5`; expected a whole number of 2 or more'],
    [{ audit: {} }, 'runner.audit is `{}`; expected an audit gate, such as auditGate()'],
  ])('%j', (options, message) => {
    expect(() => new GatedToolRunner(options as never)).toThrow(PolicyError)
    expect(() => new GatedToolRunner(options as never)).toThrow(message)
  })
})

test('any Standard Schema will do, also one that is a function', () => {
  const validate = (value: unknown) => ({ value })
  const schema = Object.assign(() => undefined, { '~standard': { version: 1 as const, vendor: 'test', validate } })
  const runner = new GatedToolRunner()
  runner.register('one', { input: schema, execute })
  runner.register('two', { input: z.object({}), execute })
  expect(runner.tools().map(({ name }) => name)).toEqual(['one', 'two'])
})

test('what gates share is made once for each runner', () => {
  const made: object[] = []
  const factory = () => {
    made.push({})
    return made.at(-1) as object
  }
  const sharing = <Name extends string>(name: Name) => ({
    name,
    compile: (tool: { runner: { shared(make: () => object): object } }) => {
      tool.runner.shared(factory)
      return { check: () => ({ kind: 'allow' }) as const }
    },
  })
  for (let count = 0; count < 2; count++) {
    const runner = new GatedToolRunner({ gates: [sharing('one'), sharing('two')] as const })
    runner.register('tool', { execute, one: {} as never, two: {} as never })
  }
  expect(made).toHaveLength(2)
})

function execute() {
  return 'done'
}
