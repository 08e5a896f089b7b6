import type { ActionPattern, PolicyDocument } from '../document/document.ts'
import { ActionIndex } from './action-index.ts'
import type { LintFinding } from './finding.ts'
import { covers } from './glob-relation.ts'
import { isAboutAllOf, type ScopedRule } from './scope.ts'
import { quoted, ruleText, ruleWithPlace } from './wording.ts'

/**
 * Allows of more than someone who reads the other rules would think. Reported are
 *
 * - an allow where every default effect is allow already: it changes nothing, and its conditions hold nothing back;
 * - an allow without conditions of every action, unless its document names the principals or tiers of trust that it is
 *   for: those may be meant to do everything. Tags do not count for that, since a caller may give a call any;
 * - an allow without conditions of actions that another rule allows only under conditions, about the same calls: the
 *   wide one lets pass what those conditions hold back. A deny or an approval under conditions is no reason to report
 *   a wide allow: it wins over it, and `refunds are allowed, above 100 they are not` is written just so.
 */
export function wideAllows(documents: readonly PolicyDocument[], rules: readonly ScopedRule[]): LintFinding[] {
  const allows = rules.filter(({ rule }) => rule.effect === 'allow')
  // Of documents in shadow mode as well: what they would change depends on what is allowed.
  if (documents.every(({ defaultEffect }) => defaultEffect === 'allow')) return allows.map(needlessAllow)
  return [...allows.flatMap(allowOfEverything), ...conditionsPassedBy(allows)]
}

function needlessAllow(allow: ScopedRule): LintFinding {
  return {
    ...allow.rule.place,
    code: 'wide-allow',
    message: `${ruleText(allow)} changes nothing: the default effect is allow, so what it does not cover is allowed as well; write what is to be refused as a deny, or set \`defaultEffect: deny\``,
  }
}

function allowOfEverything(allow: ScopedRule): LintFinding[] {
  const { principals, trustTiers } = allow.document.appliesTo
  if (allow.rule.conditions !== undefined || principals !== undefined || trustTiers !== undefined) return []
  return allow.rule.actions
    .filter(({ text }) => covers(text, '*'))
    .map(({ place }) => ({
      ...place,
      code: 'wide-allow',
      message: `${ruleText(allow)} allows every action, also those of tools that are added later; name the actions that are meant, such as \`read:*\``,
    }))
}

/** One finding for each glob that is too wide, whatever the number of rules whose conditions it passes by. */
function conditionsPassedBy(allows: readonly ScopedRule[]): LintFinding[] {
  const wide = new ActionIndex<WideAction>()
  for (const allow of allows) {
    if (allow.rule.conditions !== undefined) continue
    for (const action of allow.rule.actions) wide.add(action.text, { allow, action })
  }
  const passedBy = new Map<WideAction, ScopedRule>()
  for (const narrow of allows) {
    if (narrow.rule.conditions === undefined) continue
    for (const { text } of narrow.rule.actions) {
      for (const each of wide.covering(text)) {
        if (isAboutAllOf(each.allow.document, narrow.document) && !passedBy.has(each)) passedBy.set(each, narrow)
      }
    }
  }
  return Array.from(passedBy, ([{ allow, action }, narrow]) => ({
    ...action.place,
    code: 'wide-allow',
    message: `${ruleText(allow)} allows ${quoted(action.text)} without conditions, so those of ${ruleWithPlace(narrow, allow.document.file)} hold nothing back; name fewer actions here, or write what is to be refused as a deny`,
  }))
}

/** An action of an allow without conditions. */
interface WideAction {
  readonly allow: ScopedRule
  readonly action: ActionPattern
}
