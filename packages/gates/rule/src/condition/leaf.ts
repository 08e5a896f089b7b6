import type { Condition } from '../document/condition.ts'
import type { CompiledCondition } from './compiled-condition.ts'
import type { Subject } from './subject.ts'
import type { Truth } from './truth.ts'

/** How a condition without parts is asked: what it looks at, and what that comes to. */
export interface Leaf<Value> {
  /** May throw what looking at the call throws. `undefined` where there is nothing to look at. */
  read(subject: Subject): Value
  judge(value: Value): Truth
  /** The value as an explanation has it; as it is by default. */
  show?(value: Value): unknown
}

const noParts: readonly CompiledCondition[] = Object.freeze([])

/** The one place that makes unknown of what is thrown: by a getter or a proxy among the arguments, for instance. */
export function leafCondition<Value>(condition: Condition, leaf: Leaf<Value>): CompiledCondition {
  const { read, judge, show } = leaf
  return {
    condition,
    evaluate: (subject) => {
      try {
        return judge(read(subject))
      } catch {
        return 'unknown'
      }
    },
    parts: noParts,
    find: (subject) => {
      try {
        const value = read(subject)
        return show === undefined ? value : show(value)
      } catch {
        return undefined
      }
    },
  }
}
