import type { Decimal } from 'decimal.js'
import type { CalledCondition, CallsCondition, SpentCondition } from '../document/condition.ts'
import { compileBound } from './bound.ts'
import { ExactSum } from './decimal.ts'
import { compileGlobs } from './glob.ts'
import type { Leaf } from './leaf.ts'
import type { ActionSoFar, RunSoFar } from './subject.ts'

// What is asked of the run so far. It is unknown for a call that names no run.

export function calledLeaf({ actions }: CalledCondition): Leaf<number | undefined> {
  const callsIn = counter(actions)
  return {
    read: ({ soFar }) => soFar && callsIn(soFar),
    judge: (calls) => (calls === undefined ? 'unknown' : calls > 0),
  }
}

/** @throws RangeError for a limit that is no decimal number. */
export function callsLeaf({ actions, bound }: CallsCondition): Leaf<number | undefined> {
  const callsIn = counter(actions)
  return { read: ({ soFar }) => soFar && callsIn(soFar), judge: compileBound(bound) }
}

/** @throws RangeError for a limit that is no decimal number. */
export function spentLeaf({ actions, bound }: SpentCondition): Leaf<string | undefined> {
  const sum = summation(actions, (total: Decimal, { spent }) => total.plus(spent))
  return { read: ({ soFar }) => soFar && sum(soFar, nothing).toString(), judge: compileBound(bound) }
}

const nothing = new ExactSum(0)

function counter(actions: readonly string[]): (soFar: RunSoFar) => number {
  const sum = summation(actions, (total: number, { calls }) => total + calls)
  return (soFar) => sum(soFar, 0)
}

/** Sums up over the actions that any of the globs matches. */
function summation<Total>(
  actions: readonly string[],
  add: (total: Total, action: ActionSoFar) => Total,
): (soFar: RunSoFar, zero: Total) => Total {
  const matches = compileGlobs(actions)
  return (soFar, zero) => {
    let total = zero
    for (const [action, figures] of soFar) if (matches(action)) total = add(total, figures)
    return total
  }
}
