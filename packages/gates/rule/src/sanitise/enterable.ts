import { types } from 'node:util'
import { isPlaceMark } from './mask.ts'

/** A list item's key. */
const index = /^(?:0|[1-9][0-9]*)$/

/** Whether a path can go on into a value with this key. */
export function canGoInto(value: unknown, key: string): boolean {
  // What is not there, or not there any more, is nothing, whatever a path would look for in it.
  if (value === undefined || value === null || isPlaceMark(value)) return true
  if (Array.isArray(value)) return key === '*' || index.test(key)
  return isPlain(value)
}

/** An object that holds its fields and nothing else. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Whether a list has fields beside its items, as the matches of patterns do. */
export function hasFields(list: readonly unknown[]): boolean {
  const last = Object.keys(list).at(-1)
  return last !== undefined && !index.test(last)
}

/** What an instance stands for as text or as a number, and is looked at in place of it. */
export function valueOfInstance(value: object): { readonly stands: unknown } | undefined {
  if (Object.keys(value).length > 0) return undefined
  if (value instanceof URL) return { stands: value.href }
  if (types.isDate(value) || types.isBooleanObject(value)) return { stands: true }
  return types.isNumberObject(value) ? { stands: Number.prototype.valueOf.call(value) } : undefined
}

/** What a value is called that can not be gone into. */
export function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  const maker: unknown = value.constructor
  return typeof maker === 'function' && maker.name !== '' ? `a \`${maker.name.slice(0, longestName)}\`` : 'an object'
}

const longestName = 60
