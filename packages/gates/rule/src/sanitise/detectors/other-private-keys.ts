import { type Detector, report } from '../detection.ts'
import { eachMatch, endOfMatch } from './each-match.ts'

/** The characters are those of Bech32, in upper case. */
const ageKey = /AGE-SECRET-KEY-(?:PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58,128}(?![A-Z0-9])/g

export const findAgeKeys: Detector = (search) => {
  eachMatch(ageKey, search.text, (written, start) => report(search, 'private_key', start, start + written.length))
}

/** The beginning of a file of PuTTY, and of the private part in it. */
const puttyAnchor = /PuTTY-User-Key-File-[123]: |Private-Lines: [0-9]{1,3}/g

/** A file holds the public key as well, and a comment. */
const longestFile = 65_536

const lineEnd = '(?:\\s|\\\\{1,2}[nr]){1,8}'
const puttyLine = new RegExp(`${lineEnd}[A-Za-z0-9+/=]{1,128}(?![A-Za-z0-9+/=:-])`, 'y')
const puttyMac = new RegExp(`${lineEnd}Private-(?:MAC|Hash): [0-9a-f]{40,64}`, 'y')

export const findPuttyKeys: Detector = (search) => {
  const { text } = search
  let fileStart: number | undefined
  eachMatch(puttyAnchor, text, (written, index) => {
    if (written.startsWith('PuTTY')) {
      fileStart = index
      return
    }
    const linesStart = index + written.length
    const linesEnd = endOfLines(text, linesStart, Number(written.slice(written.indexOf(':') + 1)))
    if (fileStart === undefined || index - fileStart > longestFile || linesEnd === linesStart) return
    report(search, 'private_key', fileStart, endOfMatch(puttyMac, text, linesEnd) ?? linesEnd)
    fileStart = undefined
  })
}

function endOfLines(text: string, start: number, count: number): number {
  let at = start
  for (let line = 0; line < count; line++) {
    const end = endOfMatch(puttyLine, text, at)
    if (end === undefined) break
    at = end
  }
  return at
}
