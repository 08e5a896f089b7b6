import { compileBound } from '../condition/bound.ts'
import { equalsAnyLiteral, equalsLiteral } from '../condition/literal.ts'
import type { Bound, Condition, Literal } from '../document/condition.ts'
import { type Alternatives, type Conjunction, conjunctionOf, type Fact, type Span } from './facts.ts'
import { allNumbers, fromZero, hasNoWholeNumber, isEmpty, narrowed, type Range } from './range.ts'

/** Why a condition can never be true. */
export interface Contradiction {
  /** The condition that can not hold. */
  readonly condition: Condition
  /** What it can not hold together with; nothing where it can not hold at all. */
  readonly against: readonly Condition[]
  /** Why the first part of an `any` can not hold, of which no part can. */
  readonly within?: Contradiction
}

/** How often facts may be looked at for the parts of `any`; beyond it, a contradiction in them is not looked for. */
const mostLooks = 100_000

/** Finds what can not be true, whatever is called. What it does not find may still be impossible. */
export function contradictionIn(condition: Condition): Contradiction | undefined {
  const looks = { left: mostLooks }
  return contradictionOf(conjunctionOf(condition), looks)
}

interface Looks {
  left: number
}

function contradictionOf({ facts, alternatives }: Conjunction, looks: Looks): Contradiction | undefined {
  looks.left -= facts.length + 1
  if (looks.left < 0) return undefined
  const bySubject = Map.groupBy(facts, ({ subject }) => subject)
  for (const about of bySubject.values()) {
    const contradiction = contradictionAmong(about)
    if (contradiction !== undefined) return contradiction
  }
  for (const each of alternatives) {
    const within = contradictionInAll(each, facts, looks)
    if (within !== undefined) return { condition: each.condition, against: [], within }
  }
  return undefined
}

/** Of the first part, where every part contradicts itself or what has to hold besides. */
function contradictionInAll({ parts }: Alternatives, facts: readonly Fact[], looks: Looks): Contradiction | undefined {
  let first: Contradiction | undefined
  for (const part of parts) {
    const inner = conjunctionOf(part)
    const contradiction = contradictionOf({ ...inner, facts: [...facts, ...inner.facts] }, looks)
    if (contradiction === undefined) return undefined
    first ??= contradiction
  }
  return first
}

/** Of facts about one subject: the first that can not hold with those before it. */
function contradictionAmong(facts: readonly Fact[]): Contradiction | undefined {
  const knowledge = new Knowledge()
  const index = facts.findIndex((fact) => !knowledge.learn(fact))
  const last = facts[index]
  if (last === undefined) return undefined
  if (!isPossible([last])) return { condition: last.condition, against: [] }
  const before = facts.slice(0, index)
  const culprit = before.find((each) => !isPossible([each, last]))
  const against = culprit === undefined ? before : [culprit]
  return { condition: last.condition, against: against.map(({ condition }) => condition) }
}

function isPossible(facts: readonly Fact[]): boolean {
  const knowledge = new Knowledge()
  return facts.every((fact) => knowledge.learn(fact))
}

/** Longer lists are not compared with each other. */
const mostLiterals = 1_000

type Accepts = (candidate: Literal) => boolean

/** What is known of one subject. */
class Knowledge {
  #isThere: boolean | undefined
  #number: Range = allNumbers
  /** Of a length, of calls, or of what they cost. */
  #amount: Range = fromZero
  /** What the value can only be, where that is known. */
  #candidates: readonly Literal[] | undefined
  readonly #accepts: Accepts[] = []
  #days: readonly number[] = [1, 2, 3, 4, 5, 6, 7]
  #spans: readonly Span[] = [[0, 24 * 60]]

  /** Takes a fact in. False when not all that is known can hold: then nothing more is to be learned. */
  learn(fact: Fact): boolean {
    switch (fact.kind) {
      case 'exists':
        return this.#learnPresence(fact.expected)
      case 'other':
        return this.#learnPresence(true)
      case 'number':
        this.#number = narrowed(this.#number, fact.bound, undefined)
        return this.#learnPresence(true) && !isEmpty(this.#number) && this.#accept(keepsTo(fact.bound))
      case 'length':
        this.#amount = narrowed(this.#amount, fact.bound, undefined)
        return this.#learnPresence(true) && !hasNoWholeNumber(this.#amount)
      case 'calls':
        this.#amount = narrowed(this.#amount, fact.bound, undefined)
        return !hasNoWholeNumber(this.#amount)
      case 'spent':
        this.#amount = narrowed(this.#amount, fact.bound, undefined)
        return !isEmpty(this.#amount)
      case 'literals':
        return this.#learnPresence(true) && this.#learnLiterals(fact.literals, fact.isAmong)
      case 'days':
        this.#days = this.#days.filter((day) => fact.days.includes(day))
        return this.#days.length > 0
      case 'minutes':
        this.#spans = this.#spans.flatMap((one) => fact.spans.flatMap((other) => overlap(one, other)))
        return this.#spans.length > 0
    }
  }

  #learnPresence(isThere: boolean): boolean {
    this.#isThere ??= isThere
    return this.#isThere === isThere
  }

  #learnLiterals(literals: readonly Literal[], isAmong: boolean): boolean {
    if (literals.length > mostLiterals) return true
    if (!isAmong) return this.#accept(isNoneOf(literals))
    this.#candidates ??= literals.filter((each) => this.#accepts.every((accepts) => accepts(each)))
    return this.#accept(canBeAnyOf(literals))
  }

  #accept(accepts: Accepts): boolean {
    this.#accepts.push(accepts)
    this.#candidates = this.#candidates?.filter(accepts)
    return this.#candidates === undefined || this.#candidates.length > 0
  }
}

function keepsTo(bound: Bound): Accepts {
  const holds = compileBound(bound)
  return (candidate) => holds(sampleOf(candidate)) === true
}

/** Whether a value can be both: the text 5 is the number `5`, and `"5"`. */
function canBeAnyOf(literals: readonly Literal[]): Accepts {
  const isAny = equalsAnyLiteral(literals)
  const texts = literals.filter(({ type }) => type === 'string').map(sampleOf)
  return (candidate) => {
    if (isAny(sampleOf(candidate)) === true) return true
    if (candidate.type !== 'number' || texts.length === 0) return false
    const isCandidate = equalsLiteral(candidate)
    return texts.some((text) => isCandidate(text) === true)
  }
}

/** Whether a value can be the candidate and none of them. What is the number `5` need not be the text `"5"`: 5.0 is not. */
function isNoneOf(literals: readonly Literal[]): Accepts {
  const isAny = equalsAnyLiteral(literals)
  const isAnyNumber = equalsAnyLiteral(literals.filter(({ type }) => type === 'number'))
  return (candidate) => (candidate.type === 'number' ? isAnyNumber : isAny)(sampleOf(candidate)) !== true
}

/** A number as the text that it is written as, of which nothing is lost. */
function sampleOf(literal: Literal): unknown {
  switch (literal.type) {
    case 'number':
      return literal.text
    case 'null':
      return null
    default:
      return literal.value
  }
}

function overlap([from, to]: Span, [otherFrom, otherTo]: Span): Span[] {
  const begin = Math.max(from, otherFrom)
  const end = Math.min(to, otherTo)
  return begin < end ? [[begin, end]] : []
}
