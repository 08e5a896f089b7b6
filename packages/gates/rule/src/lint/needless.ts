import type { PolicyDocument, PolicyRule } from '../document/document.ts'
import { ActionIndex } from './action-index.ts'
import type { LintFinding } from './finding.ts'
import { overruledRules } from './overruled.ts'
import type { ScopedRule } from './scope.ts'
import { quoted, ruleText, someOf } from './wording.ts'

/** Rules that may as well not be there: nothing that they say changes what becomes of a call. */
export function needlessRules(documents: readonly PolicyDocument[], rules: readonly ScopedRule[]): LintFinding[] {
  const overruled = overruledRules(rules)
  const others = rules.filter((scoped) => scoped.rule.effect !== 'deny' || !overruled.has(scoped))
  return [...overruled.values(), ...idleDenies(documents, others)]
}

/**
 * Denies with conditions where there is nothing to deny: no rule of any document allows any of their actions or wants
 * approval of them, and every default effect is deny. Their author took it that what the conditions leave out passes.
 * A deny without conditions is left alone: it says, with its reason, what is meant to stay denied.
 *
 * Nothing is reported where no document allows anything or wants approval of it. Such guardrails are written to be
 * joined with documents that allow, which are not at hand here; alone they let nothing pass, which nobody overlooks.
 */
function idleDenies(documents: readonly PolicyDocument[], rules: readonly ScopedRule[]): LintFinding[] {
  const hasOpening = documents.some((document) => document.rules.some(isOpening))
  if (!hasOpening || documents.some(({ defaultEffect }) => defaultEffect !== 'deny')) return []
  const opened = new ActionIndex<ScopedRule>()
  for (const scoped of rules.filter(({ rule }) => isOpening(rule))) {
    for (const { text } of scoped.rule.actions) opened.add(text, scoped)
  }
  return rules
    .filter(({ rule }) => rule.effect === 'deny' && rule.conditions !== undefined)
    .filter(({ rule }) => !rule.actions.some(({ text }) => opened.overlaps(text)))
    .map((scoped) => {
      const actions = someOf(scoped.rule.actions.map(({ text }) => quoted(text)))
      return {
        ...scoped.rule.place,
        code: 'shadowed-deny',
        message: `${ruleText(scoped)} changes nothing: no rule allows ${actions}, so these calls are all denied by the default effect, whatever its conditions say; add a rule that allows what it leaves, or leave it out`,
      }
    })
}

function isOpening({ effect }: PolicyRule): boolean {
  return effect === 'allow' || effect === 'require_approval'
}
