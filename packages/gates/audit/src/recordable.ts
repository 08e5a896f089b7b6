import { types } from 'node:util'

/** Bounds of what is recorded of one value. Beyond them a mark says that something was left out. */
const mostDepth = 64
const mostValues = 100_000

/** Where a value stood that was not to be recorded. */
const redactedMark = '[redacted]'
const tooLarge = '[too large]'

/** A path into arguments, such as `card.number` or `items.*.email`; `*` stands for every key or index. */
export type Path = readonly string[]

/** A path whose value is not recorded as it is. */
export interface Redaction {
  readonly path: Path
  /** Whether the value is kept apart, where it can be erased; else it is recorded nowhere. */
  readonly isErasable: boolean
}

/** Takes a value that can be erased, found at a path such as `items.0.email`; what it returns stands in its place. */
export type TakeErasable = (path: string, value: unknown) => unknown

/** A path in another syntax (`items[*]`, `$.card`, `/card`) is none: taken as a key, it would redact nothing. */
const otherSyntax = /[[\]]|^[$/]/

/** The keys of a path, `undefined` for what is no path. */
export function parsePath(path: unknown): Path | undefined {
  if (typeof path !== 'string' || otherSyntax.test(path)) return undefined
  const keys = path.split('.')
  return keys.every((key) => key !== '') ? keys : undefined
}

/**
 * A copy of a value as JSON data, taken now, with paths redacted. It never throws: what JSON can not hold stands in it
 * as a mark or as text. Later changes of the value do not reach the copy.
 */
export function recordable(
  value: unknown,
  redactions: readonly Redaction[] = noRedactions,
  takeErasable?: TakeErasable,
): unknown {
  return new Copier(takeErasable).copy(value, redactions)
}

const noRedactions: readonly Redaction[] = []

/** On the way of every call that is recorded whole, so it makes nothing but the copy. */
class Copier {
  #valuesLeft = mostValues
  /** The objects that the value being copied stands in, the outermost first. */
  readonly #parents: object[] = []
  /** The keys that lead to it, where there is anything to redact. */
  readonly #keys: string[] = []
  readonly #takeErasable: TakeErasable | undefined

  constructor(takeErasable: TakeErasable | undefined) {
    this.#takeErasable = takeErasable
  }

  copy(value: unknown, redacted: readonly Redaction[]): unknown {
    if (this.#valuesLeft-- <= 0) return tooLarge
    // Where a path goes on and there is nothing to go into, the secret may stand there in another shape.
    if (redacted.length > 0 && value !== null && !canDescend(redacted, value)) return redactedMark
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
        if (this.#parents.length === mostDepth) return '[too deep]'
        if (this.#parents.includes(value)) return '[circular]'
        return this.#copyObject(value, redacted)
      default:
        return `[${typeof value}]`
    }
  }

  #copyObject(value: object, redacted: readonly Redaction[]): unknown {
    const depth = this.#parents.push(value)
    try {
      if (Array.isArray(value)) return this.#copyList(value, redacted)
      const { toJSON } = value as { readonly toJSON?: unknown }
      if (typeof toJSON === 'function') return this.copy(toJSON.call(value), redacted)
      return this.#copyFields(value as Record<string, unknown>, redacted)
    } catch {
      return '[unreadable]'
    } finally {
      this.#parents.length = depth - 1
    }
  }

  #copyFields(value: Readonly<Record<string, unknown>>, redacted: readonly Redaction[]): unknown {
    const keys = Object.keys(value)
    if (keys.length === 0 && !isPlain(value)) return `[${value.constructor?.name}]`
    const fields: Record<string, unknown> = {}
    for (const key of keys) {
      const field = value[key]
      if (field === undefined) continue
      const copied = this.#copyField(key, field, redacted)
      // Defined, not assigned: a key such as `__proto__` is data here.
      if (key === '__proto__') Object.defineProperty(fields, key, { value: copied, enumerable: true })
      else fields[key] = copied
      if (this.#valuesLeft <= 0) break
    }
    return fields
  }

  #copyList(list: readonly unknown[], redacted: readonly Redaction[]): unknown[] {
    const items: unknown[] = []
    for (let index = 0; index < list.length && items.at(-1) !== tooLarge; index++) {
      items.push(this.#copyField(String(index), list[index], redacted))
    }
    return items
  }

  #copyField(key: string, value: unknown, redacted: readonly Redaction[]): unknown {
    if (redacted.length === 0) return this.copy(value, redacted)
    if (this.#valuesLeft <= 0) return tooLarge
    const below = redacted.flatMap(({ path: [first, ...path], isErasable }) => {
      return first === key || first === '*' ? { path, isErasable } : []
    })
    const here = below.filter(({ path }) => path.length === 0)
    if (here.some(({ isErasable }) => !isErasable)) {
      this.#valuesLeft--
      return redactedMark
    }
    this.#keys.push(key)
    try {
      if (here.length > 0) return this.#erasable(value, below)
      return this.copy(value, below)
    } finally {
      this.#keys.pop()
    }
  }

  /** What is redacted below it is not kept apart either. */
  #erasable(value: unknown, below: readonly Redaction[]): unknown {
    const redacted = below.filter(({ path, isErasable }) => path.length > 0 && !isErasable)
    const copy = this.copy(value, redacted)
    return this.#takeErasable?.(this.#keys.join('.'), copy) ?? redactedMark
  }
}

/** Not into text and bytes, whatever object they are wrapped in. */
function canDescend(redacted: readonly Redaction[], value: unknown): boolean {
  if (typeof value !== 'object' || ArrayBuffer.isView(value) || types.isBoxedPrimitive(value)) return false
  return !Array.isArray(value) || redacted.every(({ path: [key = ''] }) => key === '*' || /^\d+$/.test(key))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
