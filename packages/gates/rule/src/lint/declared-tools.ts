import { didYouMean } from '@toolgate/core'
import { compileGlob } from '../condition/glob.ts'
import type { Condition } from '../document/condition.ts'
import type { PolicyDocument } from '../document/document.ts'
import type { Place } from '../document/place.ts'
import type { DeclaredTool, LintFinding } from './finding.ts'
import type { ScopedRule } from './scope.ts'
import { quoted, someOf } from './wording.ts'

/** Globs, in the actions of rules and in conditions on the run so far, that match the action of no declared tool. */
export function noSuchAction(rules: readonly ScopedRule[], tools: readonly DeclaredTool[]): LintFinding[] {
  const actions = [...new Set(tools.map(actionOf))]
  const isKnown = new Map<string, boolean>()
  const matchesNone = (pattern: string) => {
    const known = isKnown.get(pattern) ?? actions.some(compileGlob(pattern))
    isKnown.set(pattern, known)
    return !known
  }
  const written = rules.flatMap(({ rule }) => [...rule.actions, ...actionsIn(rule.conditions)])
  return written
    .filter(({ text }) => matchesNone(text))
    .map(({ text, place }, index) => ({
      ...place,
      code: 'no-such-action',
      message: `no declared tool has an action that ${quoted(text)} matches${suggestion(text, actions, index)}`,
    }))
}

/** Longer texts are no misspelt names, and comparing them takes long. */
const longestName = 100

/** Where so many globs match nothing, their names are not what is wrong. */
const mostSuggestions = 100

function suggestion(pattern: string, actions: readonly string[], index: number): string {
  const isCompared = index < mostSuggestions && pattern.length <= longestName
  const near = isCompared ? didYouMean(pattern, actions) : ''
  return near || `; the actions are ${someOf(actions.map(quoted))}`
}

/** Globs with the place of the condition that has them. */
function actionsIn(condition: Condition | undefined): { readonly text: string; readonly place: Place }[] {
  switch (condition?.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap(actionsIn)
    case 'not':
      return actionsIn(condition.condition)
    case 'called':
    case 'calls':
    case 'spent':
      return condition.actions.map((text) => ({ text, place: condition.place }))
    default:
      return []
  }
}

/**
 * Tools that can never be called: no rule of an enforced document allows their action or wants approval of it, and the
 * default effect of every such document is deny. A document in shadow mode decides nothing, so a policy of such
 * documents alone is on trial and not reported.
 */
export function toolWithoutRule(
  documents: readonly PolicyDocument[],
  rules: readonly ScopedRule[],
  tools: readonly DeclaredTool[],
): LintFinding[] {
  const enforced = documents.filter(({ mode }) => mode === 'enforce')
  const [first] = enforced
  if (first === undefined || enforced.some(({ defaultEffect }) => defaultEffect !== 'deny')) return []
  const opening = rules.filter(({ rule, document }) => document.mode === 'enforce' && isOpening(rule.effect))
  const patterns = new Set(opening.flatMap(({ rule }) => rule.actions.map(({ text }) => text)))
  const globs = Array.from(patterns, compileGlob)
  return tools
    .filter((tool) => !globs.some((matches) => matches(actionOf(tool))))
    .map((tool) => {
      const action = quoted(actionOf(tool))
      return {
        ...first.defaultPlace,
        code: 'tool-without-rule',
        message: `the tool ${quoted(tool.name)} can never be called: no rule allows its action ${action}, and the default effect is deny; add a rule that allows it`,
      }
    })
}

function isOpening(effect: string): boolean {
  return effect === 'allow' || effect === 'require_approval'
}

function actionOf({ name, action }: DeclaredTool): string {
  return action ?? name
}
