import type { Condition } from '../document/condition.ts'
import type { PolicyDocument } from '../document/document.ts'
import { conditionKey } from './condition-key.ts'
import { boundOf, conjunctionOf, type Fact } from './facts.ts'
import { allNumbers, isWithin, narrowed, type Range } from './range.ts'
import { isSubset } from './subset.ts'

/** What conditions ask, made ready for being compared with what others ask. */
export interface Demand {
  readonly single: readonly SingleDemand[]
  readonly alternatives: readonly AlternativeDemands[]
  /** Of everything that has to hold. */
  readonly keys: ReadonlySet<string>
  /** What all bounds on a number together leave, by its subject. */
  readonly ranges: ReadonlyMap<string, Range>
  /** Each list of the only texts that a value may be, by its subject. */
  readonly texts: ReadonlyMap<string, readonly ReadonlySet<string>[]>
}

interface SingleDemand {
  readonly key: string
  readonly subject: string
  readonly range: Range | undefined
  readonly texts: ReadonlySet<string> | undefined
}

interface AlternativeDemands {
  readonly key: string
  readonly parts: readonly Demand[]
}

export function demandOf(condition: Condition, document: PolicyDocument): Demand {
  const conjunction = conjunctionOf(condition)
  const single = conjunction.facts.map((fact) => singleDemand(fact, document))
  const alternatives = conjunction.alternatives.map(({ condition, parts }) => ({
    key: conditionKey(condition, document),
    parts: parts.map((part) => demandOf(part, document)),
  }))
  const ranges = new Map<string, Range>()
  const texts = new Map<string, ReadonlySet<string>[]>()
  for (const fact of conjunction.facts) {
    const bound = boundOf(fact)
    const subject = amountSubject(fact)
    if (bound !== undefined) ranges.set(subject, narrowed(ranges.get(subject) ?? allNumbers, bound))
  }
  for (const { subject, texts: own } of single) if (own) texts.set(subject, [...(texts.get(subject) ?? []), own])
  return { single, alternatives, keys: new Set([...single, ...alternatives].map(({ key }) => key)), ranges, texts }
}

function singleDemand(fact: Fact, document: PolicyDocument): SingleDemand {
  const bound = boundOf(fact)
  return {
    key: conditionKey(fact.condition, document),
    subject: amountSubject(fact),
    range: bound && narrowed(allNumbers, bound),
    texts: textsOf(fact),
  }
}

/** A value and its length are two numbers. */
function amountSubject({ kind, subject }: Fact): string {
  return kind === 'length' ? `length ${subject}` : subject
}

/** Only where all are texts: a list with a number in it is comparable with other values, and so unknown of fewer. */
function textsOf(fact: Fact): ReadonlySet<string> | undefined {
  if (fact.kind !== 'literals' || !fact.isAmong || isOfCategory(fact)) return undefined
  const texts = fact.literals.flatMap((literal) => (literal.type === 'string' ? [literal.value] : []))
  return texts.length === fact.literals.length ? new Set(texts) : undefined
}

/** Categories of the same name may be different ones in two documents; their keys say so. */
function isOfCategory({ condition }: Fact): boolean {
  return condition.kind === 'value' && condition.path.root === 'category'
}

/** How much may be compared; beyond it nothing is found. Only policies of thousands of rules ask for more. */
export interface ComparisonsLeft {
  count: number
}

/**
 * Whether `wide` is false only where `narrow` is false as well: so it counts, by being true or unknown, wherever
 * `narrow` does. A no may only say that this was not found out.
 *
 * Each part of `wide` has to be one that `narrow` has too, or bounds that `narrow` keeps within, or texts of which it
 * names fewer. Those are unknown of the same values: of what is no number, or no text. So where one is false the other is.
 */
export function asksAllOf(narrow: Demand, wide: Demand, left: ComparisonsLeft): boolean {
  return (
    wide.single.every((part) => asksFor(narrow, part, left)) &&
    wide.alternatives.every(
      ({ key, parts }) => narrow.keys.has(key) || parts.some((part) => asksAllOf(narrow, part, left)),
    )
  )
}

function asksFor(narrow: Demand, { key, subject, range, texts }: SingleDemand, left: ComparisonsLeft): boolean {
  if (left.count-- <= 0) return false
  if (narrow.keys.has(key)) return true
  const kept = range && narrow.ranges.get(subject)
  if (range !== undefined && kept !== undefined && isWithin(kept, range)) return true
  if (texts === undefined) return false
  return (narrow.texts.get(subject) ?? []).some((own) => {
    left.count -= own.size
    return isSubset(own, texts)
  })
}
