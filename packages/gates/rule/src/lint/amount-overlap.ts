import { asksNoMore, boundAbove, boundBelow, type PairsLeft } from './amount-pair.ts'
import { type AmountRule, amountName, writtenBound } from './amount-rules.ts'
import type { LintFinding } from './finding.ts'
import { orderOfLower, partialOverlap, rangeText } from './range.ts'
import { quoted, ruleText, ruleWithPlace } from './wording.ts'

/**
 * Numbers that a rule allows, or wants approval of, and a deny denies: the deny wins, so the limit of the other says
 * something else than what happens. Not found is a rule within the other, such as a deny above 100 beside an allow
 * without limits, nor a deny under conditions that the other has not: these are exceptions, and written so. Nor is an
 * approval within the limits of an allow: that is how a part of what is allowed is put before a person.
 *
 * Of each rule only the first deny that it overlaps with is named.
 */
export function overlapsAmong(
  rules: readonly AmountRule[],
  isMeant: (rule: AmountRule) => boolean,
  left: PairsLeft,
): LintFinding[] {
  const denies = rules.filter(({ rule }) => rule.effect === 'deny')
  const others = rules.filter((each) => each.rule.effect !== 'deny' && isMeant(each))
  return others.flatMap((other) => {
    for (const deny of denies) {
      if (left.count-- <= 0) return []
      const finding = asksNoMore(deny, other) ? overlap(deny, other) : undefined
      if (finding !== undefined) return [finding]
    }
    return []
  })
}

function overlap(deny: AmountRule, other: AmountRule): LintFinding | undefined {
  const range = partialOverlap(deny.range, other.range)
  if (range === undefined) return undefined
  const above = boundAbove(range.upper)
  const below = boundBelow(range.lower)
  const isDenyAbove = orderOfLower(deny.range.lower, other.range.lower) > 0
  const [limit, bound, otherBound] = isDenyAbove ? [range.lower, above, below] : [range.upper, below, above]
  const place = limit.place ?? deny.rule.place
  const rules = `${ruleWithPlace(other, place.file)} and ${ruleText(deny)}`
  const mends = `write this limit as ${quoted(writtenBound(deny, bound))}, or that of ${ruleText(other)} as ${quoted(writtenBound(other, otherBound))}`
  const message = `${rules} are both about ${quoted(amountName(deny))} ${rangeText(range)}, where the deny wins; to let them meet, ${mends}`
  return { ...place, code: 'amount-overlap', message }
}
