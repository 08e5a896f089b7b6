import { oneOf } from '@toolgate/core'
import { isDecimalText } from '../condition/decimal.ts'
import type { Literal } from './condition.ts'
import type { Located } from './located.ts'
import { suggestion } from './names.ts'
import type { Problems } from './problems.ts'

/** Reads a value, or adds what is wrong with it to the problems. `undefined` says that there is a problem. */
export type Reader<Value> = (value: Located, problems: Problems) => Value | undefined

/** Text that is not blank. The expectation says what for, with an example. */
export function text(expectation: string): Reader<string> {
  return (value, problems) => {
    const literal = literalOf(value)
    if (literal?.type === 'string' && literal.value.trim() !== '') return literal.value
    return problems.expected(value, `${expectation}${quotingHint(value)}`)
  }
}

/** A name that is printed, in decisions and on terminals: text on one line. */
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
  return literal ?? problems.expected(value, 'text, a number, true, false or null')
}

const decimalOnly: Reader<undefined> = (value, problems) =>
  problems.expected(value, 'a decimal number, such as 100.01; put it in quotes if it is text')

/** The same for what is always text in a call. */
export const textScalar: Reader<Literal> = (value, problems) => {
  const literal = literalOf(value)
  const isText = literal?.type === 'string' || literal?.type === 'null'
  return isText ? literal : problems.expected(value, `text${quotingHint(value)}`)
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
