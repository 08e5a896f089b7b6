import { codePointHex, hiddenIn, hiddenText, lineBreak } from './hidden.ts'
import { isBlock, type Located, type Writing } from './located.ts'
import type { Problems } from './problems.ts'
import { type Reader, text, withoutLineEnd } from './readers.ts'

/**
 * Text that is compared with what a call holds, character by character. A character that its author does not see, such
 * as the line end of a block of text, would keep it from ever being the same.
 */
interface Sort {
  /** A backslash before a space says that the space is meant. */
  readonly takesBackslash: boolean
  /** How the character is written where it is meant. */
  readonly mend: (character: string) => string
}

/** A name: of a document, a rule, a host, a network, a time zone. */
export function word(expectation: string): Reader<string> {
  return wordOf(expectation, { takesBackslash: false, mend: () => '' })
}

/** A glob over names: of actions, tools, tags, principals. */
export function nameGlob(expectation: string): Reader<string> {
  const glob = wordOf(expectation, { takesBackslash: true, mend: spaceInGlob })
  return (value, problems) => {
    const pattern = glob(value, problems)
    if (pattern === undefined || !hasBareComma(pattern)) return pattern
    const list = looksLikeList.test(pattern) ? pattern : 'write:refund, write:email'
    return problems.expected(
      value,
      `${expectation}; a list is written \`[${list}]\`, and a comma that is meant is written \`\\,\``,
    )
  }
}

/** A glob over text of any kind, in which a comma is as good as a letter. */
export function valueGlob(expectation: string): Reader<string> {
  const mend = (character: string) =>
    spaceInGlob(character) ||
    `; ${nameOf(character)} that is meant is tested with \`matches\`, as \`${escaped(character)}\``
  return wordOf(expectation, { takesBackslash: true, mend })
}

/** A regular expression, which can write every character so that it is seen. */
export function expressionText(expectation: string): Reader<string> {
  const mend = (character: string) => `; ${nameOf(character)} that is meant is written \`${escaped(character)}\``
  return wordOf(expectation, { takesBackslash: false, mend })
}

/** What is wrong with a key that is a name, as the end of what was expected. */
export function wordFault(name: string): string | undefined {
  return faultOf(name, 'quoted', { takesBackslash: false, mend: () => '' })
}

function wordOf(expectation: string, sort: Sort): Reader<string> {
  const anyText = text(expectation)
  return (value: Located, problems: Problems) => {
    const read = anyText(value, problems)
    if (read === undefined || value.kind !== 'scalar') return undefined
    const fault = faultOf(read, value.writing, sort)
    return fault === undefined ? read : problems.expected(value, `${expectation},${fault}`)
  }
}

function faultOf(written: string, writing: Writing, { takesBackslash, mend }: Sort): string | undefined {
  if (writing === 'folded') return ' on one line; `>` joins the lines of a block to one text'
  if (isBlock(writing) && written.endsWith('\n')) return withoutLineEnd
  const hidden = hiddenIn(written)
  if (hidden !== undefined) {
    return lineBreak.test(hidden) ? ` on one line${mend(hidden)}` : ` without ${hiddenText(hidden)}${mend(hidden)}`
  }
  const endsInSpace = written.endsWith(' ') && !(takesBackslash && /(?<!\\)(?:\\\\)*\\ $/.test(written))
  return written.startsWith(' ') || endsInSpace ? ` without spaces around it${mend(' ')}` : undefined
}

function spaceInGlob(character: string): string {
  return character === ' ' ? '; a space that is meant is written `\\ `' : ''
}

function nameOf(character: string): string {
  if (character === ' ') return 'a space'
  return lineBreak.test(character) ? 'a line break' : 'one'
}

/** As regular expressions write it. */
function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\x{${codePointHex(character)}}`
}

/** A comma before a space, with no backslash to say that it is meant. */
function hasBareComma(pattern: string): boolean {
  return /^(?:\\.|[^\\])*?, /su.test(pattern)
}

/** What can be shown as a list without quotes. */
const looksLikeList = /^\w[\w:.*-]{0,40}(?:, +\w[\w:.*-]{0,40}){1,3}$/
