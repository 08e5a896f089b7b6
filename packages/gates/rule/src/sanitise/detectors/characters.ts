/** The UTF-16 code unit of an ASCII digit. What lies outside of a text (NaN) is none of these. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}

export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code)
}

/** ASCII only: between CJK characters no space is written, so those end a word. */
export function isWordCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === underscore
}

const underscore = 95
const backslash = 92
const percent = 37

/**
 * Whether a word begins at `start`. Text in a text is often escaped, also for a URL, and then neither the `n` of `\n` nor
 * the digits of `%20` are part of a word.
 */
export function beginsWord(text: string, start: number): boolean {
  if (!isWordCharacter(text.charCodeAt(start - 1))) return true
  return endOfEscape(text, start - 1) === start
}

export function endsWord(text: string, end: number): boolean {
  return !isWordCharacter(text.charCodeAt(end))
}

/** What stands for another character in texts that are escaped, for a URL or within another text. */
export const escapes: string = '%[0-9A-Fa-f]{2}|\\\\(?:[nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})'

const longestEscape = 6
const escapeAt = new RegExp(escapes, 'y')

/**
 * The end of the escape in which the character at `index` stands, such as the 2 of `%20`; `index` itself where it stands
 * in none.
 */
export function endOfEscape(text: string, index: number): number {
  for (let start = index - 1; start > index - longestEscape; start--) {
    const code = text.charCodeAt(start)
    if (code !== percent && code !== backslash) continue
    escapeAt.lastIndex = start
    return escapeAt.test(text) && escapeAt.lastIndex > index ? escapeAt.lastIndex : index
  }
  return index
}
