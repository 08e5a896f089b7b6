import type { DefaultEffect, PolicyDocument } from '../document/document.ts'
import { ActionIndex } from './action-index.ts'
import { gapsAmong } from './amount-gap.ts'
import { overlapsAmong } from './amount-overlap.ts'
import { mostPairs, type PairsLeft } from './amount-pair.ts'
import { type AmountRule, amountsOf, askingRules } from './amount-rules.ts'
import type { LintFinding } from './finding.ts'
import { isAboutAllOf, isAboutTheSame, type ScopedRule } from './scope.ts'

/**
 * Limits of two rules, about the same actions and the same amount of the same calls, that leave a gap or overlap.
 * Compared are, for each glob of a rule, the rules that cover it.
 */
export function unmetAmounts(documents: readonly PolicyDocument[], rules: readonly ScopedRule[]): LintFinding[] {
  const left = { overlaps: { count: mostPairs }, gaps: { count: mostPairs } }
  return documents
    .filter((document, index) => documents.findIndex((other) => isAboutTheSame(other, document)) === index)
    .flatMap((document) => unmetIn(document, documents, rules, left))
}

/** Among all rules that are asked about the calls that one document is about. */
function unmetIn(
  document: PolicyDocument,
  documents: readonly PolicyDocument[],
  rules: readonly ScopedRule[],
  left: { readonly overlaps: PairsLeft; readonly gaps: PairsLeft },
): LintFinding[] {
  const asked = rules.filter((scoped) => isAboutAllOf(scoped.document, document))
  const defaultEffect = strictestDefault(documents.filter((other) => isAboutAllOf(other, document)))
  const deciding = indexed(askingRules(asked.filter(({ rule }) => rule.effect !== 'redact')))
  // Findings are about rules of this scope. Those of a wider one are reported there, and only matter for what they do here.
  const isMeant = (rule: AmountRule) => isAboutTheSame(rule.document, document)

  return amountsOf(asked).flatMap((amount) => {
    const byAction = indexed(amount.rules)
    const unclear = indexed(amount.unclear)
    const actions = new Set(amount.rules.flatMap(({ rule }) => rule.actions.map(({ text }) => text)))
    return Array.from(actions).flatMap((action) => {
      const together = [...new Set(byAction.covering(action))]
      const overlaps = overlapsAmong(together, isMeant, left.overlaps)
      const besides = () => [...deciding.covering(action), ...unclear.covering(action)]
      return [...overlaps, ...gapsAmong(together, besides, defaultEffect, isMeant, left.gaps)]
    })
  })
}

function indexed<Rule extends ScopedRule>(rules: readonly Rule[]): ActionIndex<Rule> {
  const index = new ActionIndex<Rule>()
  for (const scoped of rules) for (const { text } of scoped.rule.actions) index.add(text, scoped)
  return index
}

function strictestDefault(documents: readonly PolicyDocument[]): DefaultEffect {
  const effects = documents.map(({ defaultEffect }) => defaultEffect)
  return (['deny', 'require_approval'] as const).find((effect) => effects.includes(effect)) ?? 'allow'
}
