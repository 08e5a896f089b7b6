import { type AnyGate, auditGate, budgetGate, GatedToolRunner, PolicyError, rateGate, ruleGate } from 'toolgate'
import { expect, test } from 'vitest'

const execute = () => 'done'
const rate = { maxCalls: 10, windowMs: 60_000 }
const budget = { maxSpend: '5.00', cost: '0.01' }

interface BadRegistration {
  readonly policies: object
  /** All four by default. */
  readonly gates?: readonly AnyGate[]
  readonly name?: string
}

/** A runner with one tool, `lookup`, on which the bad one is registered. */
function register({ policies, gates, name = 'refund' }: BadRegistration) {
  const runner =
    gates === undefined
      ? new GatedToolRunner({ gates: [rateGate(), budgetGate(), ruleGate()], audit: auditGate() })
      : new GatedToolRunner({ gates })
  runner.register('lookup', { execute })
  return { runner, bad: () => runner.register(name, { execute, ...policies } as never) }
}

test.each<[string, BadRegistration, string]>([
  [
    'a misspelt key',
    { policies: { rates: rate } },
    'tool `refund`: rates is `{"maxCalls":10,"windowMs":60000}`; expected no such field; there are description, input, inputJsonSchema, timeoutMs, isPrivate, execute, rate, budget, rule, audit',
  ],
  [
    'a misspelt key of a policy',
    { policies: { rate: { maxCals: 10 } } },
    'tool `refund`: rate.maxCals is `10`; expected no such field; there are maxCalls, windowMs, cooldownMs, maxInFlight, per, limits, weight, leaseMs',
  ],
  [
    'a negative window',
    { policies: { rate: { maxCalls: 10, windowMs: -60_000 } } },
    'tool `refund`: rate.windowMs is `-60000`; expected a whole number of 1 or more',
  ],
  [
    'a cost with eleven decimals',
    { policies: { budget: { ...budget, cost: '0.00000000001' } } },
    'tool `refund`: budget.cost is `"0.00000000001"`; expected an amount of 0 or more, such as "5.00": `"0.00000000001"` has 11 decimals and the budget counts 9; round it first, for instance with priceOf(…, …, 9)',
  ],
  [
    'a limit of 0.5',
    { policies: { rate: { maxCalls: 0.5, windowMs: 60_000 } } },
    'tool `refund`: rate.maxCalls is `0.5`; expected a whole number of 1 or more',
  ],
  [
    'NaN for a limit',
    { policies: { rate: { maxCalls: Number.NaN } } },
    'tool `refund`: rate.maxCalls is `NaN`; expected a whole number of 1 or more',
  ],
  [
    'NaN for an amount',
    { policies: { budget: { ...budget, maxSpend: Number.NaN } } },
    'tool `refund`: budget.maxSpend is `NaN`; expected an amount of 0 or more, such as "5.00": `NaN` is no amount; write one as a decimal string, a Decimal or a number',
  ],
  [
    'an empty list of rules',
    { policies: { rule: { rules: [] } } },
    'tool `refund`: rule.rules is `[]`; expected a list of at least one rule, such as [noPersonalData]; leave `rule` out where there is none',
  ],
  [
    'a missing gate',
    { policies: { rate, budget }, gates: [rateGate()] },
    'tool `refund`: budget is `{"maxSpend":"5.00","cost":"0.01"}`; expected no such policy, for the runner has no budget gate (it has rate); install budgetGate() on it',
  ],
  [
    'a duplicate name',
    { policies: { rate }, name: 'lookup' },
    'tool `lookup`: name is `"lookup"`; expected a name that is not taken: this runner has a tool of that name already; give this one another',
  ],
])('%s is an error that names the tool, the field, the value and the mend', async (_, registration, message) => {
  const { runner, bad } = register(registration)
  expect(bad).toThrow(PolicyError)
  expect(bad).toThrow(message)
  expect(runner.tools().map(({ name }) => name)).toEqual(['lookup'])
  expect((await runner.call('lookup')).result).toBe('done')
})
