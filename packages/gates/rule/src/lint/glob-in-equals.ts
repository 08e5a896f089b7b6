import type { Literal, ValueCondition, ValueTest } from '../document/condition.ts'
import type { LintFinding } from './finding.ts'
import type { ScopedRule } from './scope.ts'
import { valueTestsIn } from './value-tests.ts'
import { conditionText, quoted, ruleText } from './wording.ts'

/**
 * Texts that look like globs or regular expressions where texts are compared as they are. Such a condition holds of
 * hardly any call: a deny of `agent:*` denies nobody. A lone `*` is reported too, which is most often meant as anything.
 */
export function comparedGlobs(rules: readonly ScopedRule[]): LintFinding[] {
  return rules.flatMap((scoped) =>
    valueTestsIn(scoped.rule.conditions).flatMap(({ test, condition }): LintFinding[] => {
      const mend = mendOf(test, condition)
      if (mend === undefined) return []
      const text = quoted(conditionText(condition))
      const message = `${text} of ${ruleText(scoped)} compares with this very text, in which no character stands for others; write ${mend}, with a backslash before what is meant as it is`
      return [{ ...condition.place, code: 'glob-in-equals', message }]
    }),
  )
}

/** For the first text that looks like a pattern. */
function mendOf(test: ValueTest, { path, test: written }: ValueCondition): string | undefined {
  const pattern = textsOf(test)
    .map(patternText)
    .find((each) => each !== undefined)
  if (pattern === undefined) return undefined
  const [ofText, ofList] = [quoted(`{ ${pattern} }`), quoted(`{ some: { ${pattern} } }`)]
  // Tags are always a list. A list of tags was read as `some` of them already.
  if (path.root === 'tags' && written.operator !== 'every') return ofList
  return test.operator === 'contains' ? `${ofList} of a list, or ${ofText} of text` : ofText
}

/** How a text is written that is meant to match others. */
function patternText(text: string): string | undefined {
  const expression = expressionIn(text)
  if (expression !== undefined) return `matches: ${JSON.stringify(expression)}`
  return text.includes('*') ? `glob: ${JSON.stringify(text)}` : undefined
}

/** What a regular expression has and a path between slashes has not. */
const expressionSign = /^\^|\$$|\.[*+]|\\[bBdDsSwW.]|\][*+?{]/

/** `^…$`, or what JavaScript writes between slashes; of its flags RE2 has three. */
function expressionIn(text: string): string | undefined {
  if (text.length > 1 && text.startsWith('^') && text.endsWith('$')) return text
  const [, body = '', flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? []
  if (!expressionSign.test(body)) return undefined
  const known = flags.replace(/[^ims]/g, '')
  return known === '' ? body : `(?${known})${body}`
}

/** What is compared as it is. */
function textsOf(test: ValueTest): string[] {
  const literals = test.operator === 'in' ? test.literals : isOfOne(test) ? [test.literal] : []
  return literals.flatMap((literal) => (literal.type === 'string' ? [literal.value] : []))
}

function isOfOne(test: ValueTest): test is Extract<ValueTest, { readonly literal: Literal }> {
  return test.operator === 'equals' || test.operator === 'contains'
}
