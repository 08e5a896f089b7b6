const leastLength = 16
/** Of all neighbouring letters and digits, how many are of different sorts: more than in words, fewer than in any key. */
const leastChanges = 0.25
const fewestCharacters = 8

/** What people write where a key is meant to be put. */
const placeholder = /your|example\.com|xxxx|placeholder|change.?me|redacted|insert|<|\.\.\./i

/**
 * Whether a text looks as if it was drawn by chance. The entropy of so few characters says little: that of a name such
 * as `main-database-2026` is as high. But a name goes from small letters to capitals or digits only now and then.
 */
export function looksRandom(text: string): boolean {
  if (text.length < leastLength || placeholder.test(text)) return false
  if (!/[0-9]/.test(text) || !/[A-Za-z]/.test(text)) return false
  let pairs = 0
  let changes = 0
  for (let index = 1; index < text.length; index++) {
    const before = sortOf(text.charCodeAt(index - 1))
    const sort = sortOf(text.charCodeAt(index))
    if (before === 'other' || sort === 'other') continue
    pairs++
    if (before !== sort) changes++
  }
  return changes >= pairs * leastChanges && new Set(text).size >= fewestCharacters
}

function sortOf(code: number): 'digit' | 'capital' | 'small' | 'other' {
  if (code >= 48 && code <= 57) return 'digit'
  if (code >= 65 && code <= 90) return 'capital'
  return code >= 97 && code <= 122 ? 'small' : 'other'
}
