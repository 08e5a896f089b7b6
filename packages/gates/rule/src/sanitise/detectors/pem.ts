import { type Detector, report } from '../detection.ts'
import { eachMatch, endOfMatch } from './each-match.ts'

/** The first line of a private key in PEM, in OpenPGP armour or in the form of RFC 4716. */
const firstLine = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g

/** Begins the last line, or another block. */
const dashes = '----'
const lastLine = /-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/y

/** How far from the first line the last one may stand, in characters: a key of 16,384 bits has some 13,000. */
const longestBody = 65_536

/** Where a line may end: also in escaped text, in mails that quote it, and where lines were made one. */
const lineEnd = '(?:\\s|\\\\{1,2}[nrt]|>){1,40}'

/**
 * The lines of a key whose last line is missing: headers, lines in base64, and a last one that was cut. None has the
 * dashes of a first line in it, so looking for what follows each first line goes over no part of the text twice.
 */
const noDashes = `-(?!${dashes.slice(1)})`
const headerLine = `(?:[A-Za-z]|${noDashes}){3,20}: (?:[^\\n\\\\-]|${noDashes}){1,80}`
const wholeLine = '[A-Za-z0-9+/=]{16,1024}(?![A-Za-z0-9+/=])'
const cutLine = '(?:[\\r\\n]|\\\\[nr]){1,4}[A-Za-z0-9+/=]{1,15}(?![A-Za-z0-9+/= ])'
const cutBody = new RegExp(`(?:${lineEnd}(?:${headerLine}|${wholeLine})){0,1024}(?:${cutLine})?`, 'y')

/** What has no line of base64 in it is not a key but a text about keys. */
const line = /[A-Za-z0-9+/]{20}/

export const findPemKeys: Detector = (search) => {
  const { text } = search
  eachMatch(firstLine, text, (written, start) => {
    const bodyStart = start + written.length
    const end = endOfBlock(text, bodyStart) ?? endOfMatch(cutBody, text, bodyStart) ?? bodyStart
    if (line.test(text.slice(bodyStart, end))) report(search, 'private_key', start, end)
  })
}

/** Every first line has dashes, so looking for the next ones goes over no part of the text twice. */
function endOfBlock(text: string, bodyStart: number): number | undefined {
  const next = text.indexOf(dashes, bodyStart)
  return next < 0 || next - bodyStart > longestBody ? undefined : endOfMatch(lastLine, text, next)
}
