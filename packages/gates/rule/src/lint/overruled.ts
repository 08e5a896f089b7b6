import { ActionIndex } from './action-index.ts'
import { asksAllOf, type ComparisonsLeft, type Demand, demandOf } from './demand.ts'
import type { LintFinding } from './finding.ts'
import { isAboutAllOf, type ScopedRule } from './scope.ts'
import { ruleText, ruleWithPlace, someOf } from './wording.ts'

/**
 * Rules that denies leave nothing to do: an allow or an approval that is always denied, and a deny of what is denied
 * anyway. A deny leaves nothing of a rule where it has no conditions, or none that do not count whenever those of the
 * rule do. All that are reported may be left out together.
 *
 * Of two denies the first one that holds is named, with its reason. So a deny that gives a reason is only of no use
 * where it stands after those that cover it.
 */
export function overruledRules(rules: readonly ScopedRule[]): Map<ScopedRule, LintFinding> {
  const order = new Map(rules.map((scoped, index) => [scoped, index]))
  const denies = new Denies(rules)
  const found = new Map<ScopedRule, LintFinding>()
  // From the last to the first, so that of two that do the same the later one is reported.
  for (const scoped of rules.toReversed()) {
    const { rule, document } = scoped
    if (rule.effect === 'redact') continue
    const isDeny = rule.effect === 'deny'
    const overruling = denies.covering(scoped, (deny) => {
      if (deny === scoped || found.has(deny) || !isAboutAllOf(deny.document, document)) return false
      return !isDeny || rule.reason === undefined || (order.get(deny) ?? 0) < (order.get(scoped) ?? 0)
    })
    if (overruling.length === 0) continue
    found.set(scoped, { ...rule.place, ...(isDeny ? shadowedDeny : unreachableAllow)(scoped, overruling) })
  }
  return found
}

/** How many conditions of denies are compared with those of other rules. */
const mostComparisons = 1_000_000

class Denies {
  readonly #always = new ActionIndex<ScopedRule>()
  readonly #sometimes = new ActionIndex<ScopedRule>()
  readonly #demands = new Map<ScopedRule, Demand | undefined>()
  readonly #left: ComparisonsLeft = { count: mostComparisons }

  constructor(rules: readonly ScopedRule[]) {
    for (const scoped of rules) {
      const { effect, conditions, actions } = scoped.rule
      if (effect !== 'deny') continue
      const index = conditions === undefined ? this.#always : this.#sometimes
      for (const { text } of actions) index.add(text, scoped)
    }
  }

  /** Those that together leave nothing of a rule, one for each of its actions; none where one action is left. */
  covering(scoped: ScopedRule, counts: (deny: ScopedRule) => boolean): ScopedRule[] {
    const found = new Set<ScopedRule>()
    for (const { text } of scoped.rule.actions) {
      const deny = firstOf(this.#always.covering(text), counts) ?? this.#implied(scoped, text, counts)
      if (deny === undefined) return []
      found.add(deny)
    }
    return [...found]
  }

  #implied(scoped: ScopedRule, action: string, counts: (deny: ScopedRule) => boolean): ScopedRule | undefined {
    const narrow = this.#demandOf(scoped)
    if (narrow === undefined) return undefined
    for (const deny of this.#sometimes.covering(action)) {
      if (this.#left.count-- <= 0) return undefined
      const wide = counts(deny) ? this.#demandOf(deny) : undefined
      if (wide !== undefined && asksAllOf(narrow, wide, this.#left)) return deny
    }
    return undefined
  }

  #demandOf(scoped: ScopedRule): Demand | undefined {
    const { conditions } = scoped.rule
    if (conditions === undefined) return undefined
    const demand = this.#demands.get(scoped) ?? demandOf(conditions, scoped.document)
    this.#demands.set(scoped, demand)
    return demand
  }
}

function firstOf<Item>(items: Iterable<Item>, isMeant: (item: Item) => boolean): Item | undefined {
  for (const item of items) if (isMeant(item)) return item
  return undefined
}

type Said = Pick<LintFinding, 'code' | 'message'>

function shadowedDeny(deny: ScopedRule, by: readonly ScopedRule[]): Said {
  const all = 'all of its actions are denied already by'
  const message = areAlways(by)
    ? `${ruleText(deny)} changes nothing: ${all} ${named(by, deny)}, without conditions; leave it out, or give the wider deny conditions`
    : `${ruleText(deny)} changes nothing: ${all} ${named(by, deny)} whenever its conditions hold; leave it out, or correct the conditions of one of them`
  return { code: 'shadowed-deny', message }
}

function unreachableAllow(allow: ScopedRule, by: readonly ScopedRule[]): Said {
  const all = 'all of its actions are denied by'
  const message = areAlways(by)
    ? `${ruleText(allow)} never lets a call pass: ${all} ${named(by, allow)}, without conditions; leave it out, or give the deny conditions`
    : `${ruleText(allow)} never lets a call pass: ${all} ${named(by, allow)} whenever its conditions hold; leave it out, or correct the conditions of one of them`
  return { code: 'unreachable-allow', message }
}

function areAlways(denies: readonly ScopedRule[]): boolean {
  return denies.every(({ rule }) => rule.conditions === undefined)
}

function named(denies: readonly ScopedRule[], beside: ScopedRule): string {
  return someOf(denies.map((deny) => ruleWithPlace(deny, beside.document.file)))
}
