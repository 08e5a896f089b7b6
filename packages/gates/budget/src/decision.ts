import type { Allow, Block } from '@toolgate/core'

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
