import { messageOf } from '@toolgate/core'
import { RE2JS, RE2JSSyntaxException } from 're2js'

/** Whether the text has a match somewhere; unknown for a text that it would take too long to look through. */
export type RegularExpression = (text: string) => boolean | 'unknown'

/**
 * Compiles a regular expression in the syntax of RE2, which matches in time that grows only with the length of the text
 * and the size of the expression, whoever wrote the text.
 * @throws Error for a pattern that is wrong, or asks for what can not be matched so: back-references and lookaround.
 * Its message is the reason alone, without the pattern.
 */
export function compileRegularExpression(pattern: string): RegularExpression {
  const expression = compile(pattern)
  const size = expression.programSize()
  if (size > mostInstructions) {
    throw new Error(`it compiles to more than ${mostInstructions} instructions; repeat less, such as {1,64} of {1,900}`)
  }
  return (text) => (text.length * size > mostSteps ? 'unknown' : expression.test(text))
}

/** What people write for amounts, names and addresses has some hundred. */
const mostInstructions = 1_000

/** An expression of a hundred instructions takes a second, at worst, for a text of a million characters. */
const mostSteps = 100_000_000

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof RE2JSSyntaxException)) return messageOf(error)
  const part = error.getPattern()
  return (part === null ? undefined : unsupportedIn(part)) ?? describe(error.getDescription(), part)
}

function describe(reason: string, part: string | null): string {
  return part === null || part === '' ? reason : `${reason}: \`${part}\``
}

/** What other engines have and RE2 leaves out on purpose; the library calls it merely invalid. */
function unsupportedIn(part: string): string | undefined {
  if (/^\\[1-9k]/.test(part)) return `back-references are not supported: \`${part}\``
  const [group] = /^\(\?(<?[=!]|>)/.exec(part) ?? []
  if (group === undefined) return undefined
  const name = group === '(?>' ? 'atomic groups are' : group.startsWith('(?<') ? 'lookbehind is' : 'lookahead is'
  return `${name} not supported: \`${group}\``
}
