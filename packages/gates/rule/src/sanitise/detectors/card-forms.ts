import { cardIssuers } from './card-issuers.ts'
import { isLuhn } from './check-digits.ts'
import { grouped, isGrouped, type NumberForm, type NumberInText } from './number-form.ts'
import { anyOf, hasWordBeside } from './words.ts'

/** How people group the digits of cards: as they are embossed, and in halves that are read out. */
const groupings = [
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
  [4, 4, 4, 3],
  [4, 4, 4, 2],
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4, 2],
  [4, 4, 8],
  [4, 8, 4],
  [8, 4, 4],
  [4, 12],
  [8, 8],
  [6, 13],
]

const lengths = ['12', '13', '14', '15', '16', '17', '18', '19']

const cardWords = anyOf(
  'cards?',
  'credit card',
  'debit card',
  'pan',
  'cc',
  'visa',
  'mastercard',
  'maestro',
  'amex',
  'diners',
  'jcb',
  'unionpay',
  'discover',
  'carte',
  'kreditkarte',
  'karte',
  'tarjeta',
  'carta',
  'cartão',
)

export const cardForms: readonly NumberForm[] = [
  {
    kind: 'payment_card',
    shapes: [...lengths, ...groupings.flatMap((grouping) => grouped(grouping, ' -.+'))],
    // The expiry date and the security code are written beside the number.
    hasNeighbours: true,
    accepts: isCard,
  },
]

function isCard(number: NumberInText): boolean {
  const { digits, search, start, end } = number
  const issuers = cardIssuers.filter(({ from, to }) => {
    const prefix = digits.slice(0, from.length)
    return from <= prefix && prefix <= to
  })
  if (issuers.some(({ lengths }) => lengths.includes(digits.length))) return isLuhn(digits)
  if (!issuers.some(({ rareLengths }) => rareLengths.includes(digits.length)) || !isLuhn(digits)) return false
  return isGrouped(number) || hasWordBeside(search, start, end, cardWords)
}
