import { parsePolicy } from '@toolgate/rule'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCondition } from './lint-conditions.ts'
import { findings } from './lint-policy.ts'

const glob = fc.constantFrom('a', 'b', 'ab', 'a*', '*b', '?', '*', '\\*', 'c:*')
const globs = fc.array(glob, { minLength: 1, maxLength: 3 })
const effect = fc.constantFrom('allow', 'deny', 'require_approval')
const simple = fc.constantFrom({ amount_max: 10 }, { amount_min: 10 }, { amount_min: 20, amount_max: 10 })

/** Conditions that often ask for more than others of them, or for less. */
const part = fc.constantFrom<object>(
  { amount_max: 10 },
  { amount_max: 20 },
  { 'arguments.amount': { above: 10 } },
  { 'arguments.amount': 5 },
  { not: { amount_min: 10 } },
  { 'arguments.currency': 'EUR' },
  { 'arguments.currency': ['EUR', 'USD'] },
  { 'arguments.currency': ['EUR', 5] },
  { 'arguments.currency': { length: { min: 2 } } },
  { 'arguments.currency': { exists: true } },
  { calls: { of: 'a', min: 2 } },
  { called: 'a' },
  { not: { calls: { of: 'a', equals: 2 } } },
  { category: 'crm' },
)
const several = fc.oneof(
  part,
  fc.record({ all: fc.array(part, { minLength: 1, maxLength: 3 }) }),
  fc.record({ any: fc.array(part, { minLength: 1, maxLength: 2 }) }),
  fc.record({ all: fc.tuple(part, fc.record({ any: fc.array(part, { minLength: 1, maxLength: 2 }) })) }),
  fc.record({ not: fc.record({ all: fc.array(part, { minLength: 1, maxLength: 2 }) }) }),
)

const optional = <Value>(key: string, value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [key]: given }))

const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((given) => Object.assign({}, ...given))

const documents = (conditions: fc.Arbitrary<object>) => {
  const rule = merged(
    fc.record({ effect, actions: globs }),
    optional('conditions', conditions),
    optional('reason', fc.constant('because')),
  )
  const document = merged(
    fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 6 }), defaultEffect: effect }),
    optional('mode', fc.constant('shadow')),
    optional('appliesTo', fc.constantFrom({ principals: 'agent:*' }, { tags: 'x' }, { tags: ['x', 'y'] })),
  )
  return fc.array(document as fc.Arbitrary<{ readonly rules: object[] }>, { minLength: 1, maxLength: 3 })
}

/** Beside rules that are left out there has to be one. This one is about what is never called, and changes nothing. */
const placeholder = { effect: 'redact', actions: 'nothing', redact: { email: 'mask' } }

/** Each rule on a line of its own, from the third on. */
function textOf(document: { readonly rules: object[] }, index: number): string {
  const { rules, ...more } = document
  const lines = [...rules, placeholder].map((rule) => JSON.stringify(rule)).join(',\n')
  return `{ "name": "policy ${index}",\n"rules": [\n${lines}\n], ${JSON.stringify(more).slice(1)}`
}

const tools = [{ name: 'a' }, { name: 'tool', action: 'ab' }, { name: 'c', action: 'c:d' }]

/** Denies of the same action above all, so that their conditions meet. */
const denials = fc.array(
  fc.record({
    rules: fc.array(
      merged(
        fc.record({ effect: fc.constantFrom('deny', 'deny', 'allow', 'require_approval'), actions: glob }),
        fc.record({ actions: fc.constantFrom('a', 'a*') }),
        optional('conditions', several),
        optional('reason', fc.constant('because')),
      ),
      { minLength: 2, maxLength: 6 },
    ),
    defaultEffect: fc.constantFrom('allow', 'deny'),
    categories: fc.constantFrom({ crm: { tools: ['a'] } }, { crm: { tools: ['x'] } }),
  }),
  { minLength: 1, maxLength: 2 },
)

const policyOf = (given: readonly { readonly rules: object[] }[]) =>
  parsePolicy(given.map(textOf).map((text, index) => ({ text, file: `${index}` })))

