/** Bounds of what is recorded of one value. Beyond them a mark says that something was left out. */
const mostDepth = 64
const mostValues = 100_000

/** Where a value stood that was not to be recorded. */
const redactedMark = '[redacted]'

/** A path into arguments, such as `card.number` or `items.*.email`; `*` stands for every key or index. */
export type RedactedPath = readonly string[]

/** @throws TypeError for what is no path. */
export function parsePath(path: unknown): RedactedPath {
  if (typeof path === 'string' && path !== '') {
    const keys = path.split('.')
    if (keys.every((key) => key !== '')) return keys
  }
  throw new TypeError('no path')
}

/**
 * A copy of a value as JSON data, taken now, with paths redacted. It never throws: what JSON can not hold stands in it
 * as a mark or as text. Later changes of the value do not reach the copy.
 */
export function recordable(value: unknown, redacted: readonly RedactedPath[] = []): unknown {
  const budget = { left: mostValues }
  return copy(value, redacted, 0, budget, [])
}

function copy(
  value: unknown,
  redacted: readonly RedactedPath[],
  depth: number,
  budget: { left: number },
  parents: readonly object[],
): unknown {
  if (budget.left-- <= 0) return '[too large]'
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) return null
      if (depth === mostDepth) return '[too deep]'
      if (parents.includes(value)) return '[circular]'
      return copyObject(value, redacted, depth + 1, budget, [...parents, value])
    default:
      return `[${typeof value}]`
  }
}

function copyObject(
  value: object,
  redacted: readonly RedactedPath[],
  depth: number,
  budget: { left: number },
  parents: readonly object[],
): unknown {
  try {
    if (Array.isArray(value)) {
      return value.map((item, index) => copyField(String(index), item, redacted, depth, budget, parents))
    }
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      return copy(value.toJSON(), redacted, depth, budget, parents)
    }
    const fields: Record<string, unknown> = {}
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue
      const copied = copyField(key, field, redacted, depth, budget, parents)
      // Defined, not assigned: a key such as `__proto__` is data here.
      if (key === '__proto__') Object.defineProperty(fields, key, { value: copied, enumerable: true })
      else fields[key] = copied
    }
    return fields
  } catch {
    return '[unreadable]'
  }
}

function copyField(
  key: string,
  value: unknown,
  redacted: readonly RedactedPath[],
  depth: number,
  budget: { left: number },
  parents: readonly object[],
): unknown {
  if (redacted.length === 0) return copy(value, redacted, depth, budget, parents)
  const below = redacted.filter(([first]) => first === key || first === '*').map(([, ...rest]) => rest)
  return below.some((rest) => rest.length === 0) ? redactedMark : copy(value, below, depth, budget, parents)
}
