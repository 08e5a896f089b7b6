import type { FindingKind, RedactionAction } from '../document/document.ts'

/** What changes a value; `block` changes none. */
export type ChangingAction = Exclude<RedactionAction, 'block'>

/** The first 16 hex digits of a keyed hash. */
export type Hash = (text: string) => string

/** What stands where a whole value was. */
export const redactedMark = '[redacted]'

export function pathMark(hash: string): string {
  return `[path:${hash}]`
}

/**
 * Whether a value is what stands where another one was: there is nothing left to redact in it. Who writes such a mark
 * by hand can hide no more than sixteen hex digits in it.
 */
export function isPlaceMark(value: unknown): boolean {
  return value === redactedMark || (typeof value === 'string' && /^\[path:[0-9a-f]{16}\]$/.test(value))
}

/** What stands in a text where something was found in it; nothing where it is dropped. */
export function replacementFor(kind: FindingKind, value: string, action: ChangingAction, hash: Hash): string {
  switch (action) {
    case 'mask':
      return masked(kind, value)
    case 'hash':
      return `[${kind}:${hash(normalised(kind, value))}]`
    case 'drop':
      return ''
  }
}

function masked(kind: FindingKind, value: string): string {
  switch (kind) {
    case 'payment_card':
    case 'iban':
    case 'phone':
    case 'national_id':
      return `****${normalised(kind, value).slice(-4)}`
    case 'email':
      return `${value.charAt(0)}***${value.slice(value.search(/@|%40/))}`
    default:
      return `[${kind}]`
  }
}

/** The same for every way of writing the same thing, so that hashes of it can be compared. */
function normalised(kind: FindingKind, value: string): string {
  switch (kind) {
    case 'payment_card':
    case 'phone':
      return withoutEscapes(value).replace(/\(0\)|[^0-9]/g, '')
    case 'iban':
    case 'national_id':
      return withoutEscapes(value)
        .replace(/[^A-Za-z0-9]/g, '')
        .toUpperCase()
    case 'email':
      return value.replace('%40', '@').toLowerCase()
    default:
      return value
  }
}

/** Digits of an escape, as in `%2B1415…`, are none of the number. */
function withoutEscapes(value: string): string {
  return value.replace(/%2[0B]/gi, '')
}
