import type { Literal } from '../document/condition.ts'
import type { Test } from './combine.ts'
import { compareWith } from './decimal.ts'

/**
 * Whether a value is the literal. The literal's type says what can be compared with it: a value of another type is
 * unknown, and not merely different. Only `null` is compared with everything.
 */
export function equalsLiteral(literal: Literal): Test<unknown> {
  switch (literal.type) {
    case 'string':
      return (value) => (typeof value === 'string' ? value === literal.value : 'unknown')
    case 'number': {
      const compare = compareWith(literal.text)
      return (value) => {
        const order = compare(value)
        return order === undefined ? 'unknown' : order === 0
      }
    }
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value === literal.value : 'unknown')
    case 'null':
      return (value) => value === null
  }
}

/** Whether a value is any of the literals; unknown where it can be compared with none of them. */
export function equalsAnyLiteral(literals: readonly Literal[]): Test<unknown> {
  const texts = new Set(literals.flatMap((literal) => (literal.type === 'string' ? [literal.value] : [])))
  const others = literals
    .filter(({ type }) => type !== 'string')
    .map((literal) => ({ equals: equalsLiteral(literal), type: literal.type }))
  return (value) => {
    let isComparable = false
    if (typeof value === 'string' && texts.size > 0) {
      if (texts.has(value)) return true
      isComparable = true
    }
    for (const { equals, type } of others) {
      const truth = equals(value)
      if (truth === true) return true
      // That it is not null says nothing of what it is.
      if (truth === false && type !== 'null') isComparable = true
    }
    return isComparable ? false : 'unknown'
  }
}
