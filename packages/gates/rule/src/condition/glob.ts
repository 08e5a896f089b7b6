import { anyOne, anyRun, tokensOf } from './glob-tokens.ts'

/** Whether a whole text matches. */
export type TextTest = (text: string) => boolean

/**
 * Compiles a glob over a whole text: `*` stands for any run of characters, also none and also `:`, `/` and line breaks;
 * `?` for exactly one character (a code point); `\` takes the next character as it is, and stands for itself at the
 * very end. Upper and lower case differ. Its time grows at worst with the length of the text times that of the glob,
 * whatever the text is.
 */
export function compileGlob(pattern: string): TextTest {
  const tokens = tokensOf(pattern)
  return compileDirectly(tokens) ?? ((text) => matchesTokens(text, tokens))
}

/** Whether any of the globs matches. */
export function compileGlobs(patterns: readonly string[]): TextTest {
  const tests = patterns.map(compileGlob)
  const [first] = tests
  if (first !== undefined && tests.length === 1) return first
  return (text) => {
    for (const test of tests) if (test(text)) return true
    return false
  }
}

/** The globs that people write most, as comparisons of strings. */
function compileDirectly(tokens: readonly number[]): TextTest | undefined {
  if (tokens.some((token) => token === anyOne || isHalfOfPair(token))) return undefined
  const [first = '', second, third, fourth] = partsOf(tokens)
  if (second === undefined) return (text) => text === first
  if (third === undefined) return compileEnds(first, second)
  return fourth === undefined && first === '' && third === '' ? (text) => text.includes(second) : undefined
}

/** Half of a surrogate pair, alone in a glob: comparing strings would find it within a whole character. */
function isHalfOfPair(token: number): boolean {
  return token >= 0xd800 && token <= 0xdfff
}

/** The texts before, between and after the runs. */
function partsOf(tokens: readonly number[]): string[] {
  const parts: string[] = []
  let part = ''
  for (const token of tokens) {
    if (token === anyRun) {
      parts.push(part)
      part = ''
    } else {
      part += String.fromCodePoint(token)
    }
  }
  return [...parts, part]
}

function compileEnds(prefix: string, suffix: string): TextTest {
  if (prefix === '' && suffix === '') return () => true
  if (suffix === '') return (text) => text.startsWith(prefix)
  if (prefix === '') return (text) => text.endsWith(suffix)
  const leastLength = prefix.length + suffix.length
  return (text) => text.length >= leastLength && text.startsWith(prefix) && text.endsWith(suffix)
}

/**
 * Only the last `*` is ever gone back to: an earlier one that took more could find nothing that this one does not.
 * So each of the positions of the text is tried at most once for each `*`.
 */
function matchesTokens(text: string, tokens: readonly number[]): boolean {
  let token = 0
  let position = 0
  let tokenAfterRun = -1
  let runEnd = 0
  while (position < text.length) {
    const expected = tokens[token]
    const found = text.codePointAt(position)
    if (expected === anyRun) {
      tokenAfterRun = ++token
      runEnd = position
    } else if (expected === anyOne || expected === found) {
      token++
      position += widthOf(found)
    } else {
      if (tokenAfterRun === -1) return false
      runEnd += widthOf(text.codePointAt(runEnd))
      position = runEnd
      token = tokenAfterRun
    }
  }
  if (tokens[token] === anyRun) token++
  return token === tokens.length
}

function widthOf(found: number | undefined): number {
  return found !== undefined && found > 0xffff ? 2 : 1
}
