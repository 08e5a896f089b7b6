import { hash } from 'node:crypto'
import type { ToolCall } from './call.ts'

/** Deeper values are refused, so that hostile arguments can not exhaust the stack. */
const mostDepth = 200

/**
 * The canonical JSON of a value by RFC 8785: keys sorted by their UTF-16 code units, no white space, numbers as
 * ECMAScript writes them. Two values have the same text exactly when they are the same JSON.
 *
 * @throws TypeError for what JSON can not hold exactly: `undefined` in a list, functions, bigints, NaN, infinities,
 * lone surrogates, instances without `toJSON`, cycles and values nested over 200 levels deep.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', 0)
}

function write(value: unknown, path: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw notCanonical(path, 'a string with a lone surrogate')
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw notCanonical(path, String(value))
      return JSON.stringify(value)
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (depth === mostDepth) throw notCanonical(path, `nested over ${mostDepth} levels deep`)
      return writeObject(value, path, depth + 1)
    default:
      throw notCanonical(path, `a ${typeof value}`)
  }
}

function writeObject(value: object, path: string, depth: number): string {
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, index) => write(item, `${path}/${index}`, depth)).join(',')}]`
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON(), path, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw notCanonical(path, 'an instance of a class')
  const fields = value as Record<string, unknown>
  // Written straight from the sorted keys: an object rebuilt in this order would put integer-like keys first.
  const members = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort()
    .map((key) => `${write(key, path, depth)}:${write(fields[key], `${path}/${key}`, depth)}`)
  return `{${members.join(',')}}`
}

function notCanonical(path: string, what: string): TypeError {
  return new TypeError(`the value at \`${path || '/'}\` is ${what}, which JSON can not hold exactly`)
}

const digests = new WeakMap<ToolCall, { readonly of: unknown; readonly digest: string }>()

/**
 * The SHA-256 digest, in hex, of a call's arguments in canonical JSON: the same arguments have the same digest however
 * their keys were ordered. It is computed once per call and arguments.
 * @throws TypeError for arguments that have no canonical JSON.
 */
export function argumentsDigest(call: ToolCall): string {
  const known = digests.get(call)
  if (known !== undefined && known.of === call.arguments) return known.digest
  const digest = hash('sha256', canonicalJson(call.arguments))
  digests.set(call, { of: call.arguments, digest })
  return digest
}
