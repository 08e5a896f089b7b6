import { isIP } from 'node:net'

/** An internet address. The IPv4 addresses among those of IPv6, such as `::ffff:10.0.0.1`, are of family 4. */
export interface Address {
  readonly family: 4 | 6
  readonly bits: bigint
}

/** All addresses of a family that begin with the same bits. */
export interface Network {
  readonly family: 4 | 6
  readonly prefix: bigint
  /** How many bits of an address follow the prefix. */
  readonly hostBits: bigint
}

/**
 * Reads a network such as `10.0.0.0/8` or `::1/128`; an address alone is a network of one. `undefined` for what is
 * none, and for one with bits set after its prefix, such as `10.0.0.1/8`: whether its author meant the address or the
 * network is not known. A network within `::ffff:0:0/96` is one of IPv4; a wider one has no IPv4 addresses.
 */
export function parseNetwork(text: string): Network | undefined {
  const [, addressText = '', lengthText] = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const address = parseAddress(addressText)
  if (address === undefined) return undefined
  const { family, bits } = address
  const isMapped = family === 4 && addressText.includes(':')
  const size = sizeOf(family)
  const length = lengthText === undefined ? size : Number(lengthText) - (isMapped ? mappedPrefixBits : 0)
  if (length < 0 || length > size) return undefined
  const hostBits = BigInt(size - length)
  const prefix = bits >> hostBits
  return prefix << hostBits === bits ? { family, prefix, hostBits } : undefined
}

/** Reads an address of IPv4 in four decimal numbers, or of IPv6 without brackets and without a zone. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > longestAddress) return undefined
  switch (isIP(text)) {
    case 4:
      return { family: 4, bits: bitsOf(text.split('.').map(Number), 8n) }
    case 6:
      return text.includes('%') ? undefined : unmapped(bitsOf(groupsOf(text), 16n))
    default:
      return undefined
  }
}

export function isWithin(address: Address, { family, prefix, hostBits }: Network): boolean {
  return address.family === family && address.bits >> hostBits === prefix
}

/** An address as it is usually written, of IPv4 only; `undefined` for one of IPv6. */
export function ipv4Text({ family, bits }: Address): string | undefined {
  if (family === 6) return undefined
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.')
}

/** The longest text of an address, `ffff:…:255.255.255.255`, has 45 characters. */
const longestAddress = 45

/** `::ffff:0:0/96`: what stands before an IPv4 address that is written as one of IPv6. */
const mappedPrefix = 0xffffn
const mappedPrefixBits = 96

function sizeOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128
}

function unmapped(bits: bigint): Address {
  return bits >> 32n === mappedPrefix ? { family: 4, bits: bits & 0xffffffffn } : { family: 6, bits }
}

function bitsOf(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n)
}

/** The eight groups of an address of IPv6 that is known to be well-formed. */
function groupsOf(text: string): number[] {
  const [before = '', after] = text.split('::')
  const head = groupsOfPart(before)
  if (after === undefined) return head
  const tail = groupsOfPart(after)
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function groupsOfPart(part: string): number[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16)
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}
