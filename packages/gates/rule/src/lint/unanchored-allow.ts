import { asksLines, isAnchored } from './anchored.ts'
import type { LintFinding } from './finding.ts'
import type { ScopedRule } from './scope.ts'
import { valueTestsIn } from './value-tests.ts'
import { conditionText, quoted, ruleText } from './wording.ts'

/**
 * Allows by a regular expression that is looked for somewhere in the text: `@example\.com` also allows
 * `eve@example.com.evil.test`. A deny is meant to find what it looks for wherever it stands, and so is an expression
 * under `not`.
 */
export function unanchoredAllows(rules: readonly ScopedRule[]): LintFinding[] {
  return rules.flatMap((scoped) => {
    if (scoped.rule.effect !== 'allow') return []
    return valueTestsIn(scoped.rule.conditions).flatMap(({ test, condition, isNegated }): LintFinding[] => {
      if (isNegated || test.operator !== 'matches' || isAnchored(test.pattern)) return []
      const [begin, end] = asksLines(test.pattern) ? ['\\A', '\\z'] : ['^', '$']
      const message = `${ruleText(scoped)} allows whatever stands around what ${quoted(conditionText(condition))} finds; begin the expression with \`${begin}\` and end it with \`${end}\`, as in \`${begin}(?:…)${end}\`, so that it says what the whole text is`
      return [{ ...condition.place, code: 'unanchored-allow', message }]
    })
  })
}
