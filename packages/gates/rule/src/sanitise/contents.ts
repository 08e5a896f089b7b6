import { types } from 'node:util'

/** The keys of a plain object, or `undefined` where it has others that not everyone sees. */
export function fieldKeys(fields: object): readonly string[] | undefined {
  const keys = Object.keys(fields)
  const isAll = Object.getOwnPropertyNames(fields).length === keys.length
  return isAll && Object.getOwnPropertySymbols(fields).length === 0 ? keys : undefined
}

/** The indexes at which a list has items, or `undefined` where it has fields beside them, as the matches of patterns do. */
export function itemKeys(list: readonly unknown[]): readonly string[] | undefined {
  // The indexes come first, then what was there from the beginning, then what was added.
  const keys = Object.getOwnPropertyNames(list)
  const hasItemsOnly = keys.pop() === 'length' && Object.getOwnPropertySymbols(list).length === 0
  return hasItemsOnly ? keys : undefined
}

/** Whether who reads these keys again gets the same as before: not so where a getter or a proxy answers. */
export function isLasting(value: object, keys: readonly string[]): boolean {
  if (types.isProxy(value)) return false
  for (const key of keys) {
    const field = Object.getOwnPropertyDescriptor(value, key)
    if (field?.get !== undefined || field?.set !== undefined) return false
  }
  return true
}
