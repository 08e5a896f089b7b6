import type { Condition, ValueCondition, ValueTest } from '../document/condition.ts'

/** A test of a value, or of the items of a list that is one. */
export interface AskedTest {
  readonly test: ValueTest
  /** The condition that it stands in. */
  readonly condition: ValueCondition
  /** Whether it stands under `not`, and not under a second one that takes the first back. */
  readonly isNegated: boolean
}

/** All tests of values that a condition consists of, in the order in which they are written. */
export function valueTestsIn(condition: Condition | undefined, isNegated = false): AskedTest[] {
  switch (condition?.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap((part) => valueTestsIn(part, isNegated))
    case 'not':
      return valueTestsIn(condition.condition, !isNegated)
    case 'value':
      return withItemTests(condition.test).map((test) => ({ test, condition, isNegated }))
    default:
      return []
  }
}

function withItemTests(test: ValueTest): readonly ValueTest[] {
  return test.operator === 'every' || test.operator === 'some' ? test.tests.flatMap(withItemTests) : [test]
}
