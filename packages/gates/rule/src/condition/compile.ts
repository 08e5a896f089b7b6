import type { Condition } from '../document/condition.ts'
import type { Category } from '../document/document.ts'
import { conjunction, disjunction } from './combine.ts'
import type { CompiledCondition } from './compiled-condition.ts'
import { leafCondition } from './leaf.ts'
import { pathReader } from './path-reader.ts'
import { calledLeaf, callsLeaf, spentLeaf } from './run-leaf.ts'
import { timeRangeLeaf, weekdaysLeaf } from './time-leaf.ts'
import { not } from './truth.ts'
import { compileValueTest } from './value-test.ts'

/**
 * Compiles a condition to closures: everything that can be parsed, looked up or set up is by then. `categories` are
 * those of the condition's document.
 * @throws Error for a condition that no reader of documents lets through: with a limit, a pattern, a network or a time
 * zone that can not be used.
 */
export function compileCondition(condition: Condition, categories: readonly Category[]): CompiledCondition {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const parts = condition.conditions.map((part) => compileCondition(part, categories))
      const combine = condition.kind === 'all' ? conjunction : disjunction
      return { condition, parts, evaluate: combine(parts.map((part) => part.evaluate)), find: findNothing }
    }
    case 'not': {
      const part = compileCondition(condition.condition, categories)
      return { condition, parts: [part], evaluate: (subject) => not(part.evaluate(subject)), find: findNothing }
    }
    case 'value':
      return leafCondition(condition, {
        read: pathReader(condition.path, categories),
        judge: compileValueTest(condition.test),
      })
    case 'time_range':
      return leafCondition(condition, timeRangeLeaf(condition))
    case 'weekdays':
      return leafCondition(condition, weekdaysLeaf(condition))
    case 'called':
      return leafCondition(condition, calledLeaf(condition))
    case 'calls':
      return leafCondition(condition, callsLeaf(condition))
    case 'spent':
      return leafCondition(condition, spentLeaf(condition))
  }
}

function findNothing(): undefined {
  return undefined
}
