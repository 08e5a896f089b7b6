import { describeCondition } from '../condition/describe.ts'
import type { Condition } from '../document/condition.ts'
import { type Place, placeText } from '../document/place.ts'
import type { ScopedRule } from './scope.ts'

/** A rule as the subject of a sentence. */
export function ruleText({ rule }: ScopedRule): string {
  return rule.id === `rule ${rule.number}` ? rule.id : `rule ${quoted(rule.id)}`
}

/** A rule that is spoken of beside what stands in the file: with its line, or where else it is. */
export function ruleWithPlace(scoped: ScopedRule, file: string): string {
  return `${ruleText(scoped)} (${placeBeside(scoped.rule.place, file)})`
}

export function conditionWithLine(condition: Condition): string {
  return `${quoted(conditionText(condition))} (line ${condition.place.line})`
}

export function conditionText(condition: Condition): string {
  return condition.kind === 'not' ? `not ${describeCondition(condition.condition)}` : describeCondition(condition)
}

function placeBeside(place: Place, file: string): string {
  return place.file === file ? `line ${place.line}` : placeText(place)
}

/** Longer texts would hide what is said of them. */
const longestShown = 100

/** A text of a document in a message: on one line, without what a terminal would not show as it is, and bounded. */
export function quoted(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
  return `\`${visible.length <= longestShown ? visible : `${visible.slice(0, longestShown).toWellFormed()}…`}\``
}

/** A few of a list: `a, b, c and 4 more`. */
export function someOf(texts: readonly string[], separator = ', '): string {
  const most = 5
  const shown = texts.slice(0, most).join(separator)
  return texts.length <= most ? shown : `${shown} and ${texts.length - most} more`
}
