import { AmountError, priceOf } from '@toolgate/budget'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalsOf, fromUnits, toUnits } from '../src/amount.ts'

test('[B4] a price of a negative amount is refused', () => {
  expect(() => priceOf(-1, '0.1')).toThrow('`-1` is negative')
})

describe('an amount in units', () => {
  test.each([
    ['5.00', 5_000_000_000],
    ['0.000000001', 1],
    ['0', 0],
    ['9007199.254740991', Number.MAX_SAFE_INTEGER],
    [0.1, 100_000_000],
    [1e-9, 1],
    [-0, 0],
    [new Decimal('0.01'), 10_000_000],
    ['0.10000000000000', 100_000_000],
  ])('%s is %i', (amount, units) => {
    expect(toUnits(amount, 9)).toBe(units)
  })

  test.each([
    ['-0.01', '`"-0.01"` is negative'],
    [-5, '`-5` is negative'],
    [Number.NaN, '`NaN` is no amount; write one as a decimal string, a Decimal or a number'],
    [Number.POSITIVE_INFINITY, '`Infinity` is no amount'],
    [new Decimal(Number.NaN), 'is no amount'],
    [
      '0.00000000001',
      '`"0.00000000001"` has 11 decimals and the budget counts 9; round it first, for instance with priceOf(…, …, 9)',
    ],
    [0.1 + 0.2, '`0.30000000000000004` has 17 decimals and the budget counts 9'],
    ['9007199.254740992', 'is over 9007199.254740991, the most that a budget of 9 decimals can count'],
    ['1e3', 'is no amount'],
    ['0x10', 'is no amount'],
    ['Infinity', 'is no amount'],
    [' 5', 'is no amount'],
    ['', 'is no amount'],
    ['5,00', 'is no amount'],
    ['$5', 'is no amount'],
    [null, 'is no amount'],
    [undefined, 'is no amount'],
    [5n, 'is no amount'],
    [{}, 'is no amount'],
  ])('[B4] %s is refused, with the reason', (amount, message) => {
    expect(() => toUnits(amount, 9)).toThrow(AmountError)
    expect(() => toUnits(amount, 9)).toThrow(message)
  })

  test('[B1] is exact, there and back, at every scale', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 15 }), (units, scale) => {
        const text = fromUnits(units, scale)
        expect(new Decimal(text).times(new Decimal(10).pow(scale)).toFixed()).toBe(String(units))
        expect(toUnits(text, scale)).toBe(units)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    [0, 9, '0'],
    [1, 9, '0.000000001'],
    [1_500_000_000, 9, '1.5'],
    [10_000_000_000, 9, '10'],
    [120, 0, '120'],
    [120, 2, '1.2'],
  ])('%i units of scale %i are %s', (units, scale, text) => {
    expect(fromUnits(units, scale)).toBe(text)
  })
})

test.each([
  [5_000_000_000, 2, '5.00'],
  [4_990_000_000, 2, '4.99'],
  [4_995_000_000, 2, '4.995'],
  [0, 1, '0.0'],
])('%i units are written with at least %i decimals: %s', (units, leastDecimals, text) => {
  expect(fromUnits(units, 9, leastDecimals)).toBe(text)
})

test.each([
  ['5.00', 2],
  ['5', 0],
  [0.25, 2],
  [new Decimal('0.001'), 3],
])('%s is written with %i decimals', (amount, decimals) => {
  expect(decimalsOf(amount)).toBe(decimals)
})

describe('priceOf', () => {
  test.each([
    [1_234, '0.0000025', undefined, '0.003085'],
    [3, '0.3333333333', undefined, '1'],
    [1, '0.0000000001', undefined, '0.000000001'],
    ['1000000', '0.15', 2, '150000'],
    [0, '5', undefined, '0'],
    [7, 0.1, 0, '1'],
  ])('multiplies %s by %s exactly, and rounds up once', (quantity, price, decimals, expected) => {
    expect(priceOf(quantity, price, decimals)).toBe(expected)
  })

  test('refuses what is no amount', () => {
    expect(() => priceOf(Number.NaN, '1')).toThrow(AmountError)
  })
})
