import type { PolicyDocument } from '../document/document.ts'
import { ActionIndex } from './action-index.ts'
import type { LintFinding } from './finding.ts'
import { isAboutAllOf, type ScopedRule } from './scope.ts'
import { quoted, ruleText, ruleWithPlace, someOf } from './wording.ts'

/** Rules that may as well not be there: nothing that they say changes what becomes of a call. */
export function needlessRules(documents: readonly PolicyDocument[], rules: readonly ScopedRule[]): LintFinding[] {
  const overruled = overruledRules(rules)
  const others = rules.filter((scoped) => scoped.rule.effect !== 'deny' || !overruled.has(scoped))
  return [...overruled.values(), ...idleDenies(documents, others)]
}

/**
 * Rules that denies without conditions leave nothing to do: an allow or an approval that is always denied, and a deny
 * of what is denied anyway. All that are reported may be left out together.
 *
 * Of two denies the first one that holds is named, with its reason. So a deny that gives a reason is only of no use
 * where it stands after those that cover it.
 */
function overruledRules(rules: readonly ScopedRule[]): Map<ScopedRule, LintFinding> {
  const denies = new ActionIndex<ScopedRule>()
  const order = new Map(rules.map((scoped, index) => [scoped, index]))
  for (const scoped of rules) {
    const { effect, conditions, actions } = scoped.rule
    if (effect === 'deny' && conditions === undefined) for (const { text } of actions) denies.add(text, scoped)
  }
  const found = new Map<ScopedRule, LintFinding>()
  // From the last to the first, so that of two that do the same the later one is reported.
  for (const scoped of rules.toReversed()) {
    const { rule, document } = scoped
    if (rule.effect === 'redact') continue
    const isDeny = rule.effect === 'deny'
    const overruling = allCovering(scoped, denies, (deny) => {
      if (deny === scoped || found.has(deny) || !isAboutAllOf(deny.document, document)) return false
      return !isDeny || rule.reason === undefined || (order.get(deny) ?? 0) < (order.get(scoped) ?? 0)
    })
    if (overruling.length === 0) continue
    const by = `${someOf(overruling.map((deny) => ruleWithPlace(deny, document.file)))}, without conditions`
    found.set(scoped, { ...rule.place, ...(isDeny ? shadowedDeny(scoped, by) : unreachableAllow(scoped, by)) })
  }
  return found
}

/** The denies that together cover all actions of a rule; none where one action is left. */
function allCovering(
  { rule }: ScopedRule,
  denies: ActionIndex<ScopedRule>,
  counts: (deny: ScopedRule) => boolean,
): ScopedRule[] {
  const found = new Set<ScopedRule>()
  for (const { text } of rule.actions) {
    const deny = firstOf(denies.covering(text), counts)
    if (deny === undefined) return []
    found.add(deny)
  }
  return [...found]
}

function firstOf<Item>(items: Iterable<Item>, isMeant: (item: Item) => boolean): Item | undefined {
  for (const item of items) if (isMeant(item)) return item
  return undefined
}

type Said = Pick<LintFinding, 'code' | 'message'>

function shadowedDeny(deny: ScopedRule, by: string): Said {
  return {
    code: 'shadowed-deny',
    message: `${ruleText(deny)} changes nothing: all of its actions are denied already by ${by}; leave it out, or give the wider deny conditions`,
  }
}

function unreachableAllow(allow: ScopedRule, by: string): Said {
  return {
    code: 'unreachable-allow',
    message: `${ruleText(allow)} never lets a call pass: all of its actions are denied by ${by}; leave it out, or give the deny conditions`,
  }
}

/**
 * Denies with conditions where there is nothing to deny: no rule of any document allows any of their actions or wants
 * approval of them, and every default effect is deny. Their author took it that what the conditions leave out passes.
 * A deny without conditions is left alone: it says, with its reason, what is meant to stay denied.
 */
function idleDenies(documents: readonly PolicyDocument[], rules: readonly ScopedRule[]): LintFinding[] {
  if (documents.some(({ defaultEffect }) => defaultEffect !== 'deny')) return []
  const opened = new ActionIndex<ScopedRule>()
  for (const scoped of rules) {
    const { effect, actions } = scoped.rule
    if (effect === 'allow' || effect === 'require_approval') for (const { text } of actions) opened.add(text, scoped)
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
