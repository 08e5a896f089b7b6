import { messageOf } from '@toolgate/core'
import { compileHostPattern } from '../condition/host.ts'
import { parseNetwork } from '../condition/network.ts'
import { compileRegularExpression } from '../condition/regular-expression.ts'
import type { Located } from './located.ts'
import type { Problems } from './problems.ts'
import { expressionText, nameGlob, valueGlob, word } from './read-word.ts'
import { checked, oneOrMore, type Reader } from './readers.ts'

/** One glob over names or a list of them. Every text is a glob, so there is nothing to compile here. */
export function nameGlobs(example: string): Reader<readonly string[]> {
  const expectation = globExpectation(example)
  return oneOrMore(nameGlob(expectation), expectation)
}

function globExpectation(example: string): string {
  return `a glob, such as \`${example}\`, or a list of globs`
}

export const actionGlobs: Reader<readonly string[]> = nameGlobs('read:*')

const valueExpectation = globExpectation('*@example.com')

export const valueGlobs: Reader<readonly string[]> = oneOrMore(valueGlob(valueExpectation), valueExpectation)

const hostExpectation = 'a glob over host names, such as `*.example.com`, or a list of them'

export const hostGlobs: Reader<readonly string[]> = oneOrMore(
  checked(
    word(hostExpectation),
    (pattern) => compileHostPattern(pattern) !== undefined,
    `${hostExpectation}, without a scheme, a port or a path`,
  ),
  hostExpectation,
)

const networkExpectation = 'a network, such as `10.0.0.0/8` or `fd00::/8`, or a list of them'

export const networks: Reader<readonly string[]> = oneOrMore(
  checked(
    word(networkExpectation),
    (network) => parseNetwork(network) !== undefined,
    `${networkExpectation}, with no bits set after the prefix`,
  ),
  networkExpectation,
)

const patternText = expressionText('a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`')

export const regularExpression: Reader<string> = (value, problems) => {
  const pattern = patternText(value, problems)
  return pattern !== undefined && compiles(pattern, value, problems) ? pattern : undefined
}

function compiles(pattern: string, value: Located, problems: Problems): boolean {
  try {
    compileRegularExpression(pattern)
    return true
  } catch (error) {
    problems.expected(value, `a regular expression in the syntax of RE2; ${messageOf(error)}`)
    return false
  }
}
