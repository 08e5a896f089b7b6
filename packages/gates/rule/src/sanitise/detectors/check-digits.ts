/** Whether a run of digits is right by the formula of Luhn (ISO/IEC 7812), its last digit being the check digit. */
export function isLuhn(digits: string): boolean {
  let sum = 0
  let isDoubled = false
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = digits.charCodeAt(index) - 48
    const counted = isDoubled ? digit * 2 : digit
    sum += counted > 9 ? counted - 9 : counted
    isDoubled = !isDoubled
  }
  return sum % 10 === 0
}

/** The remainder by 97 of a number of any length. Letters count as two digits, `A` as 10 (ISO 7064 MOD 97-10). */
export function remainderBy97(characters: string): number {
  let remainder = 0
  for (let index = 0; index < characters.length; index++) {
    const value = Number.parseInt(characters.charAt(index), 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder
}

/** The sum of digits times their weights; what has no weight does not count. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)
}

/** By ISO 7064 MOD 11,10, the last digit being the check digit. */
export function isMod11And10(digits: string): boolean {
  let product = 10
  for (let index = 0; index < digits.length - 1; index++) {
    const sum = (Number(digits[index]) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits.at(-1))
}

/** The multiplication of the dihedral group of order 10: rows and columns are its elements. */
const product = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]

/** How Verhoeff permutes a digit by its place from the right, over and over in eight. */
const permutation = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Whether a run of digits is right by the scheme of Verhoeff, its last digit being the check digit. */
export function isVerhoeff(digits: string): boolean {
  let state = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits.at(-1 - place))
    state = Number(product[state]?.[Number(permutation[place % 8]?.[digit])])
  }
  return state === 0
}
