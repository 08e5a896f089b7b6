import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FindingKind } from '../src/document/document.ts'
import { detect } from '../src/sanitise/detect.ts'
import { isLuhn, isMod11And10, isVerhoeff, remainderBy97 } from '../src/sanitise/detectors/check-digits.ts'
import { ibanCountries } from '../src/sanitise/detectors/iban-countries.ts'
import { ibans } from './sensitive-strings.iban.ts'
import { paymentCards } from './sensitive-strings.payment-card.ts'

const digit = fc.constantFrom(...'0123456789')
const digits = fc.string({ unit: digit, minLength: 5, maxLength: 18 })

/** The number with the one check digit that is right, by asking about all ten. */
function completed(number: string, isRight: (number: string) => boolean): string {
  const right = [...'0123456789'].map((check) => number + check).filter(isRight)
  expect(right).toHaveLength(1)
  return right[0] ?? ''
}

function changed(text: string, index: number, character: string): string {
  return text.slice(0, index) + character + text.slice(index + 1)
}

function swapped(text: string, index: number): string {
  return text.slice(0, index) + text.charAt(index + 1) + text.charAt(index) + text.slice(index + 2)
}

describe('check digits', () => {
  test.each([
    ['Luhn', isLuhn],
    ['Verhoeff', isVerhoeff],
    ['MOD 11,10', isMod11And10],
  ])('by %s: one of ten is right, and no change of a single digit goes unnoticed', (_, isRight) => {
    fc.assert(
      fc.property(digits, fc.nat(), digit, (number, place, other) => {
        const right = completed(number, isRight)
        const index = place % right.length
        expect(isRight(changed(right, index, other))).toBe(right[index] === other)
      }),
    )
  })

  test('by Verhoeff: no swap of neighbours goes unnoticed', () => {
    fc.assert(
      fc.property(digits, fc.nat(), (number, place) => {
        const right = completed(number, isVerhoeff)
        const swap = swapped(right, place % (right.length - 1))
        expect(isVerhoeff(swap)).toBe(swap === right)
      }),
    )
  })

  test.each([
    ['7992739871', isLuhn, '79927398713'],
    ['236', isVerhoeff, '2363'],
    ['8609574271', isMod11And10, '86095742719'],
  ])('of published examples: %s', (number, isRight, expected) => {
    expect(completed(number, isRight)).toBe(expected)
  })

  test('the remainder by 97 is that of the number that the letters and digits make', () => {
    const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 35 }), { minLength: 1, maxLength: 34 }), (values) => {
        const number = BigInt(values.join(''))
        expect(remainderBy97(values.map((value) => alphabet[value]).join(''))).toBe(Number(number % 97n))
      }),
    )
  })
})

/** Every true string of a kind alone, without the text around it. */
function partsOf(holding: readonly (readonly string[])[]): string[] {
  return holding.flatMap(([, ...parts]) => parts)
}

function countOf(kind: FindingKind, text: string): number {
  return detect(text, new Set([kind])).length
}

describe('a digit that is not the right one', () => {
  test.each(partsOf(paymentCards.holding).filter((part) => countOf('payment_card', part) === 1))(
    'makes %s no card',
    (card) => {
      for (const index of [...card].keys()) {
        const wrong = changed(card, index, String((Number(card[index]) + 3) % 10))
        if (/[0-9]/.test(card.charAt(index)) && card[index - 1] !== '%')
          expect([wrong, countOf('payment_card', wrong)]).toEqual([wrong, 0])
      }
    },
  )

  test.each(partsOf(ibans.holding).filter((part) => countOf('iban', part) === 1))('makes %s no IBAN', (iban) => {
    for (const index of [...iban].keys()) {
      const wrong = changed(iban, index, String((Number(iban[index]) + 3) % 10))
      if (/[0-9]/.test(iban.charAt(index))) expect([wrong, countOf('iban', wrong)]).toEqual([wrong, 0])
    }
  })
})

describe('the table of IBANs', () => {
  // As banks print them, apart from the structures: a slip in either shows.
  const lengths: Record<number, string> = {
    15: 'NO',
    16: 'BE',
    18: 'DK FI FK FO GL NL SD',
    19: 'MK SI',
    20: 'AT BA EE KZ LT LU MN XK',
    21: 'CH HR LI LV',
    22: 'BG BH CR DE GB GE IE ME RS VA',
    23: 'AE GI IL IQ OM SO TL',
    24: 'AD CZ ES MD PK RO SA SE SK TN VG',
    25: 'LY PT ST',
    26: 'IS TR',
    27: 'BI DJ FR GR IT MC MR SM',
    28: 'AL AZ BY CY DO GT HN HU LB NI PL SV',
    29: 'BR EG PS QA UA',
    30: 'JO KW MU YE',
    31: 'MT SC',
    32: 'LC',
    33: 'RU',
  }
  const known = Object.entries(lengths).flatMap(([length, countries]) =>
    countries.split(' ').map((country) => [country, Number(length)] as const),
  )

  test('has the countries of the registry, each with the length that it has there', () => {
    const sums = Array.from(ibanCountries, ([country, notation]) => {
      const counts = notation.match(/[0-9]+/g) ?? []
      return [country, counts.reduce((sum, count) => sum + Number(count), 4)] as const
    })
    expect(sums.toSorted()).toEqual(known.toSorted())
  })
})
