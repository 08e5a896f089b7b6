import type { Bound, Condition, Literal, ValueCondition } from '../document/condition.ts'

/** What has to hold for a condition to hold, of one thing that conditions look at. */
export type Fact = { readonly subject: string; readonly condition: Condition } & Claim

type Claim =
  /** Of the number that stands at a path, of its length, of how many calls there were, or of what they cost. */
  | { readonly kind: BoundKind; readonly bound: Bound }
  | { readonly kind: 'literals'; readonly isAmong: boolean; readonly literals: readonly Literal[] }
  | { readonly kind: 'exists'; readonly expected: boolean }
  /** Something else, which is true only where there is a value. */
  | { readonly kind: 'other' }
  | { readonly kind: 'days'; readonly days: readonly number[] }
  /** Minutes of the day, each from the first and before the second. */
  | { readonly kind: 'minutes'; readonly spans: readonly Span[] }

type BoundKind = 'number' | 'length' | 'calls' | 'spent'

export type Span = readonly [from: number, to: number]

/** One of the parts has to hold. */
export interface Alternatives {
  readonly condition: Condition
  readonly parts: readonly Condition[]
}

/** All of them have to hold. */
export interface Conjunction {
  readonly facts: readonly Fact[]
  readonly alternatives: readonly Alternatives[]
}

/** What has to hold for a condition to be true, not merely unknown: `all` is gone into, and `not` is carried inwards. */
export function conjunctionOf(condition: Condition): Conjunction {
  return conjunction(condition, false)
}

function conjunction(condition: Condition, isNegated: boolean): Conjunction {
  switch (condition.kind) {
    case 'not':
      return conjunction(condition.condition, !isNegated)
    case 'all':
    case 'any': {
      const { conditions } = condition
      // One part alone, and any of one, are the same as all.
      if ((condition.kind === 'any') === isNegated || conditions.length === 1) {
        const parts = conditions.map((part) => conjunction(part, isNegated))
        return {
          facts: parts.flatMap(({ facts }) => facts),
          alternatives: parts.flatMap(({ alternatives }) => alternatives),
        }
      }
      return { facts: [], alternatives: [{ condition, parts: isNegated ? conditions.map(negated) : conditions }] }
    }
    default: {
      const written = isNegated ? negated(condition) : condition
      return { facts: [{ ...factOf(condition, isNegated), condition: written }], alternatives: [] }
    }
  }
}

function negated(condition: Condition): Condition {
  return { kind: 'not', condition, place: condition.place }
}

type Leaf = Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' }>
type SubjectAndClaim = { readonly subject: string } & Claim

function factOf(leaf: Leaf, isNegated: boolean): SubjectAndClaim {
  switch (leaf.kind) {
    case 'value':
      return { subject: subjectText('value', leaf.path.root, ...leaf.path.keys), ...claimOfValue(leaf, isNegated) }
    case 'weekdays': {
      const days = isNegated ? [1, 2, 3, 4, 5, 6, 7].filter((day) => !leaf.days.includes(day)) : leaf.days
      return { subject: subjectText('days', leaf.timeZone), kind: 'days', days }
    }
    case 'time_range': {
      const { fromMinute: from, toMinute: to } = leaf
      const spans = isNegated ? spansOf(to, from) : spansOf(from, to)
      return { subject: subjectText('minutes', leaf.timeZone), kind: 'minutes', spans }
    }
    case 'called': {
      // Called before is called more than no times.
      const bound: Bound = { operator: isNegated ? 'max' : 'above', limit: '0' }
      return { subject: subjectText('calls', ...leaf.actions.toSorted()), kind: 'calls', bound }
    }
    case 'calls':
    case 'spent': {
      return {
        subject: subjectText(leaf.kind, ...leaf.actions.toSorted()),
        ...boundClaim(leaf.kind, leaf.bound, isNegated),
      }
    }
  }
}

function claimOfValue({ test }: ValueCondition, isNegated: boolean): Claim {
  switch (test.operator) {
    case 'exists':
      return { kind: 'exists', expected: test.expected !== isNegated }
    case 'equals':
      return { kind: 'literals', isAmong: !isNegated, literals: [test.literal] }
    case 'in':
      return { kind: 'literals', isAmong: !isNegated, literals: test.literals }
    case 'min':
    case 'max':
    case 'above':
    case 'below':
      return boundClaim('number', test, isNegated)
    case 'length':
      return boundClaim('length', test.bound, isNegated)
    default:
      return { kind: 'other' }
  }
}

function boundClaim(kind: BoundKind, written: Bound, isNegated: boolean): Claim {
  const bound = isNegated ? opposite(written) : written
  return bound === undefined ? { kind: 'other' } : { kind, bound }
}

/** The bound that a fact puts on a number; a number that a value equals is one. */
export function boundOf(fact: Fact): Bound | undefined {
  switch (fact.kind) {
    case 'number':
    case 'length':
    case 'calls':
    case 'spent':
      return fact.bound
    case 'literals': {
      const [first, ...more] = fact.literals
      const isOneNumber = fact.isAmong && first?.type === 'number' && more.length === 0
      return isOneNumber ? { operator: 'equals', limit: first.text } : undefined
    }
    default:
      return undefined
  }
}

/** What holds of a number exactly where a bound does not; of what is no bound again, nothing. */
function opposite({ operator, limit }: Bound): Bound | undefined {
  switch (operator) {
    case 'min':
      return { operator: 'below', limit }
    case 'max':
      return { operator: 'above', limit }
    case 'above':
      return { operator: 'max', limit }
    case 'below':
      return { operator: 'min', limit }
    case 'equals':
      return undefined
  }
}

const minutesOfDay = 24 * 60

/** Over midnight where it ends sooner than it begins. */
function spansOf(from: number, to: number): Span[] {
  const spans: Span[] =
    from <= to
      ? [[from, to]]
      : [
          [0, to],
          [from, minutesOfDay],
        ]
  return spans.filter(([begin, end]) => begin < end)
}

function subjectText(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}
