import type { Bound, Condition, SpentCondition, ValueCondition } from '../document/condition.ts'
import type { PolicyDocument } from '../document/document.ts'
import { conditionKey } from './condition-key.ts'
import { type Alternatives, boundOf, conjunctionOf, type Fact } from './facts.ts'
import { allNumbers, isEmpty, narrowed, type Range } from './range.ts'
import type { ScopedRule } from './scope.ts'

/** A rule, and what it asks besides what is said of it elsewhere. */
export interface AskingRule extends ScopedRule {
  /** What else has to hold, in a form in which the same conditions are equal. */
  readonly others: ReadonlySet<string>
}

/** A rule that decides by an amount: which numbers it is about, and what else it asks. */
export interface AmountRule extends AskingRule {
  /** The first of the conditions that ask for the amount. */
  readonly asked: ValueCondition | SpentCondition
  readonly range: Range
}

/** What the rules say of one amount. */
export interface Amount {
  readonly rules: readonly AmountRule[]
  /** Those that ask for it in a way that makes no single range, as under `any`. */
  readonly unclear: readonly AskingRule[]
}

/** The amounts that rules decide by: numbers of the arguments, and what calls have cost so far. */
export function amountsOf(rules: readonly ScopedRule[]): Amount[] {
  const bySubject = new Map<string, { rules: AmountRule[]; unclear: AskingRule[] }>()
  for (const { rule, document } of rules) {
    if (rule.conditions === undefined || rule.effect === 'redact') continue
    for (const [subject, { asked, range, others }] of askedBy(rule.conditions, document)) {
      const amount = bySubject.get(subject) ?? { rules: [], unclear: [] }
      bySubject.set(subject, amount)
      if (asked === undefined) amount.unclear.push({ rule, document, others })
      else if (!isEmpty(range)) amount.rules.push({ rule, document, asked, range, others })
    }
  }
  return [...bySubject.values()]
}

/** All that rules ask, whatever it is about; not of a rule that asks too much to be looked into. */
export function askingRules(rules: readonly ScopedRule[]): AskingRule[] {
  return rules.flatMap(({ rule, document }) => {
    if (rule.conditions === undefined) return [{ rule, document, others: new Set<string>() }]
    const { facts, alternatives } = conjunctionOf(rule.conditions)
    if (facts.length + alternatives.length > mostFacts) return []
    const others = new Set([...facts, ...alternatives].map(({ condition }) => conditionKey(condition, document)))
    return [{ rule, document, others }]
  })
}

/** The name of an amount in conditions, such as `arguments.amount`. */
export function amountName({ asked }: AmountRule): string {
  return asked.kind === 'value' ? asked.path.text : 'spent'
}

/** How a bound on the amount is written. */
export function writtenBound({ asked }: AmountRule, { operator, limit }: Bound): string {
  if (asked.kind === 'value') return `${asked.path.text}: { ${operator}: ${limit} }`
  const actions = asked.actions.map((action) => JSON.stringify(action))
  return `spent: { of: ${actions.length === 1 ? actions[0] : `[${actions.join(', ')}]`}, ${operator}: ${limit} }`
}

type Asked = Pick<AmountRule, 'range' | 'others'> & { readonly asked: AmountRule['asked'] | undefined }

/** A rule with more conditions is not looked into. */
const mostFacts = 100

/** What a condition asks of each amount; without `asked` where that makes no single range. */
function askedBy(condition: Condition, document: PolicyDocument): Map<string, Asked> {
  const { facts, alternatives } = conjunctionOf(condition)
  if (facts.length + alternatives.length > mostFacts) return askedByTooMuch([...facts, ...factsIn(alternatives)])
  const parts = [
    ...facts.map((fact) => ({
      key: conditionKey(fact.condition, document),
      subjects: new Set(asksNumber(fact) ? [fact.subject] : []),
      limit: limitOf(fact),
    })),
    ...alternatives.map((each) => ({
      key: conditionKey(each.condition, document),
      subjects: new Set(factsIn([each]).map(({ subject }) => subject)),
      limit: undefined,
    })),
  ]
  const found = new Map<string, Asked>()
  for (const subject of new Set(parts.flatMap(({ subjects }) => [...subjects]))) {
    const others = new Set(parts.filter(({ subjects }) => !subjects.has(subject)).map(({ key }) => key))
    const limits = parts.filter(({ subjects }) => subjects.has(subject)).map(({ limit }) => limit)
    const range = limits.reduce(
      (all, limit) => (limit ? narrowed(all, limit.bound, limit.asked.place) : all),
      allNumbers,
    )
    found.set(subject, { asked: limits.includes(undefined) ? undefined : limits[0]?.asked, range, others })
  }
  return found
}

/** Nothing but that it asks for them. */
function askedByTooMuch(facts: readonly Fact[]): Map<string, Asked> {
  return new Map(facts.map(({ subject }) => [subject, { asked: undefined, range: allNumbers, others: new Set() }]))
}

interface AmountLimit {
  readonly asked: ValueCondition | SpentCondition
  readonly bound: Bound
}

/** The limit that a fact puts on an amount; also one that says which number it is. */
function limitOf(fact: Fact): AmountLimit | undefined {
  const asked = amountAskedBy(fact)
  const bound = boundOf(fact)
  return asked === undefined || bound === undefined ? undefined : { asked, bound }
}

/** Whether a fact says which numbers an amount may be, also in a way that makes no single range. */
function asksNumber(fact: Fact): boolean {
  const asked = amountAskedBy(fact)
  return asked?.kind === 'spent' || (asked !== undefined && (fact.kind === 'number' || fact.kind === 'literals'))
}

/** Calls and lengths are counted, and so no amounts. */
function amountAskedBy({ kind, condition }: Fact): ValueCondition | SpentCondition | undefined {
  const asked = condition.kind === 'not' ? condition.condition : condition
  const isAmount = asked.kind === 'spent' || (asked.kind === 'value' && kind !== 'length')
  return isAmount ? asked : undefined
}

function factsIn(alternatives: readonly Alternatives[]): readonly Fact[] {
  return alternatives.flatMap(({ parts }) => parts.flatMap(factsWithin))
}

function factsWithin(condition: Condition): readonly Fact[] {
  const { facts, alternatives } = conjunctionOf(condition)
  return [...facts, ...factsIn(alternatives)]
}
