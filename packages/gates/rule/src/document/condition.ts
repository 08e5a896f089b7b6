import type { Path } from './path.ts'
import type { Place } from './place.ts'

/** A condition as it was read. */
export type Condition =
  | AllCondition
  | AnyCondition
  | NotCondition
  | ValueCondition
  | TimeRangeCondition
  | WeekdaysCondition
  | CalledCondition
  | CallsCondition
  | SpentCondition

interface AllCondition {
  readonly kind: 'all'
  readonly conditions: readonly Condition[]
  readonly place: Place
}

interface AnyCondition {
  readonly kind: 'any'
  readonly conditions: readonly Condition[]
  readonly place: Place
}

interface NotCondition {
  readonly kind: 'not'
  readonly condition: Condition
  readonly place: Place
}

/** One test of one value. `amount_max: 100` is `arguments.amount: { max: 100 }`. */
export interface ValueCondition {
  readonly kind: 'value'
  readonly path: Path
  readonly test: ValueTest
  readonly place: Place
}

/** From `fromMinute` on and before `toMinute`, of the local day; over midnight where `toMinute` is the smaller. */
export interface TimeRangeCondition {
  readonly kind: 'time_range'
  /** As it is written: `09:00-18:00`. */
  readonly text: string
  /** Minutes since midnight: 0 to 1439. */
  readonly fromMinute: number
  /** 1 to 1440. Never the same as `fromMinute`. */
  readonly toMinute: number
  /** The IANA name of a time zone. */
  readonly timeZone: string
  readonly place: Place
}

export interface WeekdaysCondition {
  readonly kind: 'weekdays'
  /** 1 (Monday) to 7 (Sunday), as in ISO 8601. */
  readonly days: readonly number[]
  readonly timeZone: string
  readonly place: Place
}

/** Whether any action that a glob matches was called before in this run. */
export interface CalledCondition {
  readonly kind: 'called'
  readonly actions: readonly string[]
  readonly place: Place
}

/** How often such actions were called before in this run. */
export interface CallsCondition {
  readonly kind: 'calls'
  /** Globs. */
  readonly actions: readonly string[]
  readonly bound: Bound
  readonly place: Place
}

/** What the calls of this run, of such actions, have cost so far. */
export interface SpentCondition {
  readonly kind: 'spent'
  /** Globs. */
  readonly actions: readonly string[]
  readonly bound: Bound
  readonly place: Place
}

/** A scalar of a document. A number is kept as it is written, so that nothing of it is lost. */
export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }

/** A comparison with a decimal number: `min` and `max` include it, `above` and `below` do not. */
export interface Bound {
  readonly operator: 'equals' | 'min' | 'max' | 'above' | 'below'
  /** A decimal number as it is written. */
  readonly limit: string
}

export type ValueTest =
  | { readonly operator: 'equals'; readonly literal: Literal }
  | { readonly operator: 'in'; readonly literals: readonly Literal[] }
  | { readonly operator: 'min' | 'max' | 'above' | 'below'; readonly limit: string }
  /** Of text in characters (code points), of a list in items, of an object in keys. */
  | { readonly operator: 'length'; readonly bound: Bound }
  /** The whole text matches any of the globs. */
  | { readonly operator: 'glob'; readonly patterns: readonly string[] }
  /** The text has a match of the regular expression (RE2 syntax) somewhere. */
  | { readonly operator: 'matches'; readonly pattern: string }
  /** The host of a URL, or a host name, matches any of the globs. */
  | { readonly operator: 'host'; readonly patterns: readonly string[] }
  /** The address, or the address that is the host of a URL, is in any of the networks. */
  | { readonly operator: 'cidr'; readonly networks: readonly string[] }
  /** The host of a URL, or the value, is an address and no name. Known of every host, so that it can decide where `cidr` can not. */
  | { readonly operator: 'isAddress'; readonly expected: boolean }
  | { readonly operator: 'exists'; readonly expected: boolean }
  /** A list has the scalar among its items, or text has it as a part. */
  | { readonly operator: 'contains'; readonly literal: Literal }
  /** Every item, or at least one item, of a list passes all of the tests. */
  | { readonly operator: 'every' | 'some'; readonly tests: readonly ValueTest[] }
