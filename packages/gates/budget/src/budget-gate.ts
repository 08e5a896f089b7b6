import {
  defaultGateTimeoutMs,
  type Gate,
  type GateOptions,
  gateOptionNames,
  PolicyFields,
  readGateOptions,
} from '@toolgate/core'
import { memoryQuotaStore, type QuotaStore, readStore } from '@toolgate/quota'
import { budgetCheckpoint } from './checkpoint.ts'
import { compileBudget } from './compile.ts'
import type { BudgetDecision } from './decision.ts'
import type { BudgetPolicy } from './policy.ts'
import type { ThresholdListener } from './thresholds.ts'
import { type BudgetUsage, CompiledBudgets, type UsageScope, usageOf } from './usage.ts'

export interface BudgetGateOptions extends GateOptions {
  /** Where the budgets are kept. By default in memory, in one store with the other gates of the gate's first runner. */
  readonly store?: QuotaStore
  /** How many decimals are counted, from 0 to 15. The most that a budget can count is 2^53 - 1 of the smallest. 9 by default. */
  readonly scale?: number
  /** Told when what is spent of a budget reaches one of its `thresholds`. What it throws is a warning of the process. */
  readonly onThreshold?: ThresholdListener
}

export interface BudgetGate extends Gate<'budget', BudgetPolicy, BudgetDecision> {
  /**
   * How the budgets of a tool stand for a caller, in the order of the policy.
   * @throws PolicyError for a scope that can not be used or a tool that has no budget here; whatever the store throws.
   */
  usage(scope: UsageScope): Promise<BudgetUsage[]>
}

/**
 * Limits what tools may cost: per rolling window, calendar period or for ever, in exact decimals. What a call may cost
 * is held before its tool runs, and settled once when it has ended.
 *
 * @throws PolicyError for an option that can not be used.
 * @example
 * const runner = new GatedToolRunner({ gates: [budgetGate()] })
 * runner.register('search', { execute: search, budget: { maxSpend: '5.00', windowMs: 3_600_000, cost: '0.01' } })
 */
export function budgetGate(options: BudgetGateOptions = {}): BudgetGate {
  const fields = new PolicyFields(options, {
    path: 'budgetGate',
    names: [...gateOptionNames, 'store', 'scale', 'onThreshold'],
  })
  const gateOptions = readGateOptions(fields)
  let store = readStore(fields)
  const scale = fields.wholeNumber('scale', { least: 0, most: 15 }) ?? 9
  const listener = fields.callback<ThresholdListener>('onThreshold')
  const registered = new CompiledBudgets()
  return {
    name: 'budget',
    ...gateOptions,
    compile: (tool, policy) => {
      store ??= tool.runner.shared(memoryQuotaStore)
      const budget = compileBudget(tool, policy, scale, listener !== undefined)
      const timeoutMs = gateOptions.timeoutMs ?? defaultGateTimeoutMs
      const compiled = { tool, budget, store, listener, timeoutMs }
      registered.add(compiled)
      return budgetCheckpoint(compiled)
    },
    usage: async (scope) => {
      const { budget, store } = registered.find(scope)
      return usageOf(budget, store, scope)
    },
  }
}
