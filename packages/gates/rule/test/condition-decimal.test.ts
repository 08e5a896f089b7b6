import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareWith, isDecimalText } from '../src/condition/decimal.ts'

/** Plain oracle: both as whole numbers of the same power of ten. */
function orderByFractions(one: string, other: string): number {
  const [a, b] = [fractionOf(one), fractionOf(other)]
  const least = Math.min(a.exponent, b.exponent)
  const units = ({ digits, exponent }: Fraction) => digits * 10n ** BigInt(exponent - least)
  const difference = units(a) - units(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

interface Fraction {
  readonly digits: bigint
  readonly exponent: number
}

function fractionOf(text: string): Fraction {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.')
  const digits = BigInt(whole + fraction)
  return { digits: mantissa.startsWith('-') ? -digits : digits, exponent: Number(exponent) - fraction.length }
}

const digits = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength }).map((each) => each.join(''))

const decimalText = fc
  .record({
    sign: fc.constantFrom('', '', '-', '+'),
    whole: digits(40),
    fraction: fc.option(digits(40), { nil: undefined }),
    exponent: fc.option(fc.integer({ min: -400, max: 400 }), { nil: undefined }),
  })
  .map(({ sign, whole, fraction, exponent }) => {
    return `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent === undefined ? '' : `e${exponent}`}`
  })

const finite = fc.double({ noDefaultInfinity: true, noNaN: true })

describe('comparing decimals', () => {
  test('of texts is exact', () => {
    fc.assert(
      fc.property(decimalText, decimalText, (text, limit) => {
        expect(compareWith(limit)(text)).toBe(orderByFractions(text, limit))
      }),
      { numRuns: 1_000 },
    )
  })

  test('of texts that differ only in how they are written, or in the last place, is exact', () => {
    const same = fc.tuple(digits(30), fc.integer({ min: 0, max: 20 }), digits(3))
    fc.assert(
      fc.property(same, ([whole, zeros, tail]) => {
        const text = `${whole}.5${'0'.repeat(zeros)}`
        expect(compareWith(`${whole}5e-1`)(text)).toBe(0)
        expect(compareWith(text)(`${text}${tail}`)).toBe(orderByFractions(`${text}${tail}`, text))
      }),
    )
  })

  test('takes a number for the shortest decimal that is read as it', () => {
    fc.assert(
      fc.property(finite, decimalText, (number, limit) => {
        expect(compareWith(limit)(number)).toBe(orderByFractions(String(number), limit))
      }),
    )
  })

  test('tells a number from limits that are read as the same double', () => {
    const exactDigits = fc.double({ min: 1e-6, max: 1e20, noNaN: true }).map((number) => {
      return { number, limits: [String(number), number.toPrecision(60), number.toFixed(30), `${number.toFixed(20)}1`] }
    })
    fc.assert(
      fc.property(exactDigits, ({ number, limits }) => {
        const orders = limits.map((limit) => compareWith(limit)(number))
        expect(orders).toEqual(limits.map((limit) => orderByFractions(String(number), limit)))
      }),
      { numRuns: 1_000 },
    )
  })

  test('of bigints is exact', () => {
    fc.assert(
      fc.property(fc.bigInt(), decimalText, (whole, limit) => {
        expect(compareWith(limit)(whole)).toBe(orderByFractions(String(whole), limit))
      }),
    )
  })

  test.each<[unknown, string, number]>([
    ['100.005', '100.00', 1],
    ['100.005', '100.01', -1],
    [100.005, '100.005', 0],
    [0.1, '0.1', 0],
    // The double nearest to a tenth is a little more than a tenth, and still stands for it.
    [0.1, '0.1000000000000000055511151231257827', -1],
    [0.1 + 0.2, '0.3', 1],
    [-0, '0', 0],
    ['-0', '0', 0],
    ['-0.0e5', '0', 0],
    [0, '-0', 0],
    [9_007_199_254_740_992, '9007199254740993', -1],
    ['9007199254740993', '9007199254740992', 1],
    [9_007_199_254_740_993n, '9007199254740992', 1],
    [5e-324, '5e-324', 0],
    ['1e-9999', '0', 1],
    [0, '1e-9999', -1],
    ['1e400', '1e401', -1],
    [Number.MAX_VALUE, '1e400', -1],
    [-Number.MAX_VALUE, '-1e400', 1],
    ['1E2', '100', 0],
    ['+7', '7.00', 0],
    ['007', '7', 0],
    [`1${'0'.repeat(500)}`, `1${'0'.repeat(499)}1`, -1],
    [10n ** 998n, '1e998', 0],
  ])('%s with %s is %s', (given, limit, expected) => {
    expect(compareWith(limit)(given)).toBe(expected)
  })

  const others: unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    'NaN',
    'Infinity',
    '',
    ' 1',
    '1 ',
    '1,000',
    '1_000',
    '0x10',
    '.5',
    '5.',
    '1e',
    '1e99999',
    '١',
    '€5',
    '5 EUR',
    '1'.repeat(1_001),
    10n ** 999n,
    -(10n ** 5_000n),
    true,
    null,
    undefined,
    Symbol('1'),
    {},
    [1],
    { valueOf: () => 1 },
    new Date(0),
  ]
  test.each(others.map((each) => [each]))('of %s with anything is undefined', (given) => {
    for (const limit of ['0', '1', '1e400', '-1e400']) expect(compareWith(limit)(given)).toBeUndefined()
  })

  test('with what is no decimal is refused at once', () => {
    expect(() => compareWith('ten')).toThrow('the limit is `ten`; expected a decimal number, such as 100.50')
  })
})

test('a text of 1,000 characters is still a decimal', () => {
  expect(isDecimalText('1'.repeat(1_000))).toBe(true)
  expect(isDecimalText('1'.repeat(1_001))).toBe(false)
})
