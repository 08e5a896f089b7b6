import type { Bound } from '../document/condition.ts'
import type { AmountRule } from './amount-rules.ts'
import type { Limit } from './range.ts'
import { isSubset } from './subset.ts'

/** Whether the other conditions of `one`, besides those on the amount, are all among those of `other`. */
export function asksNoMore(one: AmountRule, other: AmountRule): boolean {
  return isSubset(one.others, other.others)
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
