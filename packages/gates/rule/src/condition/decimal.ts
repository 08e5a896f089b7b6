import { Decimal } from 'decimal.js'

/** -1: the value is below the limit; 0: it is the same; 1: it is above. */
export type Order = -1 | 0 | 1

/** Compares a value with a limit; `undefined` where the value is no decimal number. */
export type Comparison = (value: unknown) => Order | undefined

const longestDecimal = 1_000

/** An exponent of five digits and more would make numbers that no one can print. */
const decimalText = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/

/** Not the shared constructor, whose settings belong to whoever loads the library first. It rounds nothing it reads. */
const Exact = Decimal.clone({ defaults: true })

/** For sums: precise enough that none of amounts is rounded, however long they are and however far apart. */
export const ExactSum: typeof Decimal = Decimal.clone({ defaults: true, precision: 25_000 })

/**
 * Whether a text is a decimal number: an optional sign, digits, optionally a fraction and an exponent of at most four
 * digits. No white space, no other base, no infinity, and at most 1,000 characters.
 */
export function isDecimalText(text: string): boolean {
  return text.length <= longestDecimal && decimalText.test(text)
}

/**
 * Compares numbers, bigints and texts that are decimal numbers with a limit, exactly. A number stands for the shortest
 * decimal that is read as it, which is how it is printed: 0.1 is one tenth. Everything else, NaN and infinities among
 * it, can not be compared.
 *
 * Hardly ever is a `Decimal` made for it. Reading a decimal as the nearest double keeps the order, so two decimals whose
 * doubles differ are in the order of these; only where they are the same the decimals themselves are looked at.
 * @throws RangeError for a limit that is no decimal number.
 */
export function compareWith(limit: string): Comparison {
  if (!isDecimalText(limit)) {
    throw new RangeError(`the limit is \`${limit}\`; expected a decimal number, such as 100.50`)
  }
  const exactLimit = new Exact(limit)
  const nearest = Number(limit)
  const nearestOrder = Number.isFinite(nearest) ? orderOf(new Exact(nearest), exactLimit) : undefined

  const compareNumber = (value: number): Order | undefined => {
    if (value < nearest) return value === Number.NEGATIVE_INFINITY ? undefined : -1
    if (value > nearest) return value === Number.POSITIVE_INFINITY ? undefined : 1
    return value === nearest ? nearestOrder : undefined
  }
  const compareText = (text: string): Order => {
    const value = Number(text)
    return value < nearest ? -1 : value > nearest ? 1 : orderOf(new Exact(text), exactLimit)
  }
  return (value) => {
    // Numbers first: nearly all amounts are.
    if (typeof value === 'number') return compareNumber(value)
    switch (typeof value) {
      case 'string':
        return isDecimalText(value) ? compareText(value) : undefined
      case 'bigint':
        return isLong(value) ? undefined : compareText(String(value))
      default:
        return undefined
    }
  }
}

/** The order of two decimals, exact whatever the precision of their constructors. */
export function orderOf(one: Decimal, other: Decimal): Order {
  return one.lessThan(other) ? -1 : one.greaterThan(other) ? 1 : 0
}

const mostBigint = 10n ** BigInt(longestDecimal - 1)

/** Bigints have no end, and their text takes long to write. They may be as long as a text. */
function isLong(value: bigint): boolean {
  return value >= mostBigint || value <= -mostBigint
}
