import type { Condition } from '../document/condition.ts'
import type { Subject } from './subject.ts'
import type { Truth } from './truth.ts'

/** A condition ready to be asked. It parses nothing any more. */
export interface CompiledCondition {
  readonly condition: Condition
  /** Never throws: what can not be read is unknown. */
  readonly evaluate: (subject: Subject) => Truth
  /** What it is made of: the parts of `all`, `any` and `not`, and nothing of the others. */
  readonly parts: readonly CompiledCondition[]
  /** The value that the truth is about, for an explanation; `undefined` where there is none. Never throws. */
  find(subject: Subject): unknown
}
