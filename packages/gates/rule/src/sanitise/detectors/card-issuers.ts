/** The first digits of the cards of an issuer, and the lengths of their numbers. */
export interface CardIssuer {
  readonly from: string
  /** Of as many digits as `from`, and itself included. */
  readonly to: string
  readonly lengths: readonly number[]
  /** Lengths that few cards have, and much else: such a number is taken for a card only where something says so. */
  readonly rareLengths: readonly number[]
}

const sixteen = [16]
const fromSixteen = [16, 17, 18, 19]

/** The ranges of ISO/IEC 7812 as their issuers publish them. More than one may hold a number. */
export const cardIssuers: readonly CardIssuer[] = [
  // Visa.
  { from: '4', to: '4', lengths: sixteen, rareLengths: [13, 19] },
  // Mastercard.
  { from: '51', to: '55', lengths: sixteen, rareLengths: [] },
  { from: '2221', to: '2720', lengths: sixteen, rareLengths: [] },
  // American Express.
  { from: '34', to: '34', lengths: [15], rareLengths: [] },
  { from: '37', to: '37', lengths: [15], rareLengths: [] },
  // Diners Club.
  { from: '300', to: '305', lengths: [14], rareLengths: fromSixteen },
  { from: '3095', to: '3095', lengths: [14], rareLengths: fromSixteen },
  { from: '36', to: '36', lengths: [14], rareLengths: fromSixteen },
  { from: '38', to: '39', lengths: [14], rareLengths: fromSixteen },
  // Discover, RuPay.
  { from: '60', to: '60', lengths: sixteen, rareLengths: [17, 18, 19] },
  { from: '644', to: '659', lengths: sixteen, rareLengths: [17, 18, 19] },
  { from: '81', to: '82', lengths: sixteen, rareLengths: [17, 18, 19] },
  // JCB.
  { from: '3528', to: '3589', lengths: sixteen, rareLengths: [17, 18, 19] },
  // UnionPay.
  { from: '62', to: '62', lengths: [16, 19], rareLengths: [17, 18] },
  // Mir.
  { from: '2200', to: '2204', lengths: sixteen, rareLengths: [17, 18, 19] },
  // Troy.
  { from: '9792', to: '9792', lengths: sixteen, rareLengths: [] },
  // Maestro, Dankort, Elo, Verve and others of the same ranges.
  { from: '50', to: '50', lengths: sixteen, rareLengths: [12, 13, 14, 15, 18, 19] },
  { from: '56', to: '58', lengths: sixteen, rareLengths: [12, 13, 14, 15, 18, 19] },
  { from: '61', to: '61', lengths: sixteen, rareLengths: [12, 13, 14, 15, 18, 19] },
  { from: '63', to: '63', lengths: sixteen, rareLengths: [12, 13, 14, 15, 18, 19] },
  { from: '66', to: '69', lengths: sixteen, rareLengths: [12, 13, 14, 15, 18, 19] },
  // UzCard, Humo.
  { from: '8600', to: '8600', lengths: sixteen, rareLengths: [] },
  { from: '9860', to: '9860', lengths: sixteen, rareLengths: [] },
]
