import { display } from '@toolgate/core'
import { Decimal } from 'decimal.js'

/** An amount of money: a decimal string, a `Decimal`, or a number that is exact at the budget's scale. */
export type Amount = string | number | Decimal

/** A value that is no amount, or one that can not be counted exactly. Its message says why, and how to mend it. */
export class AmountError extends RangeError {
  override readonly name = 'AmountError'
}

/** Precise enough that no product of amounts that can be counted is rounded on the way. */
const Exact = Decimal.clone({ precision: 100, toExpNeg: -100, toExpPos: 100 })

const decimalString = /^-?\d+(\.\d+)?$/

/**
 * An amount in whole units of 10^-scale, which add up exactly.
 * @throws AmountError for what is negative, not finite, finer than the scale, or more than can be counted exactly.
 */
export function toUnits(amount: unknown, scale: number): number {
  const value = positive(amount)
  const decimals = value.decimalPlaces()
  if (decimals > scale) {
    throw new AmountError(
      `\`${display(amount)}\` has ${decimals} decimals and the budget counts ${scale}; round it first, for instance with priceOf(…, …, ${scale})`,
    )
  }
  const units = value.times(Exact.pow(10, scale)).toNumber()
  if (units > Number.MAX_SAFE_INTEGER) {
    const most = fromUnits(Number.MAX_SAFE_INTEGER, scale)
    throw new AmountError(
      `\`${display(amount)}\` is over ${most}, the most that a budget of ${scale} decimals can count`,
    )
  }
  return Math.abs(units)
}

function positive(amount: unknown): Decimal {
  const value = exact(amount)
  if (value.isNegative() && !value.isZero()) throw new AmountError(`\`${display(amount)}\` is negative`)
  return value
}

function exact(amount: unknown): Decimal {
  if (Decimal.isDecimal(amount) && amount.isFinite()) return new Exact(amount)
  if (typeof amount === 'number' && Number.isFinite(amount)) return new Exact(amount)
  if (typeof amount === 'string' && decimalString.test(amount)) return new Exact(amount)
  throw new AmountError(`\`${display(amount)}\` is no amount; write one as a decimal string, a Decimal or a number`)
}

/** Whether a value is an amount that can be counted exactly at a scale. */
export function isAmount(value: unknown, scale: number): boolean {
  try {
    toUnits(value, scale)
    return true
  } catch {
    return false
  }
}

/** How many decimals an amount was written with: 2 for "5.00". */
export function decimalsOf(amount: unknown): number {
  if (typeof amount === 'string') return amount.split('.')[1]?.length ?? 0
  return exact(amount).decimalPlaces()
}

/**
 * Whole units of 10^-scale as a decimal string: with as many decimals as it needs, and no fewer than `leastDecimals`.
 * On the hot path, so without a Decimal.
 */
export function fromUnits(units: number, scale: number, leastDecimals: number = 0): string {
  const digits = String(units).padStart(scale + 1, '0')
  const wholeLength = digits.length - scale
  let end = digits.length
  while (end > wholeLength + leastDecimals && digits[end - 1] === '0') end--
  const whole = digits.slice(0, wholeLength)
  return end === wholeLength ? whole : `${whole}.${digits.slice(wholeLength, end)}`
}

/** A share of some units, rounded up: the first whole number of units that is at least the share. */
export function shareOf(units: number, share: number): number {
  return new Exact(units).times(share).ceil().toNumber()
}

/**
 * The price of a quantity, such as tokens: multiplied exactly, and rounded up once where it is finer than `decimals`.
 * @throws AmountError for what is no amount, or negative.
 * @example
 * priceOf(1_234, '0.0000025') // '0.003085'
 */
export function priceOf(quantity: Amount, unitPrice: Amount, decimals = 9): string {
  return positive(quantity).times(positive(unitPrice)).toDecimalPlaces(decimals, Decimal.ROUND_UP).toFixed()
}
