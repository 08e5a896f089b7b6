import type { RuleEffect } from '../document/document.ts'
import { type Contradiction, contradictionIn } from './contradiction.ts'
import type { LintFinding } from './finding.ts'
import type { ScopedRule } from './scope.ts'
import { conditionText, conditionWithLine, quoted, ruleText, someOf } from './wording.ts'

/**
 * Rules whose conditions can not all be true. Such an allow never applies. The other effects count also where
 * conditions are unknown, such as for a value that is missing, and that is all that such a rule then does.
 */
export function neverApplies(rules: readonly ScopedRule[]): Map<ScopedRule, LintFinding> {
  const found = new Map<ScopedRule, LintFinding>()
  for (const scoped of rules) {
    const { conditions, effect } = scoped.rule
    const contradiction = conditions && contradictionIn(conditions)
    if (contradiction === undefined) continue
    const message = `${ruleText(scoped)} ${consequence(effect)}: ${explain(contradiction)}`
    found.set(scoped, { ...contradiction.condition.place, code: 'never-applies', message })
  }
  return found
}

function consequence(effect: RuleEffect): string {
  const atMost = 'at most calls for which its conditions are unknown'
  switch (effect) {
    case 'allow':
      return 'never applies'
    case 'deny':
      return `denies ${atMost}`
    case 'require_approval':
      return `wants approval of ${atMost}`
    case 'redact':
      return `redacts ${atMost}`
  }
}

function explain({ condition, against, within }: Contradiction): string {
  if (within !== undefined) {
    const parts = condition.kind === 'any' ? 'its `any` can hold' : 'the `all` under its `not` can be false'
    return `no part of ${parts}; of the first, ${explain(within)}`
  }
  const text = quoted(conditionText(condition))
  if (against.length === 0) return `${text} can not hold for any call; correct it or leave it out`
  const others = someOf(against.map(conditionWithLine), ' and ')
  return `${text} can not hold together with ${others}; correct one of them, or put them under \`any\``
}
