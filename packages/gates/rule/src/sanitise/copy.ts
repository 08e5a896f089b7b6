/** A copy of the first fields of an object, to which the others can be added. */
export function copyOfFirst(
  count: number,
  keys: readonly string[],
  values: readonly unknown[],
  prototype: unknown,
): Record<string, unknown> {
  const copy: Record<string, unknown> = prototype === null ? Object.create(null) : {}
  for (let index = 0; index < count; index++) addField(copy, keys[index] ?? '', values[index])
  return copy
}

/** Defined where it must be: a key such as `__proto__` is data here. */
export function addField(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') fields[key] = value
  else Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true })
}
