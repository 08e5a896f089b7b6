/**
 * Whether a regular expression in the syntax of RE2 matches whole texts only: each of its alternatives begins with `^`
 * or `\A`, and ends with `$` or `\z`. A yes is always right. The pattern is known to compile.
 */
export function isAnchored(pattern: string): boolean {
  return isWhole(pattern, asksLines(pattern))
}

/** Whether `^` and `$` may stand at the ends of lines: then they leave room for other lines around them. */
export function asksLines(pattern: string): boolean {
  return /\(\?[a-zA-Z]*m/.test(pattern)
}

function isWhole(pattern: string, hasLines: boolean): boolean {
  return alternativesOf(pattern.replace(inlineFlags, '')).every((tokens) => {
    const [first = '', second = ''] = tokens
    const last = tokens.at(-1) ?? ''
    const group = tokens.length === 1 ? groupBody.exec(first)?.[1] : undefined
    if (group !== undefined) return isWhole(group, hasLines)
    const begins = first === '\\A' || (first === '^' && !hasLines)
    return begins && !repetition.test(second) && (last === '\\z' || (last === '$' && !hasLines))
  })
}

const inlineFlags = /^(?:\(\?[a-zA-Z-]+\))+/

/** What makes the character before it one of any number, or is passed over by what does. */
const repetition = /^(?:[*+?{]|(?:\\Q)?\\E$|\(\?[a-zA-Z-]+\)$)/

/** What stands in a group, with or without a name or flags of its own. */
const groupBody = /^\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?(.*)\)$/s

/** Quoted text, an escaped character, a class of characters, or one character. */
const token = /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|./gsu

/** The alternatives outside of all groups, each in its tokens. A group is one token. */
function alternativesOf(pattern: string): string[][] {
  let alternative: string[] = []
  const alternatives = [alternative]
  let group = ''
  let depth = 0
  for (const [text] of pattern.matchAll(token)) {
    if (text === '(') depth += 1
    if (text === ')') depth -= 1
    if (depth > 0) {
      group += text
    } else if (text === '|') {
      alternative = []
      alternatives.push(alternative)
    } else {
      alternative.push(group + text)
      group = ''
    }
  }
  return alternatives
}
