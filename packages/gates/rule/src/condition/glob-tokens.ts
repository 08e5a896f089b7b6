/** In place of a code point, as no code point is: any one character, and any run of characters. */
export const anyOne: number = -1
export const anyRun: number = -2

/** The tokens of a glob, without runs that follow a run. */
export function tokensOf(pattern: string): readonly number[] {
  const tokens: number[] = []
  let isEscaped = false
  for (const character of pattern) {
    if (isEscaped) {
      tokens.push(codePoint(character))
      isEscaped = false
    } else if (character === '\\') {
      isEscaped = true
    } else if (character === '*') {
      if (tokens.at(-1) !== anyRun) tokens.push(anyRun)
    } else {
      tokens.push(character === '?' ? anyOne : codePoint(character))
    }
  }
  if (isEscaped) tokens.push(codePoint('\\'))
  return tokens
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? anyOne
}
