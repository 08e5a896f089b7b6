import { andThen, type Checkpoint, type ToolCall } from '@toolgate/core'
import { type AmountClaim, describeRetry, quotaCheckpoint, type Standing } from '@toolgate/quota'
import type { CompiledBudget, CompiledLimit } from './compile.ts'
import type { BudgetAllow, BudgetBlock, BudgetDecision, BudgetReport } from './decision.ts'
import {
  charged,
  type InstalledBudget,
  released,
  reportsOf,
  restated,
  settleActual,
  watchThresholds,
} from './settlement.ts'

/** Decides on the calls of one tool by its budgets. */
export function budgetCheckpoint(installed: InstalledBudget): Checkpoint<BudgetDecision> {
  const { tool, budget, store, timeoutMs } = installed
  return quotaCheckpoint<BudgetDecision, AmountClaim>({
    gate: 'budget',
    tool,
    store,
    leaseMs: budget.leaseMs,
    timeoutMs,
    claims: (call) => andThen(budget.estimate(call), (units) => claimsOf(budget, call, units)),
    decide: (call, claims, standing) => {
      const [{ units }] = claims as [AmountClaim]
      if (standing.refused !== undefined) return refusal(budget, call, units, standing)
      return { kind: 'allow', cost: budget.write(units), budgets: reportsOf(budget, standing.reports) }
    },
    settle: (call, claims, decision, outcome) => {
      if (outcome.kind === 'failed' && budget.onFailure === 'release') return released(budget, claims, decision)
      if (!budget.isHeld) {
        watchThresholds(installed, call, claims)
        return undefined
      }
      // A call that was aborted may have taken effect: it costs its estimate.
      if (outcome.kind !== 'executed' || budget.actual === undefined)
        return charged(installed, call, claims, decision as BudgetAllow)
      return settleActual(installed, call, claims, decision as BudgetAllow, outcome.result)
    },
    givenBack: (decision, reports) => restated(budget, decision, 0, reports),
  })
}

/** On the hot path: one object for each budget, and their keys. */
export function claimsOf(
  { limits, isHeld: held }: CompiledBudget,
  call: ToolCall,
  units: number,
): readonly AmountClaim[] {
  const claims = new Array<AmountClaim>(limits.length)
  for (let index = 0; index < limits.length; index++) {
    const { scoped, limitUnits, window } = limits[index] as CompiledLimit
    claims[index] = { kind: 'amount', quota: 'maxSpend', key: scoped.key(call), limit: limitUnits, units, window, held }
  }
  return claims
}

function refusal(budget: CompiledBudget, call: ToolCall, units: number, standing: Standing): BudgetBlock {
  const { retryAfterMs } = standing.wait
  const index = standing.refused as number
  const { allowance, scoped } = budget.limits[index] as CompiledLimit
  const budgets = reportsOf(budget, standing.reports)
  const left = (budgets[index] as BudgetReport).remaining
  const costs = `${budget.actual === undefined ? 'costs' : 'may cost'} ${budget.write(units)}`
  const retry = describeRetry(standing.wait)
  return {
    kind: 'block',
    reason: 'limit',
    message: `budget of ${allowance} (${scoped.owner(call)}): ${left} left, and this call ${costs}; ${retry}`,
    budgets,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}
