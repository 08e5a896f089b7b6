import { RateLimiterMemory } from 'rate-limiter-flexible'
import {
  auditGate,
  budgetGate,
  GatedToolRunner,
  memoryQuotaStore,
  memorySink,
  rateGate,
  ruleGate,
  type ToolCall,
} from 'toolgate'
import { z } from 'zod'
import type { Contender } from './measure.ts'

const principals = Array.from({ length: 1_000 }, (_, index) => `agent:${index}`)
const callers = principals.map((principal) => ({ principal }))
const callerOf = (iteration: number) => callers[iteration % callers.length]

const execute = () => 'done'
const rate = { maxCalls: 10_000, windowMs: 100 }
const budget = { maxSpend: '1000000', windowMs: 3_600_000, cost: '0.000001' }
const rules = [
  function hasQuery({ arguments: args }: ToolCall) {
    return typeof (args as { query: unknown }).query === 'string'
  },
  function isShort({ arguments: args }: ToolCall) {
    return (args as { query: string }).query.length < 1_000
  },
  function isNoSecret({ arguments: args }: ToolCall) {
    return !(args as { query: string }).query.includes('secret')
  },
]
const args = { query: 'heat pump running costs' }

/** Calls by a thousand callers in turn, none of which is refused: what a gate costs when it does nothing. */
export function callContenders(): Contender[] {
  const peer = new RateLimiterMemory({ points: 1_000_000_000, duration: 60 })
  const rateOnly = new GatedToolRunner({ gates: [rateGate()] })
  rateOnly.register('search', { execute, rate })
  const withBudget = new GatedToolRunner({ gates: [rateGate(), budgetGate()] })
  withBudget.register('search', { execute, rate, budget })
  const withRules = new GatedToolRunner({ gates: [rateGate(), budgetGate(), ruleGate()] })
  withRules.register('search', { execute, rate, budget, rule: { rules } })
  const withInput = new GatedToolRunner({ gates: [rateGate(), budgetGate(), ruleGate()] })
  withInput.register('search', { execute, input: z.object({ query: z.string() }), rate, budget, rule: { rules } })
  const audited = new GatedToolRunner({
    gates: [rateGate(), budgetGate(), ruleGate()],
    audit: auditGate({ sinks: [memorySink()] }),
  })
  audited.register('search', { execute, rate, budget, rule: { rules } })
  return [
    { name: 'an empty async function', run: async () => 'done' },
    {
      name: 'rate-limiter-flexible, memory',
      run: (iteration) => peer.consume(principals[iteration % 1_000] as string),
    },
    { name: 'rate gate', run: (iteration) => rateOnly.call('search', args, callerOf(iteration)) },
    { name: 'rate + budget', run: (iteration) => withBudget.call('search', args, callerOf(iteration)) },
    { name: 'rate + budget + three rules', run: (iteration) => withRules.call('search', args, callerOf(iteration)) },
    { name: '  … with zod input', run: (iteration) => withInput.call('search', args, callerOf(iteration)) },
    { name: '  … with the memory audit', run: (iteration) => audited.call('search', args, callerOf(iteration)) },
  ]
}

/**
 * The same rate gate at two limits, with as many calls in its window as it admits: its clock goes on by a millisecond
 * at each call, so that at each call one leaves the window and one is admitted.
 */
export function limitContenders(): Contender[] {
  return [10, 10_000].map((maxCalls) => {
    let nowMs = 0
    const store = memoryQuotaStore({ clock: () => nowMs++ })
    const runner = new GatedToolRunner({ gates: [rateGate({ store })] })
    runner.register('search', { execute, rate: { maxCalls, windowMs: maxCalls } })
    return { name: `rate gate at maxCalls ${maxCalls}, full`, run: () => runner.call('search', args) }
  })
}
