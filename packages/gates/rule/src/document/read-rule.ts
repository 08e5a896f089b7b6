import type { Condition } from './condition.ts'
import type { ActionPattern, PolicyRule } from './document.ts'
import { type Fields, fieldsOf } from './fields.ts'
import type { Entry, Located } from './located.ts'
import { type RuleField, ruleEffects, ruleFields } from './names.ts'
import { placeText } from './place.ts'
import type { Problems } from './problems.ts'
import { conditions, type Surroundings } from './read-condition.ts'
import { readRedaction } from './read-redaction.ts'
import { nameGlob, word } from './read-word.ts'
import { checked, choice, oneOrMore, prose, type Reader } from './readers.ts'

/** All rules may be asked about a call. */
const mostRules = 10_000

/** Reads `rules`, whose conditions depend on what else the document says. */
export function rules(surroundings: Surroundings): Reader<readonly PolicyRule[]> {
  return (value, problems) => {
    if (value.kind !== 'list' || value.items.length === 0) {
      return problems.expected(value, 'a list of at least one rule, each with `effect` and `actions`')
    }
    const tooMany = value.items[mostRules]
    if (tooMany !== undefined) return problems.about(tooMany, `is one rule too many; expected at most ${mostRules}`)
    const reading: Reading = { problems, condition: conditions(surroundings), ids: new Map() }
    return value.items.map((item, index) => readRule(item, index + 1, reading)).filter((rule) => rule !== undefined)
  }
}

interface Reading {
  readonly problems: Problems
  readonly condition: Reader<Condition>
  /** Where each id was given first. */
  readonly ids: Map<string, Entry>
}

function readRule(value: Located, number: number, { problems, condition, ids }: Reading): PolicyRule | undefined {
  const fields = fieldsOf(value, ruleFields, problems)
  if (fields === undefined) return undefined
  const id = readId(fields, ids, problems) ?? `rule ${number}`
  const effect = fields.required('effect', choice(ruleEffects), 'effect: allow')
  const actions = fields.required('actions', actionPatterns, 'actions: ["read:*"]')
  const read = {
    conditions: fields.read('conditions', condition),
    reason: fields.read('reason', prose('text that says why')),
    redaction: effect === 'redact' ? readRedaction(fields, problems) : undefined,
  }
  if (effect !== undefined && effect !== 'redact') refuseRedaction(fields, effect, problems)
  if (effect === undefined || actions === undefined) return undefined
  return { id, number, effect, actions, ...read, place: value.place }
}

/** Ids that stand for something else, in decisions and their reason codes. */
const takenIds = /^(?:rule \d+|defaultEffect|found:.*)$/

const idExpectation = 'a name of its own, such as `large-refunds`'
const ruleId = checked(
  word(idExpectation),
  (id) => !takenIds.test(id),
  `${idExpectation}: this one would be taken for what Toolgate itself names so`,
)

function readId(fields: Fields<RuleField>, ids: Map<string, Entry>, problems: Problems): string | undefined {
  const entry = fields.entry('id')
  const id = fields.read('id', ruleId)
  if (entry === undefined || id === undefined) return undefined
  const first = ids.get(id)
  if (first !== undefined) {
    const same = `${first.path} at ${placeText(first.place)} is the same`
    return problems.expected(entry.value, `an id that no other rule has; ${same}`)
  }
  ids.set(id, entry)
  return id
}

const actionsExpectation = 'a glob over actions, such as `read:*`, or a list of globs'
const actionText = nameGlob(actionsExpectation)

const actionPattern: Reader<ActionPattern> = (value, problems) => {
  const read = actionText(value, problems)
  return read === undefined ? undefined : { text: read, place: value.place }
}

const actionPatterns = oneOrMore(actionPattern, actionsExpectation)

function refuseRedaction(fields: Fields<RuleField>, effect: string, problems: Problems): void {
  for (const name of ['redact', 'within'] as const) {
    const entry = fields.entry(name)
    if (entry === undefined) continue
    problems.about(entry, `is only for the effect \`redact\`; this rule's effect is \`${effect}\``)
  }
}
