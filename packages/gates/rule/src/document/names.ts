import { didYouMean } from '@toolgate/core'

export const documentFields = [
  'name',
  'version',
  'description',
  'mode',
  'timeZone',
  'appliesTo',
  'categories',
  'rules',
  'defaultEffect',
  '$schema',
] as const

export const appliesToFields = ['tags', 'principals', 'trustTiers'] as const
export const categoryFields = ['tools', 'hosts'] as const
export const modes = ['enforce', 'shadow'] as const
export const defaultEffects = ['allow', 'deny', 'require_approval'] as const

export const ruleFields = ['id', 'effect', 'actions', 'conditions', 'reason', 'redact', 'within'] as const
export type RuleField = (typeof ruleFields)[number]

export const ruleEffects = ['allow', 'deny', 'require_approval', 'redact'] as const
export const redactionActions = ['mask', 'hash', 'drop', 'block'] as const
export const findingKinds = [
  'payment_card',
  'iban',
  'email',
  'phone',
  'national_id',
  'api_key',
  'token',
  'private_key',
] as const

/** What a condition may be named, besides a path. */
export const conditionNames = [
  'all',
  'any',
  'not',
  'amount_max',
  'amount_min',
  'time_range',
  'weekdays',
  'called',
  'calls',
  'spent',
] as const

export type ConditionName = (typeof conditionNames)[number]

export const boundOperators = ['equals', 'min', 'max', 'above', 'below'] as const

/** The operators over a single value. */
export const valueOperators = [
  'equals',
  'in',
  'min',
  'max',
  'above',
  'below',
  'length',
  'glob',
  'matches',
  'host',
  'cidr',
  'isAddress',
  'exists',
  'contains',
] as const

export type ValueOperator = (typeof valueOperators)[number]

/** Those over all items of a list. A list within a list can not be gone into. */
export const listOperators = ['every', 'some'] as const

/** What other policy languages, and people in a hurry, call the same. The first name that is valid is meant. */
const synonyms: ReadonlyMap<string, readonly string[]> = new Map([
  ['action', ['actions']],
  ['effects', ['effect']],
  ['decision', ['effect']],
  ['condition', ['conditions']],
  ['when', ['conditions']],
  ['if', ['conditions']],
  ['message', ['reason']],
  ['default', ['defaultEffect']],
  ['user', ['principal']],
  ['args', ['arguments']],
  ['permit', ['allow']],
  ['accept', ['allow']],
  ['block', ['deny']],
  ['allowed', ['allow']],
  ['denied', ['deny']],
  ['disallow', ['deny']],
  ['disallowed', ['deny']],
  ['forbid', ['deny']],
  ['refuse', ['deny']],
  ['reject', ['deny']],
  ['deny', ['block']],
  ['ask', ['require_approval']],
  ['approve', ['require_approval']],
  ['approval', ['require_approval']],
  ['mask', ['redact']],
  ['redact', ['mask']],
  ['sanitize', ['redact', 'mask']],
  ['sanitise', ['redact', 'mask']],
  ['remove', ['drop']],
  ['delete', ['drop']],
  ['card', ['payment_card']],
  ['creditcard', ['payment_card']],
  ['ssn', ['national_id']],
  ['mail', ['email']],
  ['and', ['all']],
  ['or', ['any']],
  ['cost', ['spent']],
  ['time', ['time_range']],
  ['days', ['weekdays', 'on']],
  ['range', ['between']],
  ['zone', ['timeZone']],
  ['tz', ['timeZone']],
  ['eq', ['equals']],
  ['=', ['equals']],
  ['==', ['equals']],
  ['is', ['equals']],
  ['oneof', ['in']],
  ['maxamount', ['amount_max']],
  ['minamount', ['amount_min']],
  ['gt', ['above']],
  ['over', ['above']],
  ['morethan', ['above']],
  ['greaterthan', ['above']],
  ['>', ['above']],
  ['minimum', ['min', 'amount_min']],
  ['atleast', ['min']],
  ['gte', ['min']],
  ['ge', ['min']],
  ['>=', ['min']],
  ['under', ['below']],
  ['fewerthan', ['below']],
  ['lessthan', ['below']],
  ['lt', ['below']],
  ['<', ['below']],
  ['maximum', ['max', 'amount_max']],
  ['atmost', ['max']],
  ['lte', ['max']],
  ['le', ['max']],
  ['<=', ['max']],
  ['regex', ['matches']],
  ['regexp', ['matches']],
  ['pattern', ['matches']],
  ['like', ['glob']],
  ['startswith', ['glob']],
  ['endswith', ['glob']],
  ['size', ['length']],
  ['includes', ['contains']],
  ['ip', ['cidr']],
  ['isip', ['isAddress']],
])

/** There are no operators for what must not be. */
const contraries: ReadonlySet<string> = new Set(['!=', '<>', 'ne', 'neq', 'not', 'notequals', 'notin', 'nin'])

/** Longer texts are no misspelt names, and comparing them takes long. */
const longestName = 60

/** A text of one or two letters is too near to too many names, but for one of three that lacks a letter. */
const shortestMisspelt = 3

/** What an error ends in where one of the names was probably meant. */
export function suggestion(text: string, names: readonly string[]): string {
  if (text.length > longestName) return ''
  if (text === '<<') return '; YAML 1.2 has no merge keys: write the fields themselves'
  const plain = plainly(text)
  if (contraries.has(plain) && names.includes('equals')) return '; what must not be so is written with `not` around it'
  const sameName = names.find((name) => plainly(name) === plain)
  const meant = sameName ?? synonyms.get(plain)?.find((name) => names.includes(name))
  if (meant !== undefined) return `; did you mean \`${meant}\`?`
  if (text.length >= shortestMisspelt) return didYouMean(text, names)
  const short = names.filter((name) => lacksOneLetter(plain, name))
  return short.length === 1 ? `; did you mean \`${short[0]}\`?` : ''
}

/** Whether a text of two letters is a name of three without its second or third. */
function lacksOneLetter([first, second, ...rest]: string, name: string): boolean {
  if (second === undefined || rest.length > 0 || name.length !== shortestMisspelt) return false
  return name[0] === first && name.slice(1).includes(second)
}

/** `amountMax`, `amount-max` and `amount_max` are the same to whoever writes them. */
function plainly(text: string): string {
  return text.replaceAll(/[\s_-]/g, '').toLowerCase()
}
