import type { DefaultEffect, RuleEffect } from '../document/document.ts'
import { asksNoMore, boundAbove, boundBelow, type PairsLeft } from './amount-pair.ts'
import { type AmountRule, amountName, writtenBound } from './amount-rules.ts'
import type { LintFinding } from './finding.ts'
import { exampleIn, gapBetween, isOneStep, orderOfLower, orderOfUpper, rangeText } from './range.ts'
import { quoted, ruleText, ruleWithPlace } from './wording.ts'

/**
 * Numbers between the limits of two rules, of which no rule speaks: the default effect decides on them. Where that is
 * deny or allow it does there as one of both rules does, so that the limits were meant to meet. Where it is an
 * approval, a wide gap may well be meant: then only one that is no wider than the last decimal place that the limits
 * are written with is found.
 *
 * The rules are all that decide on an action by an amount. They are gone through from the lowest range to the highest;
 * a gap is where one begins above all that have begun before.
 */
export function gapsAmong(
  rules: readonly AmountRule[],
  defaultEffect: DefaultEffect,
  isMeant: (rule: AmountRule) => boolean,
  left: PairsLeft,
): LintFinding[] {
  const found: LintFinding[] = []
  let highest: AmountRule | undefined
  for (const next of rules.toSorted((one, other) => orderOfLower(one.range.lower, other.range.lower))) {
    if (highest !== undefined && gapBetween(highest.range, next.range) !== undefined) {
      const { upper } = highest.range
      const ending = rules.filter((each) => isMeant(each) && orderOfUpper(each.range.upper, upper) === 0)
      const beginning = rules.filter((each) => isMeant(each) && orderOfLower(each.range.lower, next.range.lower) === 0)
      found.push(...firstGap(ending, beginning, defaultEffect, left))
    }
    if (highest === undefined || orderOfUpper(next.range.upper, highest.range.upper) > 0) highest = next
  }
  return found
}

/** Between the first two of the rules beside a gap that were meant to meet. */
function firstGap(
  ending: readonly AmountRule[],
  beginning: readonly AmountRule[],
  defaultEffect: DefaultEffect,
  left: PairsLeft,
): LintFinding[] {
  for (const low of ending) {
    for (const high of beginning) {
      if (left.count-- <= 0) return []
      if (!asksNoMore(low, high) && !asksNoMore(high, low)) continue
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
