import type { Bound } from '../document/condition.ts'
import type { Test } from './combine.ts'
import { compareWith, type Order } from './decimal.ts'

/** Whether a value keeps to a bound. Unknown for what is no decimal number. */
export function compileBound({ operator, limit }: Bound): Test<unknown> {
  const compare = compareWith(limit)
  const accepts = acceptedOrder(operator)
  const acceptsBelow = accepts(-1)
  const acceptsSame = accepts(0)
  const acceptsAbove = accepts(1)
  return (value) => {
    switch (compare(value)) {
      case -1:
        return acceptsBelow
      case 0:
        return acceptsSame
      case 1:
        return acceptsAbove
      case undefined:
        return 'unknown'
    }
  }
}

/** Whether a value in this order with the limit keeps to a bound. */
function acceptedOrder(operator: Bound['operator']): (order: Order) => boolean {
  switch (operator) {
    case 'equals':
      return (order) => order === 0
    case 'min':
      return (order) => order >= 0
    case 'max':
      return (order) => order <= 0
    case 'above':
      return (order) => order > 0
    case 'below':
      return (order) => order < 0
  }
}
