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
  eachMatch(anchor, text, (sign, index) => {
    const start = startOfLocal(text, index)
    const domainStart = index + sign.length
    const end = start === index ? undefined : endOfMatch(domain, text, domainStart)
    if (end === undefined) return
    const host = text.slice(domainStart, end)
    if (file.test(host) || version.test(host) || isOfUrl(text, start) || isRemotePath(text, end)) return
    report(search, 'email', start, end)
  })
}

/** Signs and percent escapes, and the rest of an escape such as `\n`, with which no address begins. */
const beforeAddress = /^(?:%[0-9A-Fa-f]{2}|[.%+'-])*/
const afterBackslash = /^(?:u[0-9a-fA-F]{4}|[nrt])?(?:%[0-9A-Fa-f]{2}|[.%+'-])*/

function startOfLocal(text: string, end: number): number {
  let start = end
  while (end - start < longestLocal && isOfLocal(text.charCodeAt(start - 1))) start--
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

/** The user and the password of a URL (`//user:password@host`) and a name in a network (`@jane@host`) are no addresses. */
function isOfUrl(text: string, start: number): boolean {
  if (text[start - 1] === '@') return true
  return /\/\/(?:[^\s/@:]{0,64}:)?[^\s/@:]{0,255}$/.test(text.slice(Math.max(0, start - longestUser), start))
}

/** What follows the host in `scp file deploy@host:/path`, and a repository in `git@host:owner/name`. */
function isRemotePath(text: string, end: number): boolean {
  return /^:(?:[/~]|[\w.-]{1,64}\/)/.test(text.slice(end, end + longestLocal + 2))
}
