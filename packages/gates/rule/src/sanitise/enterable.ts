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

/** Whether a list is one and nothing else: what is made of it has no methods of its own. */
export function isPlainList(list: readonly unknown[]): boolean {
  return Object.getPrototypeOf(list) === Array.prototype
}

/**
 * What an instance stands for as text or as a number, and is looked at in place of it. Nothing that could hold something
 * else: neither one with keys of its own nor one of a derived class.
 */
export function valueOfInstance(value: object): { readonly stands: unknown } | undefined {
  if (Reflect.ownKeys(value).length > 0) return undefined
  switch (Object.getPrototypeOf(value)) {
    case URL.prototype:
      return value instanceof URL ? { stands: value.href } : undefined
    case Date.prototype:
      return types.isDate(value) ? { stands: true } : undefined
    case Boolean.prototype:
      return types.isBooleanObject(value) ? { stands: true } : undefined
    case Number.prototype:
      return types.isNumberObject(value) ? { stands: Number.prototype.valueOf.call(value) } : undefined
    default:
      return undefined
  }
}

/** What a value is called that can not be gone into. */
export function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  const maker: unknown = value.constructor
  return typeof maker === 'function' && maker.name !== '' ? `a \`${maker.name.slice(0, longestName)}\`` : 'an object'
}

const longestName = 60
