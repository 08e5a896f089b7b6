import { type Detector, report, type Search } from '../detection.ts'
import { beginsWord } from './characters.ts'
import { eachMatch, endOfMatch } from './each-match.ts'
import { looksRandom } from './randomness.ts'

/** The schemes of credentials that are sent as they are. */
const scheme = /(?:bearer|basic|token|apikey)(?: |%20){1,3}/gi

const credentials = /[A-Za-z0-9._~+/-]{6,4096}={0,2}(?![A-Za-z0-9._~+/=-])/y

/** What stands before the scheme where it is the value of a header, be it in JSON, in code or on a command line. */
const header = /authorization(?:\\{0,2}["'`])?\s{0,2}[:=,]\s{0,2}(?:\\{0,2}["'`])?$/i
const longestHeader = 32

export const findAuthorization: Detector = (search) => {
  const { text } = search
  eachMatch(scheme, text, (written, index) => {
    if (!beginsWord(text, index) || text[index - 1] === '-') return
    const start = index + written.length
    const end = endOfMatch(credentials, text, start)
    if (end === undefined) return
    const value = text.slice(start, end).replace(/\.+$/, '')
    if (isCredential(written.trim().toLowerCase(), value, isHeader(search, index))) {
      report(search, 'token', start, start + value.length)
    }
  })
}

function isHeader({ text, label }: Search, start: number): boolean {
  if (start === 0 && /authorization$/i.test(label)) return true
  return header.test(text.slice(Math.max(0, start - longestHeader), start))
}

/** Basic and bearer are also words, after which nearly everything else is one too. */
function isCredential(scheme: string, value: string, isOfHeader: boolean): boolean {
  if (scheme === 'basic') return isUserAndPassword(value)
  if (isOfHeader) return /[0-9]/.test(value) && !/your|xxxx/i.test(value)
  return scheme === 'bearer' && looksRandom(value)
}

function isUserAndPassword(value: string): boolean {
  if (!/^[A-Za-z0-9+/]{6,}={0,2}$/.test(value)) return false
  return /^[^\p{Cc}:\ufffd]*:[^\p{Cc}\ufffd]*$/u.test(Buffer.from(value, 'base64').toString())
}
