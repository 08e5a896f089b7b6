import { type Detector, report } from '../detection.ts'
import { beginsWord } from './characters.ts'
import { eachMatch, endOfMatch } from './each-match.ts'

/** `{"` in base64url, with which the header of a token in compact form begins. */
const anchor = /eyJ/g

/** Three parts of a signed token, whose signature may be empty, or five of an encrypted one. */
const compactForm = /eyJ[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{2,65536}(?:\.[A-Za-z0-9_-]{0,4096}){1,3}/y

export const findJsonWebTokens: Detector = (search) => {
  const { text } = search
  let from = 0
  eachMatch(anchor, text, (_, start) => {
    // A payload begins as a header does; what was taken, or looked at in vain, is not looked at again.
    if (start < from || !beginsWord(text, start) || (text[start - 1] === '-' && !followsNumber(text, start))) return
    const end = endOfMatch(compactForm, text, start)
    if (end === undefined) return
    const header = text.slice(start, text.indexOf('.', start))
    if (!namesAlgorithm(header)) return
    from = end
    report(search, 'token', start, endWithoutFullStop(text, start, end))
  })
}

/** A dash is a character of tokens as well, but for one after a number that is no part of any: `4111-1111-eyJ…`. */
function followsNumber(text: string, start: number): boolean {
  return /(?<![A-Za-z0-9_-])[0-9][0-9-]{0,23}-$/.test(text.slice(Math.max(0, start - longestNumber - 1), start))
}

const longestNumber = 25

function namesAlgorithm(header: string): boolean {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(header, 'base64url').toString())
    return typeof decoded === 'object' && decoded !== null && 'alg' in decoded && typeof decoded.alg === 'string'
  } catch {
    return false
  }
}

/** A full stop after a whole token ends the sentence; one after two parts belongs to a token without a signature. */
function endWithoutFullStop(text: string, start: number, end: number): number {
  const parts = text.slice(start, end).split('.')
  return parts.length > 3 && parts.at(-1) === '' ? end - 1 : end
}
