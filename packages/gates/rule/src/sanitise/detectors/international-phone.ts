import { type Detector, report } from '../detection.ts'
import { isNorthAmerican, lengthsAfter } from './calling-codes.ts'
import { beginsWord, endsWord, isDigit } from './characters.ts'
import { eachMatch } from './each-match.ts'

/** A plus sign, also one that was escaped for a URL, or the two zeros that are dialled instead of it. */
const anchor = /(?:\+|%2[Bb])(?=[0-9(])|(?<![0-9.,:/-])00(?=[1-9])/g

/** The zero in brackets is dialled within the country only, and is no digit of the number. */
const group = /\(0\)|\(([0-9]{1,4})\)|([0-9]{1,15})/y
const separator = /(?:[ .\-/\u00a0\u2010-\u2014\u202f]|%20){0,2}/y

/** The most digits of an international number (ITU-T E.164). */
const mostDigits = 15

export const findInternationalPhones: Detector = (search) => {
  eachMatch(anchor, search.text, (prefix, index) => {
    if (!mayBegin(search.text, index)) return
    const end = endOfNumber(search.text, index + prefix.length, prefix === '00')
    if (end !== undefined) report(search, 'phone', index, end)
  })
}

/** `C++11`, `a+1234567890` and the offset of a time are none. */
function mayBegin(text: string, start: number): boolean {
  return beginsWord(text, start) && text[start - 1] !== '+' && text[start - 1] !== '*'
}

/** After the last group of digits with which the number is as long as its country has them. */
function endOfNumber(text: string, start: number, asksForGroups: boolean): number | undefined {
  let digits = ''
  let end: number | undefined
  let at = start
  while (digits.length < mostDigits) {
    group.lastIndex = at
    const found = group.exec(text)
    if (found === null) break
    digits += found[1] ?? found[2] ?? ''
    at = group.lastIndex
    // Two zeros and a long run of digits may be any number that is filled up with zeros.
    const isApart = !asksForGroups || at - start > digits.length
    if (isApart && isComplete(digits) && endsHere(text, at)) end = at
    separator.lastIndex = at
    separator.exec(text)
    at = separator.lastIndex
  }
  return end
}

function isComplete(digits: string): boolean {
  const after = lengthsAfter(digits)
  if (after === undefined) return false
  const [least, most] = after.lengths
  const national = digits.slice(after.code.length)
  if (after.code === '1') return isNorthAmerican(national)
  // The zero that is dialled within a country is not dialled from abroad, but for Italy.
  if (national.startsWith('0') && after.code !== '39') return false
  return national.length >= least && national.length <= most
}

/** An extension may follow: `x12`. */
function endsHere(text: string, end: number): boolean {
  return endsWord(text, end) || (text[end] === 'x' && isDigit(text.charCodeAt(end + 1)))
}
