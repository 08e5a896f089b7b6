import { isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { compileGlob, type TextTest } from './glob.ts'
import { ipv4Text, parseAddress } from './network.ts'

/**
 * Compiles a glob over a host, as `hostOf` gives it: without regard to upper and lower case, and with the names of other
 * scripts in Punycode. A pattern without `*` and `?` may also be an address. `undefined` for what can be no host: with a
 * scheme, a path, a port, a space, or a wildcard within a label that Punycode would have to encode.
 */
export function compileHostPattern(pattern: string): TextTest | undefined {
  if (/[*?]/.test(pattern)) {
    const glob = wildcardHost(pattern)
    return glob === undefined ? undefined : compileGlob(glob)
  }
  if (hasPort(pattern)) return undefined
  const host = bareHost(pattern)
  return host === undefined ? undefined : (text) => text === host
}

/**
 * Whether any of such globs matches a host.
 * @throws RangeError for one that can be no host.
 */
export function compileHostPatterns(patterns: readonly string[]): TextTest {
  const tests = patterns.map((pattern) => {
    const test = compileHostPattern(pattern)
    if (test === undefined) throw new RangeError(`\`${pattern}\` is no host; expected a glob such as *.example.com`)
    return test
  })
  return (host) => tests.some((test) => test(host))
}

/**
 * The host of a URL of http, https, ws, wss or ftp, or of a host name or an address, with or without a port, as browsers
 * and `fetch` understand it: `http://0x7f.1/` is `127.0.0.1`. IPv6 is without brackets, what is an IPv4 address in the
 * notation of IPv6 is written as IPv4, and one dot at the end is left out. `undefined` for everything else, and for what
 * other readers of URLs may understand in another way: white space, control characters, a backslash or a second `@`
 * before the path.
 */
export function hostOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || /[\s\p{Cc}]/u.test(value)) return undefined
  return urlWithHost.test(value) ? normalHost(value) : bareHost(value)
}

const urlWithHost = /^(?:https?|wss?|ftp):\/\/(?:[^@/?#\\]*@)?[^@/?#\\]+(?:[/?#]|$)/i

/** `http:0` is a URL to `fetch`, of the host 0.0.0.0, and no host `http` with a port. */
const beginsLikeUrl = /^(?:https?|wss?|ftp|file):/i

function bareHost(text: string): string | undefined {
  if (text === '' || /[\s\p{Cc}/\\@?#%]/u.test(text) || beginsLikeUrl.test(text)) return undefined
  return normalHost(`http://${isIPv6(text) ? `[${text}]` : text}`)
}

function normalHost(url: string): string | undefined {
  const host = hostnameOf(url)
  if (host.startsWith('[')) return normalIPv6(host.slice(1, -1))
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  const hasEmptyLabel = name === '' || name.startsWith('.') || name.endsWith('.') || name.includes('..')
  return hasEmptyLabel ? undefined : name
}

function normalIPv6(text: string): string {
  const address = parseAddress(text)
  return (address === undefined ? undefined : ipv4Text(address)) ?? text
}

function hostnameOf(url: string): string {
  try {
    return new URL(url).hostname
  } catch {
    return ''
  }
}

function hasPort(pattern: string): boolean {
  return pattern.includes(':') && !isIPv6(pattern) && !/^\[[^\]]*\]$/.test(pattern)
}

function wildcardHost(pattern: string): string | undefined {
  const labels = pattern.replace(/\.$/, '').split('.').map(wildcardLabel)
  return labels.every((label) => label !== undefined) ? labels.join('.') : undefined
}

function wildcardLabel(label: string): string | undefined {
  if (/^[\w*?-]+$/.test(label)) return label.toLowerCase()
  // Half of an encoded label says nothing of the other half, so a label is either encoded or has wildcards.
  return /^[\w\P{ASCII}-]+$/u.test(label) ? domainToASCII(label) || undefined : undefined
}
