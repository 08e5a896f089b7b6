import type { CompiledCondition } from '../condition/compiled-condition.ts'
import { asksTime } from '../condition/describe.ts'
import type { Subject } from '../condition/subject.ts'
import type { Program, Ruling } from './program.ts'
import { unknownText } from './unknown.ts'
import type { DecidedBy } from './verdict.ts'

/**
 * What a caller is told of a call that is not allowed: which rule, why, and what to do next. It names what
 * could not be evaluated, and never says what it was.
 */
export function refusalMessage(program: Program, ruling: Ruling, subject: Subject): string {
  const { rule, verdict } = ruling
  if (verdict.decidedBy === undefined) {
    const nothing = program.hasDocuments
      ? `no policy document is about ${quoted(program.action)} here`
      : 'every policy document is in shadow mode'
    return `${nothing}, so nothing allows it; ${final}`
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
  const withThese = program.openings.length === 0 ? '' : ' with these arguments'
  const nothing = `no rule allows ${quoted(program.action)}${withThese}${unknown}`
  if (verdict.effect === 'require_approval') {
    return `a person has to approve this by ${by}: ${nothing}; nobody can be asked here, so it did not run`
  }
  const isTimely = program.openings.some(({ condition }) => {
    return condition !== undefined && asksTime(condition.condition) && mayHoldLater(condition, subject)
  })
  return `denied by ${by}: ${nothing}; ${isTimely ? later : final}`
}

function ruleText({ rule, line }: DecidedBy): string {
  return `${rule.startsWith('rule ') || rule === 'defaultEffect' ? rule : `rule ${quoted(rule)}`} (line ${line})`
}

/** Whether a rule that does not hold now may hold at another time, with all else of the call as it is. */
function mayHoldLater(condition: CompiledCondition, subject: Subject): boolean {
  if (!asksTime(condition.condition)) return condition.evaluate(subject) === true
  return condition.condition.kind !== 'all' || condition.parts.every((part) => mayHoldLater(part, subject))
}

function quoted(text: string): string {
  return `\`${text}\``
}
