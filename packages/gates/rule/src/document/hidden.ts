/** Where a text goes on on another line. */
export const lineBreak: RegExp = /[\n\r\u0085\u2028\u2029]/

/** The first character of a text that nobody sees, or that looks like a space and is none. */
export function hiddenIn(text: string): string | undefined {
  return /(?! )[\p{Cc}\p{Cf}\p{Z}]/u.exec(text)?.[0]
}

/** The same without tabs and line breaks, which text in quotes may have on purpose. */
export function disguisedIn(text: string): string | undefined {
  return /(?! )[\p{Cf}\p{Z}]/u.exec(text)?.[0]
}

/** Such a character in an error. */
export function hiddenText(character: string): string {
  const hex = codePointHex(character).toUpperCase().padStart(4, '0')
  return `the invisible character U+${hex}`
}

export function codePointHex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16)
}
