/** The length of text in code points, of a list in items, of a plain object in keys; `undefined` of anything else. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return codePointsIn(value)
  if (Array.isArray(value)) return value.length
  return isPlainObject(value) ? Object.keys(value).length : undefined
}

/** Counted in place: spreading a long text would make a list of all its characters. */
function codePointsIn(text: string): number {
  let count = 0
  for (let index = 0; index < text.length; count++) {
    const codePoint = text.codePointAt(index)
    index += codePoint !== undefined && codePoint > 0xffff ? 2 : 1
  }
  return count
}

/** A map or a set has no keys of its own, and would look empty. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
