import type { Bound } from '../document/condition.ts'
import type { AmountRule } from './amount-rules.ts'
import type { Limit } from './range.ts'

/** Whether the other conditions of `one`, besides those on the amount, are all among those of `other`. */
export function asksNoMore(one: AmountRule, other: AmountRule): boolean {
  // A limit on the amount is one in both, so only what else `one` asks is looked for.
  for (const asked of one.conditions) if (!one.limits.has(asked) && !other.conditions.has(asked)) return false
  return true
}

/** The bound that begins exactly where a range ends. */
export function boundAbove({ text, isInclusive }: Limit): Bound {
  return { operator: isInclusive ? 'above' : 'min', limit: text }
}

/** The bound that ends exactly where a range begins. */
export function boundBelow({ text, isInclusive }: Limit): Bound {
  return { operator: isInclusive ? 'below' : 'max', limit: text }
}

/** How many pairs of rules are compared; only policies of thousands of rules about one amount have more. */
export const mostPairs = 1_000_000

/** How many are left. */
export interface PairsLeft {
  count: number
}
