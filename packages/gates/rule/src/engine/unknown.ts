import type { CompiledCondition } from '../condition/compiled-condition.ts'
import { asksRunSoFar, describeCondition } from '../condition/describe.ts'
import type { Subject } from '../condition/subject.ts'
import type { CompiledRule } from './compiled-rule.ts'

const mostListed = 3

/** What a rule could not find out, and why. Never the value that it found: a record may leave that out on purpose. */
export function unknownText({ condition }: CompiledRule, subject: Subject): string {
  const unknown = condition === undefined ? [] : unknownParts(condition, subject)
  if (unknown.length === 0) return 'it is not known whether its document is about this call'
  return unknown
    .slice(0, mostListed)
    .map((part) => `\`${describeCondition(part.condition)}\` could not be evaluated: ${whyUnknown(part, subject)}`)
    .join(', and ')
}

function unknownParts(condition: CompiledCondition, subject: Subject): CompiledCondition[] {
  if (condition.evaluate(subject) !== 'unknown') return []
  return condition.parts.length === 0 ? [condition] : condition.parts.flatMap((part) => unknownParts(part, subject))
}

function whyUnknown({ condition, find }: CompiledCondition, subject: Subject): string {
  if (asksRunSoFar(condition)) {
    return subject.call.run === undefined ? 'the call names no `run`' : 'nothing is known of what was called before'
  }
  if (condition.kind !== 'value' || find(subject) === undefined) return 'it is missing'
  if (condition.test.operator === 'cidr') return 'it has no address, and where a host name leads is not known'
  return 'it is of another kind'
}
