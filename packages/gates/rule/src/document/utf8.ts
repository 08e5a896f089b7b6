import type { Problems } from './problems.ts'

/**
 * The text of a file, with its byte order mark if it has one; `undefined`, and the problem at its first byte, where it is
 * not UTF-8. Read in the usual way, such bytes become U+FFFD, and a rule silently another one.
 */
export function decodeText(bytes: Uint8Array, file: string, problems: Problems): string | undefined {
  const text = decoded(bytes)
  if (text !== undefined) return text
  const before = longestText(bytes)
  const [byte = 0] = bytes.subarray(Buffer.byteLength(before))
  // Editors do not count a byte order mark as a column.
  const lines = before.replace(/^\uFEFF/, '').split('\n')
  const place = { file, line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
  const hex = byte.toString(16).padStart(2, '0')
  return problems.add(place, `the byte 0x${hex} is not UTF-8; expected a file that is saved as UTF-8`)
}

/** What can be read before the first byte that can not: found by halves, as every part before it can be read too. */
function longestText(bytes: Uint8Array): string {
  let good = 0
  let bad = bytes.length + 1
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (decoded(bytes.subarray(0, middle), { stream: true }) === undefined) bad = middle
    else good = middle
  }
  return decoded(bytes.subarray(0, good), { stream: true }) ?? ''
}

/** As a stream, bytes may end within a character, which is then not in the text. */
function decoded(bytes: Uint8Array, options?: { readonly stream: boolean }): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, options)
  } catch {
    return undefined
  }
}
