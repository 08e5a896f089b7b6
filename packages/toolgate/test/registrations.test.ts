import { auditGate, budgetGate, GatedToolRunner, PolicyError, rateGate, ruleGate } from 'toolgate'
import { expect, test } from 'vitest'

const execute = () => 'done'
const rate = { maxCalls: 10, windowMs: 60_000 }
const budget = { maxSpend: '5.00', cost: '0.01' }

test.each([
  [
    'a misspelt key',
    { rates: rate },
    'tool `refund`: rates is `{"maxCalls":10,"windowMs":60000}`; expected no such field; there are description, input, inputJsonSchema, timeoutMs, isPrivate, execute, rate, budget, rule, audit',
  ],
  [
    'a misspelt key of a policy',
    { rate: { maxCals: 10 } },
    'tool `refund`: rate.maxCals is `10`; expected no such field; there are maxCalls, windowMs, cooldownMs, maxInFlight, per, limits, weight, leaseMs',
  ],
  [
    'a negative window',
    { rate: { maxCalls: 10, windowMs: -60_000 } },
    'tool `refund`: rate.windowMs is `-60000`; expected a whole number of 1 or more',
  ],
  [
    'a cost with eleven decimals',
    { budget: { ...budget, cost: '0.00000000001' } },
    'tool `refund`: budget.cost is `"0.00000000001"`; expected an amount of 0 or more, such as "5.00": `"0.00000000001"` has 11 decimals and the budget counts 9; round it first, for instance with priceOf()',
  ],
  [
    'a limit of 0.5',
    { rate: { maxCalls: 0.5, windowMs: 60_000 } },
    'tool `refund`: rate.maxCalls is `0.5`; expected a whole number of 1 or more',
  ],
  [
    'NaN for a limit',
    { rate: { maxCalls: Number.NaN } },
    'tool `refund`: rate.maxCalls is `NaN`; expected a whole number of 1 or more',
  ],
  [
    'NaN for an amount',
    { budget: { ...budget, maxSpend: Number.NaN } },
    'tool `refund`: budget.maxSpend is `NaN`; expected an amount of 0 or more, such as "5.00": `NaN` is no amount; write one as a decimal string, a Decimal or a number',
  ],
  [
    'an empty list of rules',
    { rule: { rules: [] } },
    'tool `refund`: rule.rules is `[]`; expected a list of at least one rule, such as [noPersonalData]; leave `rule` out where there is none',
  ],
])('%s is an error that names the tool, the field, the value and the mend', (_, policies, message) => {
  const runner = new GatedToolRunner({ gates: [rateGate(), budgetGate(), ruleGate()], audit: auditGate() })
  const register = () => runner.register('refund', { execute, ...(policies as object) })
  expect(register).toThrow(PolicyError)
  expect(register).toThrow(message)
  expect(runner.tools()).toEqual([])
})

test('a duplicate name is an error that names it, and the first registration stays', async () => {
  const runner = new GatedToolRunner({ gates: [rateGate()] })
  runner.register('refund', { execute, rate })
  expect(() => runner.register('refund', { execute: () => 'other' })).toThrow(
    'register.name is `"refund"`; expected a name that is not taken; this runner has a tool of that name already',
  )
  expect((await runner.call('refund')).result).toBe('done')
})

test('a missing gate is an error that names the tool, the field, the value and the mend', () => {
  const runner = new GatedToolRunner({ gates: [rateGate()] })
  const register = () => runner.register('refund', { execute, rate, ...({ budget } as object) })
  expect(register).toThrow(PolicyError)
  expect(register).toThrow(
    'tool `refund`: budget is `{"maxSpend":"5.00","cost":"0.01"}`; expected no such policy, for the runner has no budget gate (it has rate); install budgetGate() on it',
  )
  expect(runner.tools()).toEqual([])
})
