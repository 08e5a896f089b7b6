import {
  type Allow,
  type Block,
  type Checkpoint,
  defaultGateTimeoutMs,
  type Gate,
  type GateOptions,
  gateOptionNames,
  messageOf,
  PolicyFields,
  readGateOptions,
  type ToolCall,
  type ToolInfo,
  within,
} from '@toolgate/core'
import {
  type AmountClaim,
  type ClaimReport,
  describeRetry,
  type GateSettlement,
  memoryQuotaStore,
  type QuotaStore,
  quotaCheckpoint,
  readStore,
  type Standing,
} from '@toolgate/quota'
import { type CompiledBudget, type CompiledLimit, compileBudget } from './compile.ts'
import type { BudgetPolicy } from './policy.ts'
import { reportThresholds, type ThresholdListener } from './thresholds.ts'
import { type BudgetUsage, CompiledBudgets, type UsageScope, usageOf } from './usage.ts'

export interface BudgetGateOptions extends GateOptions {
  /** Where the budgets are kept. By default in memory, in one store with the other gates of the gate's first runner. */
  readonly store?: QuotaStore
  /** How many decimals are counted, from 0 to 15. The most that a budget can count is 2^53 - 1 of the smallest. 9 by default. */
  readonly scale?: number
  /** Told when what is spent of a budget reaches one of its `thresholds`. What it throws is a warning of the process. */
  readonly onThreshold?: ThresholdListener
}

/** How one budget stood when the gate decided, or after the call had ended. Amounts are decimal strings. */
export interface BudgetReport {
  /** The key of the budget: what is counted, in which window and for whom. */
  readonly key: string
  readonly maxSpend: string
  /** Spent and held. */
  readonly used: string
  readonly remaining: string
  /** When the budget will be wholly free if nothing more is spent. `undefined` when time alone does not free it. */
  readonly resetAfterMs: number | undefined
}

/** What the budget gate says of a call, with its budgets in the order of the policy. */
export type BudgetDecision = BudgetAllow | BudgetBlock

export interface BudgetAllow extends Allow {
  /** What the call was charged; its estimate while it is under way. */
  readonly cost: string
  readonly budgets: readonly BudgetReport[]
  /** The call has cost more than its estimate. It was booked in full. */
  readonly overrun?: true
}

export interface BudgetBlock extends Block {
  readonly reason: 'limit'
  readonly budgets: readonly BudgetReport[]
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

interface Compiled {
  readonly tool: ToolInfo
  readonly budget: CompiledBudget
  readonly store: QuotaStore
  readonly listener: ThresholdListener | undefined
  readonly timeoutMs: number
}

function budgetCheckpoint(compiled: Compiled): Checkpoint<BudgetDecision> {
  const { tool, budget, store, timeoutMs } = compiled
  return quotaCheckpoint<BudgetDecision, AmountClaim>({
    gate: 'budget',
    tool,
    store,
    leaseMs: budget.leaseMs,
    timeoutMs,
    claims: (call) => {
      const units = budget.estimate(call)
      return units instanceof Promise
        ? units.then((later) => claimsOf(budget, call, later))
        : claimsOf(budget, call, units)
    },
    decide: (call, claims, standing) => {
      const [{ units }] = claims as [AmountClaim]
      if (standing.refused !== undefined) return refusal(budget, call, units, standing)
      // What is only held is not spent: thresholds are watched when it is settled.
      if (standing.isTaken && budget.actual === undefined) watchThresholds(compiled, call, claims, standing.reports)
      return { kind: 'allow', cost: budget.write(units), budgets: reportsOf(budget, standing.reports) }
    },
    settle: (call, claims, decision, outcome) => {
      if (outcome.kind === 'failed' && budget.onFailure === 'release') return released(budget, claims, decision)
      if (budget.actual === undefined) return undefined
      // A call that was aborted may have taken effect: it costs its estimate.
      if (outcome.kind !== 'executed') return charged(compiled, call, claims, decision as BudgetAllow)
      return settleActual(compiled, call, claims, decision as BudgetAllow, outcome.result)
    },
    givenBack: (decision, reports) => restated(budget, decision, 0, reports),
  })
}

/** On the hot path: one object for each budget, and their keys. */
function claimsOf({ limits, actual }: CompiledBudget, call: ToolCall, units: number): readonly AmountClaim[] {
  const claims = new Array<AmountClaim>(limits.length)
  for (let index = 0; index < limits.length; index++) {
    const { scoped, limitUnits, window } = limits[index] as CompiledLimit
    const held = actual !== undefined
    claims[index] = { kind: 'amount', quota: 'maxSpend', key: scoped.key(call), limit: limitUnits, units, window, held }
  }
  return claims
}

function reportsOf({ limits, write }: CompiledBudget, reports: readonly ClaimReport[]): BudgetReport[] {
  return reports.map(({ key, used, remaining, resetAfterMs }, index) => ({
    key,
    maxSpend: (limits[index] as CompiledLimit).maxSpend,
    used: write(used),
    remaining: write(remaining),
    resetAfterMs,
  }))
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

/** The decision as it stands after settling, with what the call was charged. */
function restated<D extends BudgetDecision>(
  budget: CompiledBudget,
  decision: D,
  units: number,
  reports: readonly ClaimReport[] | undefined,
): D {
  return { ...decision, cost: budget.write(units), ...(reports && { budgets: reportsOf(budget, reports) }) }
}

function released(
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
function charged(
  compiled: Compiled,
  call: ToolCall,
  claims: readonly AmountClaim[],
  decision: BudgetAllow,
): GateSettlement<BudgetDecision> {
  const [{ units }] = claims as [AmountClaim]
  return {
    settlements: claims.map(() => 'keep'),
    revise: (reports) => {
      watchThresholds(compiled, call, claims, reports)
      return restated(compiled.budget, decision, units, reports)
    },
  }
}

/** Books what the call did cost. If that can not be told, the call has cost its estimate, and the decision says why. */
async function settleActual(
  compiled: Compiled,
  call: ToolCall,
  claims: readonly AmountClaim[],
  decision: BudgetAllow,
  result: unknown,
): Promise<GateSettlement<BudgetDecision>> {
  const { budget, timeoutMs } = compiled
  const [{ units: estimated }] = claims as [AmountClaim]
  let units: number
  try {
    const actual = (budget.actual as NonNullable<CompiledBudget['actual']>)(result, call)
    units = await within(actual, { what: 'budget.actual', timeoutMs })
  } catch (error) {
    const settlementError = `the actual cost is unknown, so the estimate was charged: ${messageOf(error)}`
    return charged(compiled, call, claims, { ...decision, settlementError })
  }
  return {
    settlements: claims.map(() => ({ units })),
    revise: (reports) => {
      watchThresholds(compiled, call, claims, reports)
      const settled = restated(budget, decision, units, reports)
      return units > estimated ? { ...settled, overrun: true } : settled
    },
  }
}

function watchThresholds(
  { budget, store, listener }: Compiled,
  call: ToolCall,
  claims: readonly AmountClaim[],
  reports: readonly ClaimReport[] | undefined,
): void {
  if (listener === undefined || reports === undefined) return
  budget.limits.forEach((limit, index) => {
    const usedUnits = reports[index]?.used ?? 0
    if (!limit.thresholds.some(({ units }) => units <= usedUnits)) return
    void reportThresholds({ listener, store, call, claim: claims[index] as AmountClaim, limit, write: budget.write })
  })
}
