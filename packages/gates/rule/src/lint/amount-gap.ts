import type { DefaultEffect, RuleEffect } from '../document/document.ts'
import { boundAbove, boundBelow, type PairsLeft } from './amount-pair.ts'
import { type AmountRule, type AskingRule, amountName, writtenBound } from './amount-rules.ts'
import type { LintFinding } from './finding.ts'
import { exampleIn, gapBetween, isOneStep, orderOfLower, orderOfUpper, rangeText } from './range.ts'
import { isSubset } from './subset.ts'
import { quoted, ruleText, ruleWithPlace } from './wording.ts'

/**
 * Numbers between the limits of two rules, of which no rule speaks: the default effect decides on them. Where that is
 * deny or allow it does there as one of both rules does, so that the limits were meant to meet. Where it is an
 * approval, a wide gap may well be meant: then only one that is no wider than the last decimal place that the limits
 * are written with is found.
 *
 * The rules are all that decide on an action by an amount. A rule only speaks for the calls of others where it asks
 * nothing that they do not ask: what is said of dollars fills no gap between two limits on euros. So, for all
 * conditions that any rule has besides its limits, the rules that ask no more than these are gone through, from the
 * lowest range to the highest; a gap is where one begins above all that have begun before.
 *
 * `besides` are the rules for the action that may decide on every number.
 */
export function gapsAmong(
  rules: readonly AmountRule[],
  besides: () => readonly AskingRule[],
  defaultEffect: DefaultEffect,
  isMeant: (rule: AmountRule) => boolean,
  left: PairsLeft,
): LintFinding[] {
  const asked = new Map(rules.filter(isMeant).map(({ others }) => [[...others].toSorted().join('\n'), others]))
  let settling: readonly AskingRule[] | undefined
  return Array.from(asked.values()).flatMap((others) => {
    left.count -= rules.length
    if (left.count < 0) return []
    const gaps = gapsIn(rules.filter((rule) => isSubset(rule.others, others)))
    if (gaps.length === 0) return []
    settling ??= besides()
    left.count -= settling.length
    if (settling.some((rule) => isSubset(rule.others, others))) return []
    const asksAll = (rule: AmountRule) => rule.others.size === others.size
    return gaps.flatMap(({ ending, beginning }) =>
      firstGap(ending.filter(isMeant), beginning.filter(isMeant), asksAll, defaultEffect, left),
    )
  })
}

interface Gap {
  /** The rules beside it. */
  readonly ending: readonly AmountRule[]
  readonly beginning: readonly AmountRule[]
}

function gapsIn(rules: readonly AmountRule[]): Gap[] {
  const found: Gap[] = []
  let highest: AmountRule | undefined
  for (const next of rules.toSorted((one, other) => orderOfLower(one.range.lower, other.range.lower))) {
    if (highest !== undefined && gapBetween(highest.range, next.range) !== undefined) {
      const { upper } = highest.range
      found.push({
        ending: rules.filter(({ range }) => orderOfUpper(range.upper, upper) === 0),
        beginning: rules.filter(({ range }) => orderOfLower(range.lower, next.range.lower) === 0),
      })
    }
    if (highest === undefined || orderOfUpper(next.range.upper, highest.range.upper) > 0) highest = next
  }
  return found
}

/** Between the first two of the rules beside a gap that were meant to meet, of which one asks all that is asked. */
function firstGap(
  ending: readonly AmountRule[],
  beginning: readonly AmountRule[],
  asksAll: (rule: AmountRule) => boolean,
  defaultEffect: DefaultEffect,
  left: PairsLeft,
): LintFinding[] {
  for (const low of ending) {
    for (const high of beginning) {
      if (left.count-- <= 0) return []
      // The other one asks no more: whoever asks more is not among the rules.
      if (!asksAll(low) && !asksAll(high)) continue
      const finding = gap(low, high, defaultEffect)
      if (finding !== undefined) return [finding]
    }
  }
  return []
}

const strictness: readonly RuleEffect[] = ['redact', 'allow', 'require_approval', 'deny']

function gap(low: AmountRule, high: AmountRule, defaultEffect: DefaultEffect): LintFinding | undefined {
  const order = strictness.indexOf(high.rule.effect) - strictness.indexOf(low.rule.effect)
  const range = gapBetween(low.range, high.range)
  const { upper } = low.range
  const { lower } = high.range
  if (order === 0 || range === undefined || upper === undefined || lower === undefined) return undefined
  if (defaultEffect === 'require_approval' && !isOneStep(range)) return undefined
  const [weaker, stricter] = order > 0 ? [low, high] : [high, low]
  const [limit, met] = order > 0 ? [lower, boundAbove(upper)] : [upper, boundBelow(lower)]
  const place = limit.place ?? stricter.rule.place
  const example = exampleIn(range)
  const numbers = `${quoted(amountName(stricter))} ${rangeText(range)}${example === undefined ? '' : `, such as ${example},`}`
  const message = `${numbers} is left to the default effect, ${defaultEffect}, between ${ruleWithPlace(weaker, place.file)} and ${ruleText(stricter)}; to close the gap, write this limit as ${quoted(writtenBound(stricter, met))}`
  return { ...place, code: 'amount-gap', message }
}
