import type { Bound, Condition, Literal, ValueTest } from '../document/condition.ts'
import { weekdayNames } from './local-time.ts'

/** Longer descriptions are cut: they stand in messages, on terminals and in prompts. */
const longestDescription = 200

/** A condition in one line, as its author could have written it: `arguments.amount max 100`. Of a group its kind alone. */
export function describeCondition(condition: Condition): string {
  return shown(describe(condition))
}

/** Whether a condition, or a part of it, depends on the time of the call. */
export function asksTime(condition: Condition): boolean {
  return isIn(condition, ({ kind }) => kind === 'time_range' || kind === 'weekdays')
}

/** Whether a condition, or a part of it, depends on what was called before in the same run. */
export function asksRunSoFar(condition: Condition): boolean {
  return isIn(condition, ({ kind }) => kind === 'called' || kind === 'calls' || kind === 'spent')
}

function isIn(condition: Condition, isMeant: (part: Condition) => boolean): boolean {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.conditions.some((part) => isIn(part, isMeant))
    case 'not':
      return isIn(condition.condition, isMeant)
    default:
      return isMeant(condition)
  }
}

function describe(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
    case 'any':
    case 'not':
      return condition.kind
    case 'value':
      return `${condition.path.text} ${testText(condition.test)}`
    case 'time_range':
      return `time_range ${condition.text} ${condition.timeZone}`
    case 'weekdays':
      return `weekdays ${daysText(condition.days)} ${condition.timeZone}`
    case 'called':
      return `called ${listed(condition.actions)}`
    case 'calls':
    case 'spent':
      return `${condition.kind} of ${listed(condition.actions)} ${boundText(condition.bound)}`
  }
}

function testText(test: ValueTest): string {
  switch (test.operator) {
    case 'equals':
    case 'contains':
      return `${test.operator} ${literalText(test.literal)}`
    case 'in':
      return `in ${listed(test.literals.map(literalText))}`
    case 'min':
    case 'max':
    case 'above':
    case 'below':
      return boundText(test)
    case 'length':
      return `length ${boundText(test.bound)}`
    case 'glob':
    case 'host':
      return `${test.operator} ${listed(test.patterns)}`
    case 'matches':
      return `matches ${test.pattern}`
    case 'cidr':
      return `cidr ${listed(test.networks)}`
    case 'exists':
    case 'isAddress':
      return `${test.operator} ${test.expected}`
    case 'every':
    case 'some':
      return `${test.operator} (${listed(test.tests.map(testText))})`
  }
}

function boundText({ operator, limit }: Bound): string {
  return `${operator} ${limit}`
}

function listed(texts: readonly string[]): string {
  return texts.join(', ')
}

function literalText(literal: Literal): string {
  switch (literal.type) {
    case 'string':
      return isPlain(literal.value) ? literal.value : JSON.stringify(literal.value)
    case 'number':
      return literal.text
    case 'boolean':
      return String(literal.value)
    case 'null':
      return 'null'
  }
}

/** Whether a string can stand without quotation marks: not where it would look like another scalar, or like two. */
function isPlain(text: string): boolean {
  return /^[^\s"',]+(?: [^\s"',]+)*$/.test(text) && !/^(?:true|false|null|[+-]?[.\d]+(?:e[+-]?\d+)?)$/i.test(text)
}

/** Three days and more that follow each other are a range: `mon-fri`. */
function daysText(days: readonly number[]): string {
  const runs: number[][] = []
  for (const day of [...days].sort((one, other) => one - other)) {
    const run = runs.at(-1)
    if (run?.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  return listed(
    runs.map((run) => {
      const names = run.map((day) => weekdayNames[day - 1] ?? String(day))
      return names.length < 3 ? listed(names) : `${names[0]}-${names.at(-1)}`
    }),
  )
}

/** On one line, without what a terminal or a reader would not show as it is, and bounded. */
function shown(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
  if (visible.length <= longestDescription) return visible
  return `${visible
    .slice(0, longestDescription - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`
}
