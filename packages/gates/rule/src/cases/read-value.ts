import type { Literal } from '../document/condition.ts'
import type { Located } from '../document/located.ts'
import type { Problems } from '../document/problems.ts'
import type { Reader } from '../document/readers.ts'

/** Any value that JSON has, as a program gets it: a number is the nearest one that there is. */
export const jsonValue: Reader<unknown> = (value, problems) => {
  switch (value.kind) {
    case 'scalar':
      return scalarValue(value, value.literal, problems)
    case 'list':
      return value.items.map((item) => jsonValue(item, problems))
    case 'mapping':
      return jsonObject(value, problems)
  }
}

/** The same of a mapping, which may be empty. */
export const jsonObject: Reader<Readonly<Record<string, unknown>>> = (value, problems) => {
  if (value.kind !== 'mapping') return problems.expected(value, 'a mapping of keys to values')
  // Made of entries, in which `__proto__` is a key like any other.
  return Object.fromEntries(Array.from(value.entries, ([key, entry]) => [key, jsonValue(entry.value, problems)]))
}

function scalarValue(value: Located, literal: Literal | undefined, problems: Problems): unknown {
  switch (literal?.type) {
    case undefined:
      return problems.expected(value, 'a value; nothing is written `null`, and text without characters `""`')
    case 'null':
      return null
    case 'number': {
      const number = Number(literal.text)
      return Number.isFinite(number) ? number : problems.expected(value, 'a number that JSON has')
    }
    default:
      return literal?.value
  }
}
