import type { CompiledCondition } from '../condition/compiled-condition.ts'
import { asksRunSoFar, asksTime, describeCondition } from '../condition/describe.ts'
import type { Subject } from '../condition/subject.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { Program, Ruling } from './program.ts'
import type { DecidedBy } from './verdict.ts'

/**
 * What a caller is told of a call that is not allowed: which rule, why, and what to do next. It names the arguments
 * that could not be evaluated, and never says what they were: a record may leave them out on purpose.
 */
export function refusalMessage(program: Program, ruling: Ruling, subject: Subject): string {
  const { rule, verdict } = ruling
  if (verdict.decidedBy === undefined) {
    return `no policy document is about ${quoted(program.action)} here, so nothing allows it; ${final}`
  }
  const by = `${ruleText(verdict.decidedBy)} of policy ${quoted(verdict.decidedBy.document)}`
  if (rule === undefined) return defaultMessage(program, ruling, by, subject)
  const because = [
    ...(rule.rule.reason === undefined ? [] : [`: ${rule.rule.reason}`]),
    ...(verdict.isUnknown === undefined ? [] : [` (it counts, since ${unknownText(rule, subject)})`]),
  ].join('')
  if (verdict.effect === 'require_approval') {
    return `a person has to approve this by ${by}${because}; nobody can be asked here, so it did not run`
  }
  return `denied by ${by}${because}; ${rule.condition !== undefined && asksTime(rule.condition.condition) ? later : final}`
}

const final = 'the same call will be refused again, so change it or do without it'
const later = 'it may be allowed at another time'

function defaultMessage(program: Program, { verdict }: Ruling, by: string, subject: Subject): string {
  const near = program.openings.find((rule) => rule.evaluate(subject) === 'unknown')
  const unknown =
    near === undefined ? '' : `; ${ruleText(near.by)} would have to know it, and ${unknownText(near, subject)}`
  const nothing = `no rule allows ${quoted(program.action)} with these arguments${unknown}`
  if (verdict.effect === 'require_approval') {
    return `a person has to approve this by ${by}: ${nothing}; nobody can be asked here, so it did not run`
  }
  const isTimely = program.openings.some(({ condition }) => condition !== undefined && asksTime(condition.condition))
  return `denied by ${by}: ${nothing}; ${isTimely ? later : final}`
}

function ruleText({ rule, line }: DecidedBy): string {
  return `${rule.startsWith('rule ') || rule === 'defaultEffect' ? rule : `rule ${quoted(rule)}`} (line ${line})`
}

/** What a rule could not find out. */
function unknownText({ condition }: CompiledRule, subject: Subject): string {
  const unknown = condition === undefined ? [] : unknownParts(condition, subject)
  if (unknown.length === 0) return 'it is not known whether its document is about this call'
  const listed = unknown.slice(0, mostListed).map((part) => quoted(describeCondition(part.condition)))
  const why = unknown.every(({ condition: part }) => asksRunSoFar(part))
    ? 'the call names no `run`'
    : 'what it asks for is missing, or of another kind'
  return `${listed.join(' and ')} could not be evaluated: ${why}`
}

const mostListed = 3

function unknownParts(condition: CompiledCondition, subject: Subject): CompiledCondition[] {
  if (condition.evaluate(subject) !== 'unknown') return []
  return condition.parts.length === 0 ? [condition] : condition.parts.flatMap((part) => unknownParts(part, subject))
}

function quoted(text: string): string {
  return `\`${text}\``
}