/** The documents without the rules of some findings. */
function without<Document extends { readonly rules: object[] }>(given: readonly Document[], isMeant: RegExp) {
  const found = findings(given.map(textOf)).filter(({ message }) => isMeant.test(message))
  return given.map((document, index) => ({
    ...document,
    rules: document.rules.filter(
      (_, number) => !found.some(({ file, line }) => file === `${index}.yaml` && line === number + 3),
    ),
  }))
}

describe('of any documents', () => {
  test('lint never throws, and names places within them, in order and without doubles', () => {
    fc.assert(
      fc.property(documents(anyCondition), fc.boolean(), (given, hasTools) => {
        const texts = given.map(textOf)
        const found = findings(texts, hasTools ? tools : undefined)
        for (const { file, line, column, message } of found) {
          const text = texts[Number.parseInt(file, 10)]?.split('\n')[line - 1] ?? ''
          expect(column).toBeGreaterThanOrEqual(1)
          expect(column).toBeLessThanOrEqual(text.length)
          expect(message).toMatch(/^\S[^\n]{19}/)
          expect(message).not.toMatch(/\.$|undefined|\[object/)
        }
        const keys = found.map(({ file, line, column }) => [file, line, column] as const)
        expect(keys).toEqual(
          keys.toSorted((one, other) => one[0].localeCompare(other[0]) || one[1] - other[1] || one[2] - other[2]),
        )
        expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(found.length)
      }),
      { numRuns: 500 },
    )
  })

  test('what is said to change nothing can be left out, all at once, and no call is decided differently', () => {
    const needless = /changes nothing|never lets a call pass|never applies/
    const calls = ['a', 'b', 'ab', 'ba', '*', 'c:d'].flatMap((action) =>
      [{ amount: 5 }, { amount: 15 }, {}].flatMap((args) =>
        [{ principal: 'agent:1', tags: ['x'] }, { principal: 'human:1' }].map((who) => ({
          action,
          arguments: args,
          ...who,
        })),
      ),
    )
    fc.assert(
      fc.property(documents(simple), (given) => {
        const policies = [given, without(given, needless)].map(policyOf)
        for (const call of calls) {
          const [before, after] = policies.map((policy) => policy.decide(call))
          expect(after?.effect).toBe(before?.effect)
          expect(after?.shadow?.effect).toBe(before?.shadow?.effect)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('what denies under other conditions are said to overrule can be left out as well', () => {
    const amounts = [5, 10, 15, 25, '5', 'EUR', undefined, true]
    const currencies = ['EUR', 'USD', 'X', 5, 7, undefined, ['EUR']]
    const runs = [undefined, [], [{ action: 'a' }], [{ action: 'a' }, { action: 'a' }]]
    const calls = amounts.flatMap((amount) =>
      currencies.flatMap((currency) =>
        runs.map((before) => ({ action: 'a', arguments: { amount, currency }, ...(before && { before }) })),
      ),
    )
    fc.assert(
      fc.property(denials, (given) => {
        const [all, left] = [given, without(given, /changes nothing: all of|never lets a call pass/)].map(policyOf)
        for (const call of calls) expect(left?.decide(call).effect).toBe(all?.decide(call).effect)
      }),
      { numRuns: 500 },
    )
  })

  test('a tool that is said to be never called is denied for every call', () => {
    fc.assert(
      fc.property(documents(simple), (given) => {
        const texts = given.map(textOf)
        const policy = parsePolicy(texts.map((text, index) => ({ text, file: `${index}` })))
        const uncallable = findings(texts, tools).filter(({ code }) => code === 'tool-without-rule')
        for (const { name, action = name } of tools) {
          if (!uncallable.some(({ message }) => message.includes(`the tool \`${name}\` `))) continue
          for (const args of [{ amount: 5 }, { amount: 15 }, {}]) {
            expect(policy.decide({ tool: name, action, arguments: args, tags: ['x'] }).effect).toBe('deny')
          }
        }
      }),
    )
  })
})
