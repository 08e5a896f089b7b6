import { display } from '@toolgate/core'
import type { Literal } from './condition.ts'
import type { Located, Part } from './located.ts'
import type { Place } from './place.ts'
import { type DocumentProblem, PolicyDocumentError, type ProblemExtent } from './problem.ts'

/** Nobody reads on after so many. A large file that is no policy at all would otherwise have one for every line. */
const mostProblems = 1_000

/** What is wrong with a document, as far as it was read. */
export class Problems {
  readonly #problems: DocumentProblem[] = []

  /** Whatever was read is only of use when there are none. */
  get areThere(): boolean {
    return this.#problems.length > 0
  }

  /** @throws PolicyDocumentError when there are so many that reading on is of no use. */
  add(place: Place, message: string): undefined {
    this.#problems.push({ ...place, message: onOneLine(message) })
    if (this.#problems.length === mostProblems) throw this.error({ isComplete: false })
  }

  /** A sentence about a part of the document; it begins with its path. */
  about({ path, place }: Part, sentence: string): undefined {
    return this.add(place, `${path || 'the document'} ${sentence}`)
  }

  /** A value that is not what was expected. The expectation ends in the mend, if there is one. */
  expected(value: Located, expectation: string): undefined {
    return this.about(value, `${describe(value)}; expected ${expectation}${joinedHint(value)}`)
  }

  /** All of them, in the order of the text. */
  error(extent: ProblemExtent = { isComplete: true }): PolicyDocumentError {
    return new PolicyDocumentError(
      this.#problems.toSorted((one, other) => one.line - other.line || one.column - other.column),
      extent,
    )
  }
}

/** A path, or what a library says of the text, may be longer than anybody reads. */
const longestMessage = 4_000

/** Whatever a document holds must not write on the terminal of whoever is told of it, or hide from them. */
function onOneLine(message: string): string {
  const text = message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`
  return text.replaceAll(/(?! )[\p{Cc}\p{Cf}\p{Z}]/gu, (character) => {
    const hex = character.codePointAt(0)?.toString(16) ?? ''
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
  })
}

/** What is wrong with such a text is seldom the text itself. */
function joinedHint(value: Located): string {
  if (value.kind !== 'scalar' || value.writing !== 'joined') return ''
  return '; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes'
}

function describe(value: Located): string {
  if (value.kind === 'scalar') {
    return value.literal === undefined ? 'has no value' : `is \`${literalText(value.literal)}\``
  }
  const size = value.kind === 'list' ? value.items.length : value.entries.size
  return `is ${size === 0 ? 'an empty' : 'a'} ${value.kind}`
}

/** As much of a text as an error may show; the rest is not even looked at. */
const longestShown = 200

/** A number as it is written, and text in quotes, so that both can be told apart. */
function literalText(literal: Literal): string {
  if (literal.type === 'number') return literal.text.slice(0, longestShown)
  if (literal.type === 'string') return display(literal.value.slice(0, longestShown))
  return display(literal.type === 'null' ? null : literal.value)
}
