import type { Bound, Condition, Literal, SpentCondition, ValueCondition } from '../document/condition.ts'
import { conjunctionOf, type Fact } from './facts.ts'
import { allNumbers, isEmpty, narrowed, type Range } from './range.ts'
import type { ScopedRule } from './scope.ts'

/** A rule that decides by an amount: which numbers it is about, and what else it asks. */
export interface AmountRule extends ScopedRule {
  /** The first of the conditions that ask for the amount. */
  readonly asked: ValueCondition | SpentCondition
  readonly range: Range
  /** All that has to hold, in a form in which the same conditions are equal. */
  readonly conditions: ReadonlySet<string>
  /** Those that make the range. */
  readonly limits: ReadonlySet<string>
}

/** What the rules say of one amount. */
export interface Amount {
  readonly rules: readonly AmountRule[]
  /** Those that ask for it in a way that makes no single range, as under `any`. */
  readonly unclear: readonly ScopedRule[]
}

/** The amounts that rules decide by: numbers of the arguments, and what calls have cost so far. */
export function amountsOf(rules: readonly ScopedRule[]): Amount[] {
  const bySubject = new Map<string, { rules: AmountRule[]; unclear: ScopedRule[] }>()
  for (const scoped of rules) {
    if (scoped.rule.conditions === undefined || scoped.rule.effect === 'redact') continue
    for (const [subject, asked] of askedBy(scoped.rule.conditions)) {
      const amount = bySubject.get(subject) ?? { rules: [], unclear: [] }
      bySubject.set(subject, amount)
      if (asked === 'unclear') amount.unclear.push(scoped)
      else if (!isEmpty(asked.range)) amount.rules.push({ ...scoped, ...asked })
    }
  }
  return [...bySubject.values()]
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

type Asked = Pick<AmountRule, 'asked' | 'range' | 'conditions' | 'limits'>

/** A rule with more conditions is not looked into. */
const mostFacts = 100

/** What a condition asks of each amount. */
function askedBy(condition: Condition): Map<string, Asked | 'unclear'> {
  const found = new Map<string, Asked | 'unclear'>()
  const { facts, alternatives } = conjunctionOf(condition)
  const isLong = facts.length + alternatives.length > mostFacts
  const conditions = new Set(isLong ? [] : [...facts, ...alternatives].map((each) => keyOf(each.condition)))
  const limits = facts.map(limitOf).filter((limit) => limit !== undefined)
  for (const { fact, asked } of isLong ? [] : limits) {
    const { subject } = fact
    if (found.has(subject)) continue
    const own = limits.filter((limit) => limit.fact.subject === subject)
    found.set(subject, {
      asked,
      range: own.reduce<Range>((range, limit) => narrowed(range, limit.bound, limit.asked.place), allNumbers),
      conditions,
      limits: new Set(own.map((limit) => keyOf(limit.fact.condition))),
    })
  }
  const unclear = facts.filter((fact) => isLong || (fact.kind === 'literals' && limitOf(fact) === undefined))
  const within = alternatives.flatMap(({ parts }) => parts.flatMap(factsWithin))
  for (const { subject } of [...unclear, ...within]) found.set(subject, 'unclear')
  return found
}

interface AmountLimit {
  readonly fact: Fact
  readonly asked: ValueCondition | SpentCondition
  readonly bound: Bound
}

/** A fact that puts a limit on an amount; also one that says which number it is. */
function limitOf(fact: Fact): AmountLimit | undefined {
  const asked = fact.condition.kind === 'not' ? fact.condition.condition : fact.condition
  if (asked.kind !== 'value' && asked.kind !== 'spent') return undefined
  if (fact.kind === 'number' || fact.kind === 'spent') return { fact, asked, bound: fact.bound }
  const limit = fact.kind === 'literals' && fact.isAmong ? onlyNumber(fact.literals) : undefined
  return limit === undefined ? undefined : { fact, asked, bound: { operator: 'equals', limit } }
}

function onlyNumber([first, ...more]: readonly Literal[]): string | undefined {
  return first?.type === 'number' && more.length === 0 ? first.text : undefined
}

function factsWithin(condition: Condition): readonly Fact[] {
  const { facts, alternatives } = conjunctionOf(condition)
  return [...facts, ...alternatives.flatMap(({ parts }) => parts.flatMap(factsWithin))]
}

/** The condition without where it stands. */
function keyOf(condition: Condition): string {
  return JSON.stringify(condition, (key, value: unknown) => (key === 'place' ? undefined : value))
}
