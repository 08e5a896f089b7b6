import { type Detector, report, type Search } from '../detection.ts'
import { beginsWord } from './characters.ts'
import { remainderBy97 } from './check-digits.ts'
import { eachMatch } from './each-match.ts'
import { isNumberOfAThing } from './words.ts'

/** A national identifier with letters in it. */
interface LetteredForm {
  /** Of bounded length. */
  readonly pattern: RegExp
  /** Asked of it in upper case and without separators. */
  readonly isRight: (characters: string, written: string) => boolean
  /** Without one, what the text calls the number of a part or a model is taken for that. */
  readonly hasCheckDigit: boolean
}

const mostForms: readonly LetteredForm[] = [
  // United Kingdom: national insurance number.
  unchecked('[A-Z]{2}(?: ?[0-9]{2}){3} ?[A-D]|[A-Z]{2}(?:-[0-9]{2}){3}-[A-D]', isInsuranceNumber),
  // France: the repertory number of those born in Corsica, whose departments are 2A and 2B.
  checked('[1-478] ?[0-9]{2} ?[0-9]{2} ?2[AB] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}', isCorsicanNumber),
  // Spain: DNI, and NIE of foreigners.
  checked('[0-9]{8}[- ]?[A-Z]', isSpanish),
  checked('[0-9]{2}\\.[0-9]{3}\\.[0-9]{3}[- ]?[A-Z]', isSpanish),
  checked('[XYZ][- ]?[0-9]{7}[- ]?[A-Z]', isSpanish),
]

/** The first digit of each of these follows five letters or more, which can be looked for quickly. */
const longWordForms: readonly LetteredForm[] = [
  // Italy: codice fiscale, in which letters may stand for digits so that no two people have the same.
  checked('[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]', isFiscalCode),
  // India: permanent account number, in upper case. The fourth letter says what sort of person it is.
  unchecked('[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]', (characters, written) => characters === written),
]

const longWord = /[A-Za-z]{5}[0-9]/

function checked(pattern: string, isRight: LetteredForm['isRight']): LetteredForm {
  return { pattern: whole(pattern), isRight, hasCheckDigit: true }
}

function unchecked(pattern: string, isRight: LetteredForm['isRight']): LetteredForm {
  return { pattern: whole(pattern), isRight, hasCheckDigit: false }
}

function whole(pattern: string): RegExp {
  return new RegExp(`(?:${pattern})(?![A-Za-z0-9_])`, 'gi')
}

export const findLetteredIds: Detector = (search) => {
  findForms(search, mostForms)
  if (longWord.test(search.text)) findForms(search, longWordForms)
}

function findForms(search: Search, forms: readonly LetteredForm[]): void {
  for (const { pattern, isRight, hasCheckDigit } of forms) {
    eachMatch(pattern, search.text, (written, index) => {
      if (!beginsWord(search.text, index)) return
      if (!isRight(written.replace(/[ .-]/g, '').toUpperCase(), written)) return
      if (hasCheckDigit || !isNumberOfAThing(search, index))
        report(search, 'national_id', index, index + written.length)
    })
  }
}

/** Prefixes that are not given out, for they mean something else, and letters that are mistaken for others. */
function isInsuranceNumber(characters: string): boolean {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]/.test(characters)
}

function isCorsicanNumber(characters: string): boolean {
  const digits = characters.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - remainderBy97(digits) === Number(characters.slice(13))
}

const spanishLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

function isSpanish(characters: string): boolean {
  const digits = characters.slice(0, -1).replace('X', '0').replace('Y', '1').replace('Z', '2')
  return spanishLetters[Number(digits) % 23] === characters.at(-1)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** What letters, and digits as if they were the first ten letters, count at the odd places. */
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

function isFiscalCode(characters: string): boolean {
  let sum = 0
  for (const [index, character] of [...characters.slice(0, 15)].entries()) {
    const value = /[0-9]/.test(character) ? Number(character) : alphabet.indexOf(character)
    sum += index % 2 === 0 ? (oddValues[value] ?? 0) : value
  }
  return alphabet[sum % 26] === characters.at(-1)
}
