import { messageOf, type ToolCall, type ToolInfo, within } from '@toolgate/core'
import type { AmountClaim, ClaimReport, GateSettlement, QuotaStore } from '@toolgate/quota'
import type { CompiledBudget, CompiledLimit } from './compile.ts'
import type { BudgetAllow, BudgetDecision, BudgetReport } from './decision.ts'
import { reportThresholds, type ThresholdListener } from './thresholds.ts'

/** A tool's budgets, with what they are kept and watched by. */
export interface InstalledBudget {
  readonly tool: ToolInfo
  readonly budget: CompiledBudget
  readonly store: QuotaStore
  readonly listener: ThresholdListener | undefined
  readonly timeoutMs: number
}

export function reportsOf({ limits, write }: CompiledBudget, reports: readonly ClaimReport[]): BudgetReport[] {
  return reports.map(({ key, used, remaining, resetAfterMs }, index) => ({
    key,
    maxSpend: (limits[index] as CompiledLimit).maxSpend,
    used: write(used),
    remaining: write(remaining),
    resetAfterMs,
  }))
}

/** The decision as it stands after settling, with what the call was charged. */
export function restated<D extends BudgetDecision>(
  budget: CompiledBudget,
  decision: D,
  units: number,
  reports: readonly ClaimReport[] | undefined,
): D {
  return { ...decision, cost: budget.write(units), ...(reports && { budgets: reportsOf(budget, reports) }) }
}

export function released(
  budget: CompiledBudget,
  claims: readonly AmountClaim[],
  decision: BudgetDecision,
): GateSettlement<BudgetDecision> {
  return {
    settlements: claims.map(() => 'release'),
    revise: (reports) => restated(budget, decision, 0, reports),
  }
}

/** Charges what was held: the estimate. */
export function charged(
  installed: InstalledBudget,
  call: ToolCall,
  claims: readonly AmountClaim[],
  decision: BudgetAllow,
): GateSettlement<BudgetDecision> {
  const [{ units }] = claims as [AmountClaim]
  return {
    settlements: claims.map(() => 'keep'),
    revise: (reports) => {
      watchThresholds(installed, call, claims)
      return restated(installed.budget, decision, units, reports)
    },
  }
}

/** Books what the call did cost. If that can not be told, the call has cost its estimate, and the decision says why. */
export async function settleActual(
  installed: InstalledBudget,
  call: ToolCall,
  claims: readonly AmountClaim[],
  decision: BudgetAllow,
  result: unknown,
): Promise<GateSettlement<BudgetDecision>> {
  const { budget, timeoutMs } = installed
  const [{ units: estimated }] = claims as [AmountClaim]
  let units: number
  try {
    const actual = (budget.actual as NonNullable<CompiledBudget['actual']>)(result, call)
    units = await within(actual, { what: 'budget.actual', timeoutMs })
  } catch (error) {
    const settlementError = `the actual cost is unknown, so the estimate was charged: ${messageOf(error)}`
    return charged(installed, call, claims, { ...decision, settlementError })
  }
  return {
    settlements: claims.map(() => ({ units })),
    revise: (reports) => {
      watchThresholds(installed, call, claims)
      const settled = restated(budget, decision, units, reports)
      return units > estimated ? { ...settled, overrun: true } : settled
    },
  }
}

/** Thresholds are of what is spent: watched once a call is settled, and never for one that did not run. */
export function watchThresholds(
  { budget, store, listener }: InstalledBudget,
  call: ToolCall,
  claims: readonly AmountClaim[],
): void {
  if (listener === undefined) return
  budget.limits.forEach((limit, index) => {
    if (limit.thresholds.length === 0) return
    void reportThresholds({ listener, store, call, claim: claims[index] as AmountClaim, limit, write: budget.write })
  })
}
