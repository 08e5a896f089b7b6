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

/** Whether a word begins at `start`. Text in a text is often escaped, and the `n` of `\n` is then no letter of a word. */
export function beginsWord(text: string, start: number): boolean {
  if (!isWordCharacter(text.charCodeAt(start - 1))) return true
  return isEscape(text, start)
}

export function endsWord(text: string, end: number): boolean {
  return !isWordCharacter(text.charCodeAt(end))
}

/** Whether what stands before `end` is an escaped character: `\n`, `\r`, `\t` or `\u003c`. */
function isEscape(text: string, end: number): boolean {
  if (text.charCodeAt(end - 2) === backslash) return 'nrt'.includes(text.charAt(end - 1))
  return text.charCodeAt(end - 6) === backslash && /^\\u[0-9a-fA-F]{4}$/.test(text.slice(end - 6, end))
}
