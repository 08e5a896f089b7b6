/**
 * Calls `visit` with each match of a global pattern. `String.matchAll` would make a copy of the pattern for every text,
 * which costs more than looking through a short one.
 */
export function eachMatch(pattern: RegExp, text: string, visit: (written: string, start: number) => void): void {
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { lastIndex } = pattern
    visit(match[0], match.index)
    pattern.lastIndex = lastIndex
  }
}

/** The end of what a sticky pattern matches at `start`; `undefined` where it does not match. */
export function endOfMatch(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : undefined
}
