import { type Detector, report } from '../detection.ts'
import { isAlphanumeric } from './characters.ts'
import { eachMatch, endOfMatch } from './each-match.ts'

/** The sign of an address, also as it is escaped in URLs. */
const anchor = /@|%40/g

const longestLocal = 64

/** Letters of other European scripts. Chinese and Japanese ones are mostly the text around the address. */
const otherLetters = '\\u00c0-\\u024f\\u0370-\\u04ff'
const label = `[A-Za-z0-9${otherLetters}][A-Za-z0-9${otherLetters}-]{0,62}`
const topLevel = `(?:[Xx][Nn]--[A-Za-z0-9-]{2,59}|[A-Za-z]{2,24}|[${otherLetters}]{2,24})`
const domain = new RegExp(`(?:${label}\\.){1,8}${topLevel}(?![A-Za-z0-9_]|-[A-Za-z0-9])`, 'y')

/** Ends in the ending of a file, none of which is a top-level domain: `logo@2x.png`. */
const file = /\.(?:png|jpe?g|gif|svg|webp|avif|bmp|s?css|m?js|tsx?|jsx|json|html?|xml|ya?ml|txt|pdf|gz|tar)$/i

/** `tool@1.2.3-beta.rc`. */
const version = /^v?[0-9]+\.[0-9]/

export const findEmails: Detector = (search) => {
  const { text } = search
  let from = 0
  eachMatch(anchor, text, (sign, index) => {
    const start = startOfLocal(text, from, index)
    const domainStart = index + sign.length
    const end = start === index ? undefined : endOfMatch(domain, text, domainStart)
    if (end === undefined) return
    const host = text.slice(domainStart, end)
    if (file.test(host) || version.test(host) || isRemotePath(text, end)) return
    if (isOfNetwork(text, start) || isOfUrl(text, start, end)) return
    report(search, 'email', start, end)
    from = end
  })
}

/** Of what is escaped for a URL, only signs are part of an address: those of `jane%2Dann%2Bnews%40example.com`. */
const escapedOther = '%(?!2[BDE]|5F)[0-9A-F]{2}'

/** All up to such an escape, and signs, with which no address begins; also the rest of an escape such as `\n`. */
const beforeAddress = new RegExp(`^(?:.*${escapedOther})?(?:%[0-9A-F]{2}|[.%+'-])*`, 'i')
const afterBackslash = new RegExp(
  `^(?:u[0-9A-F]{4}|x[0-9A-F]{2}|[nrt])?(?:.*${escapedOther})?(?:%[0-9A-F]{2}|[.%+'-])*`,
  'i',
)

/** No earlier than `from`, where the address before it ends. */
function startOfLocal(text: string, from: number, end: number): number {
  let start = end
  while (start > from && end - start < longestLocal && isOfLocal(text.charCodeAt(start - 1))) start--
  if (start === end) return end
  const written = text.slice(start, end)
  const leading = text[start - 1] === '\\' ? afterBackslash : beforeAddress
  return start + (leading.exec(written)?.[0].length ?? 0)
}

const signs = Array.from("._%+'-", (sign) => sign.charCodeAt(0))

/** What people have before the sign. The standard allows more, which in texts is nearly always something else. */
function isOfLocal(code: number): boolean {
  return (
    isAlphanumeric(code) || signs.includes(code) || (code >= 0xc0 && code <= 0x24f) || (code >= 0x370 && code <= 0x4ff)
  )
}

const longestUser = 255

/** A name in a network, such as `@jane@host`, is no address. */
function isOfNetwork(text: string, start: number): boolean {
  return text[start - 1] === '@'
}

/** Nor are the user and the password of a URL, but for an address that is one of them: `//user:password@host`. */
function isOfUrl(text: string, start: number, end: number): boolean {
  if (isBeforeHost(text, end)) return false
  return /\/\/(?:[^\s/?#@:]{0,64}:)?[^\s/?#@:]{0,255}$/.test(text.slice(Math.max(0, start - longestUser), start))
}

/** Whether what ends here is followed by the sign of a host, perhaps after a password. */
function isBeforeHost(text: string, end: number): boolean {
  return /^(?::[^\s/@]{0,255})?@/.test(text.slice(end, end + longestUser + 2))
}

/** What follows the host in `scp file deploy@host:/path`, and a repository in `git@host:owner/name`. */
function isRemotePath(text: string, end: number): boolean {
  return /^:(?:[/~]|[\w.-]{1,64}\/)/.test(text.slice(end, end + longestLocal + 2))
}
