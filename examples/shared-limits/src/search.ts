import { type RedisQuotaStore, redisQuotaStore } from '@toolgate/redis'
import { budgetGate, GatedToolRunner, rateGate } from 'toolgate'

/** What all processes may do together, and what each of them may. */
export const limits = { windowMs: 2_000, together: 40, each: 15, maxSpend: '1.00', cost: '0.01', calls: 100 } as const

/** What the processes share. */
export function sharedStore(url: string, prefix: string): RedisQuotaStore {
  // A budget without a window would be kept for years, and the server may be yours.
  return redisQuotaStore({ url, prefix, keepForeverMs: 60_000 })
}

/** The gates and the tool: every process makes its own. */
export function gatedSearch(store: RedisQuotaStore, execute: () => Promise<number>) {
  const { windowMs, together, each, maxSpend, cost } = limits
  const budget = budgetGate({ store })
  const runner = new GatedToolRunner({ gates: [rateGate({ store }), budget] })
  const search = runner.register('search', {
    execute,
    rate: {
      maxCalls: together,
      windowMs,
      per: 'tool',
      limits: [{ maxCalls: each, windowMs, per: ['tool', 'principal'] }],
    },
    budget: { maxSpend, cost, per: 'tool' },
  })
  return { search, budget }
}
