import { oneOf } from '@toolgate/core'
import { isDecimalText } from '../condition/decimal.ts'
import type { Literal } from './condition.ts'
import { disguisedIn, hiddenText } from './hidden.ts'
import { isBlock, type Located } from './located.ts'
import { suggestion } from './names.ts'
import type { Problems } from './problems.ts'

/** Reads a value, or adds what is wrong with it to the problems. `undefined` says that there is a problem. */
export type Reader<Value> = (value: Located, problems: Problems) => Value | undefined

/** Text that is not blank, for people: its lines may be joined. The expectation says what for. */
export function prose(expectation: string): Reader<string> {
  return (value, problems) => {
    const literal = literalOf(value)
    if (literal?.type === 'string' && literal.value.trim() !== '') return literal.value
    return problems.expected(value, `${expectation}${quotingHint(value)}`)
  }
}

/** Text that something is compared with, so that lines which YAML joins are hardly meant as one text. */
export function text(expectation: string): Reader<string> {
  const anyText = prose(expectation)
  return (value, problems) => {
    return isJoined(value) ? problems.expected(value, expectation) : anyText(value, problems)
  }
}

function isJoined(value: Located): boolean {
  return value.kind === 'scalar' && value.writing === 'joined'
}

/** What is printed, in decisions and on terminals: text on one line. */
export function label(expectation: string): Reader<string> {
  return checked(text(expectation), isOneLine, `${expectation}, without control characters`)
}

function isOneLine(name: string): boolean {
  return !/[\p{Cc}\u2028\u2029]/u.test(name)
}

/** What YAML makes of that which its author may have meant as text. */
function quotingHint(value: Located): string {
  const type = value.kind === 'scalar' ? value.literal?.type : value.kind
  if (type === 'boolean') return '; without quotes this is a truth value and no text: put it in quotes'
  if (type === 'number') return '; without quotes this is a number and no text: put it in quotes'
  return type === 'mapping' ? '; without quotes a text with a colon and a space in it is a mapping' : ''
}

export function choice<Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (value, problems) => {
    const literal = literalOf(value)
    const given = literal?.type === 'string' ? literal.value : ''
    const chosen = choices.find((each) => each === given)
    return chosen ?? problems.expected(value, `${oneOf(choices)}${given && suggestion(given, choices)}`)
  }
}

export const truthValue: Reader<boolean> = (value, problems) => {
  const literal = literalOf(value)
  if (literal?.type === 'boolean') return literal.value
  const isText = literal?.type === 'string'
  return problems.expected(value, `true or false${isText ? ', without quotes; YAML 1.2 takes yes and no as text' : ''}`)
}

/** A decimal number, with or without quotes, as it is written. */
export const decimal: Reader<string> = numberText(isDecimalText, 'a decimal number, such as 100.01')

export const wholeNumber: Reader<string> = numberText(
  (written) => /^\d{1,15}$/.test(written),
  'a whole number of 0 or more, such as 3',
)

function numberText(accepts: (written: string) => boolean, expectation: string): Reader<string> {
  return (value, problems) => {
    const literal = literalOf(value)
    const written = literal?.type === 'number' ? literal.text : literal?.type === 'string' ? literal.value : ''
    return accepts(written) ? written : problems.expected(value, expectation)
  }
}

/** One value to compare with. An empty place is not a null: `arguments.to:` is more likely not finished. */
export const scalar: Reader<Literal> = (value, problems) => {
  const literal = literalOf(value)
  if (literal?.type === 'number' && !isDecimalText(literal.text)) return decimalOnly(value, problems)
  const fault = literalFault(value)
  if (fault !== undefined) return problems.expected(value, fault)
  return literal ?? problems.expected(value, 'text, a number, true, false or null')
}

/** What a text is expected to be where YAML has made something else of it than its author sees. */
function literalFault(value: Located): string | undefined {
  if (value.kind !== 'scalar' || value.literal?.type !== 'string') return undefined
  if (value.writing === 'joined') return 'text on one line'
  return isBlock(value.writing) && value.literal.value.endsWith('\n') ? `text${withoutLineEnd}` : undefined
}

/** How the ending of a block of text, which is hardly ever meant, is left out. */
export const withoutLineEnd = ' without the line end that a block of text keeps; use `|-` or `>-`, or quotes'

const decimalOnly: Reader<undefined> = (value, problems) =>
  problems.expected(value, 'a decimal number, such as 100.01; put it in quotes if it is text')

/** The same for what is always text in a call: the name of someone or something. */
export const textScalar: Reader<Literal> = (value, problems) => {
  const literal = literalOf(value)
  const isText = literal?.type === 'string' || literal?.type === 'null'
  if (!isText) return problems.expected(value, `text${quotingHint(value)}`)
  const fault = literalFault(value) ?? (literal.type === 'string' ? nameFault(literal.value, value) : undefined)
  return fault === undefined ? literal : problems.expected(value, fault)
}

function nameFault(name: string, value: Located): string | undefined {
  const hidden = disguisedIn(name)
  if (hidden !== undefined) return `text without ${hiddenText(hidden)}`
  const isPlain = value.kind === 'scalar' && value.writing === 'plain'
  if (!isPlain || !/,\s/.test(name)) return undefined
  return 'one text or a list; a list is written in brackets, and text with a comma in it in quotes'
}

/** A list with at least one item. */
export function listOf<Item>(item: Reader<Item>, expectation: string): Reader<readonly Item[]> {
  return (value, problems) => {
    if (value.kind !== 'list' || value.items.length === 0) return problems.expected(value, expectation)
    return value.items.map((each) => item(each, problems)).filter((each) => each !== undefined)
  }
}

/** One item, or a list of them. */
export function oneOrMore<Item>(item: Reader<Item>, expectation: string): Reader<readonly Item[]> {
  const list = listOf(item, expectation)
  return (value, problems) => {
    if (value.kind !== 'scalar') return list(value, problems)
    const only = item(value, problems)
    return only === undefined ? undefined : [only]
  }
}

/** What is read, if it passes a check as well. */
export function checked<Value>(
  reader: Reader<Value>,
  accepts: (value: Value) => boolean,
  expectation: string,
): Reader<Value> {
  return (value, problems) => {
    const read = reader(value, problems)
    return read === undefined || accepts(read) ? read : problems.expected(value, expectation)
  }
}

/** What is made of that which was read. */
export function as<Value, Result>(reader: Reader<Value>, make: (value: Value) => Result): Reader<Result> {
  return (value, problems) => {
    const read = reader(value, problems)
    return read === undefined ? undefined : make(read)
  }
}

export function literalOf(value: Located): Literal | undefined {
  return value.kind === 'scalar' ? value.literal : undefined
}
