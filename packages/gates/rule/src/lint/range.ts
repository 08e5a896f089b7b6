import { Decimal } from 'decimal.js'
import { orderOf } from '../condition/decimal.ts'
import type { Bound } from '../document/condition.ts'
import type { Place } from '../document/place.ts'

/** One end of a range. */
export interface Limit {
  readonly value: Decimal
  /** As it is written. */
  readonly text: string
  readonly isInclusive: boolean
  /** Of the condition that says so; absent for what lies in the nature of the number. */
  readonly place: Place | undefined
}

/** The decimals from one limit to another; without a limit it has no end there. */
export interface Range {
  readonly lower: Limit | undefined
  readonly upper: Limit | undefined
}

export interface BoundedRange {
  readonly lower: Limit
  readonly upper: Limit
}

/** Not the shared constructor, whose settings belong to whoever loads the library first. Reading rounds nothing. */
const Exact = Decimal.clone({ defaults: true, precision: 100 })

export const allNumbers: Range = { lower: undefined, upper: undefined }

/** What counts and sums keep to. */
export const fromZero: Range = {
  lower: { value: new Exact(0), text: '0', isInclusive: true, place: undefined },
  upper: undefined,
}

/** What of a range keeps to a bound as well. */
export function narrowed({ lower, upper }: Range, { operator, limit }: Bound, place?: Place): Range {
  const isInclusive = operator !== 'above' && operator !== 'below'
  const end: Limit = { value: new Exact(limit), text: limit, isInclusive, place }
  return {
    lower: operator === 'max' || operator === 'below' || orderOfLower(end, lower) <= 0 ? lower : end,
    upper: operator === 'min' || operator === 'above' || orderOfUpper(end, upper) >= 0 ? upper : end,
  }
}

/** Below 0 where the first begins lower: without a limit nothing does. */
export function orderOfLower(one: Limit | undefined, other: Limit | undefined): number {
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined)
  return orderOf(one.value, other.value) || Number(other.isInclusive) - Number(one.isInclusive)
}

/** Below 0 where the first ends lower. */
export function orderOfUpper(one: Limit | undefined, other: Limit | undefined): number {
  if (one === undefined || other === undefined) return Number(other !== undefined) - Number(one !== undefined)
  return orderOf(one.value, other.value) || Number(one.isInclusive) - Number(other.isInclusive)
}

export function isEmpty({ lower, upper }: Range): boolean {
  if (lower === undefined || upper === undefined) return false
  const order = orderOf(lower.value, upper.value)
  return order > 0 || (order === 0 && !(lower.isInclusive && upper.isInclusive))
}

/** Whether no whole number is in it. */
export function hasNoWholeNumber({ lower, upper }: Range): boolean {
  if (lower === undefined || upper === undefined) return false
  const first = lower.isInclusive ? lower.value.ceil() : lower.value.floor().plus(1)
  const last = upper.isInclusive ? upper.value.floor() : upper.value.ceil().minus(1)
  return orderOf(first, last) > 0
}

/** Whether one range has nothing that the other has not. */
export function isWithin(one: Range, other: Range): boolean {
  return orderOfLower(one.lower, other.lower) >= 0 && orderOfUpper(one.upper, other.upper) <= 0
}

/** What is in both of two ranges, where either has something that the other has not. */
export function partialOverlap(one: Range, other: Range): BoundedRange | undefined {
  const begin = orderOfLower(one.lower, other.lower)
  const end = orderOfUpper(one.upper, other.upper)
  if (begin * end <= 0) return undefined
  const [lower, upper] = begin > 0 ? [one.lower, other.upper] : [other.lower, one.upper]
  return lower === undefined || upper === undefined || isEmpty({ lower, upper }) ? undefined : { lower, upper }
}

/** What lies between a range and a higher one. */
export function gapBetween(low: Range, high: Range): BoundedRange | undefined {
  if (low.upper === undefined || high.lower === undefined) return undefined
  const gap = { lower: beyond(low.upper), upper: beyond(high.lower) }
  return isEmpty(gap) ? undefined : gap
}

function beyond(limit: Limit): Limit {
  return { ...limit, isInclusive: !limit.isInclusive }
}

/** Longer numbers say nothing to a reader. */
const longestExample = 40

/** A number in the middle of it, where it can be written shortly. */
export function exampleIn({ lower, upper }: BoundedRange): string | undefined {
  const middle = lower.value.plus(upper.value).dividedBy(2)
  const text = middle.toString()
  const isInside = orderOf(lower.value, middle) < 0 && orderOf(middle, upper.value) < 0
  return isInside && text.length <= longestExample ? text : undefined
}

/** Whether its ends are no further apart than the last decimal place that either of them is written with. */
export function isOneStep({ lower, upper }: BoundedRange): boolean {
  const places = Math.max(lower.value.decimalPlaces(), upper.value.decimalPlaces())
  return upper.value.minus(lower.value).lessThanOrEqualTo(new Exact(10).pow(-places))
}

/** Such as `from 50 to 100`, `above 50 and below 100`, or `exactly 100`. */
export function rangeText({ lower, upper }: BoundedRange): string {
  if (orderOf(lower.value, upper.value) === 0) return `exactly ${lower.text}`
  return `${lower.isInclusive ? 'from' : 'above'} ${lower.text} ${upper.isInclusive ? 'to' : 'and below'} ${upper.text}`
}
