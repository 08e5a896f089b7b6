export { type Amount, AmountError, priceOf } from './amount.ts'
export {
  type BudgetAllow,
  type BudgetBlock,
  type BudgetDecision,
  type BudgetGate,
  type BudgetGateOptions,
  type BudgetReport,
  budgetGate,
} from './budget-gate.ts'
export type { BudgetLimit, BudgetPolicy } from './policy.ts'
export type { ThresholdEvent, ThresholdListener } from './thresholds.ts'
export type { BudgetUsage, UsageScope } from './usage.ts'
