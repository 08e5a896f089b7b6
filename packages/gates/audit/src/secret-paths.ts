import type { ToolInfo } from '@toolgate/core'
import type { Path } from './recordable.ts'

type JsonSchema = Readonly<Record<string, unknown>>

/** How often a schema may stand inside itself before what lies below is taken as one. */
const mostRepeats = 3

/** A schema that has more inside it, counted in all the ways that lead there, is not walked through to its end. */
const mostSchemas = 10_000

/**
 * The paths of a tool's arguments that its schema marks as secret: by `"secret": true` (in zod:
 * `.meta({ secret: true })`), or as JSON Schema does, by `"writeOnly": true` or `"format": "password"`. The empty path
 * stands for all of the arguments. `undefined` for a schema that has a description, and can not give it: what is secret
 * in it is not known.
 */
export function secretPaths(tool: ToolInfo): readonly Path[] | undefined {
  try {
    if (tool.inputJsonSchema !== undefined) return new Walk(tool.inputJsonSchema).paths()
    const { jsonSchema } = (tool.input?.['~standard'] ?? {}) as Described
    return jsonSchema === undefined ? [] : describedPaths(jsonSchema)
  } catch {
    return undefined
  }
}

interface Described {
  readonly jsonSchema?: Describing
}

interface Describing {
  input(options: DescribeOptions): JsonSchema
  output(options: DescribeOptions): JsonSchema
}

interface DescribeOptions {
  readonly target: string
  readonly libraryOptions?: object
}

// For zod: what JSON Schema has no word for, such as a date, is then anything.
const describeOptions: DescribeOptions = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } }

/** What is recorded are the arguments as the schema returned them: a secret may stand elsewhere in them. */
function describedPaths(jsonSchema: Describing): readonly Path[] {
  const input = new Walk(jsonSchema.input(describeOptions))
  const given = input.paths()
  const output = new Walk(jsonSchema.output(describeOptions))
  const returned = output.paths()
  const moved = output.unknown.filter((path) => given.some((secret) => isInside(secret, path)))
  // A secret that has got another name on the way: what the schema takes has nothing at such a place.
  const renamed = given.length === 0 ? [] : output.visited.filter((path) => !input.has(path))
  return [...given, ...returned, ...moved, ...renamed]
}

function isInside(path: Path, outer: Path): boolean {
  return (
    outer.length < path.length && outer.every((key, index) => key === '*' || path[index] === '*' || key === path[index])
  )
}

class Walk {
  /** The paths of which the schema says nothing at all. */
  readonly unknown: Path[] = []
  readonly visited: Path[] = []
  readonly #root: JsonSchema
  readonly #paths: Path[] = []
  /** Where a schema stood inside itself too often to be walked into. */
  readonly #cut: Path[] = []
  readonly #within: string[] = []
  #visited = 0

  constructor(root: JsonSchema) {
    this.#root = root
  }

  has(path: Path): boolean {
    return this.visited.some((one) => one.length === path.length && one.every((key, at) => key === path[at]))
  }

  paths(): readonly Path[] {
    this.#visit(this.#root, [])
    // A schema inside itself has no end. Where there is anything secret in it, all that is deeper is.
    return this.#paths.length === 0 ? [] : [...this.#paths, ...this.#cut]
  }

  /** @throws RangeError for a schema that is too large. */
  #visit(schema: unknown, path: Path): void {
    if (typeof schema !== 'object' || schema === null) return
    if (++this.#visited > mostSchemas) throw new RangeError(`the schema has more than ${mostSchemas} inside it`)
    const one = schema as JsonSchema
    this.visited.push(path)
    if (one.secret === true || one.writeOnly === true || one.format === 'password') {
      this.#paths.push(path)
      return
    }
    if (saysNothing(one)) this.unknown.push(path)
    // References inside such a schema are its own.
    if (typeof one.$id === 'string' && one !== this.#root) throw new TypeError('the schema has another inside it')
    for (const [key, property] of entriesOf(one.properties)) this.#visit(property, [...path, key])
    for (const [, property] of entriesOf(one.patternProperties)) this.#visit(property, [...path, '*'])
    for (const name of insideKeywords) for (const each of listOf(one[name])) this.#visit(each, [...path, '*'])
    for (const name of besideKeywords) for (const each of listOf(one[name])) this.#visit(each, path)
    for (const name of dependentKeywords) for (const [, each] of entriesOf(one[name])) this.#visit(each, path)
    for (const name of referenceKeywords) {
      const reference = one[name]
      if (typeof reference === 'string') this.#follow(reference, path)
    }
  }

  #follow(reference: string, path: Path): void {
    const depth = this.#within.filter((each) => each === reference).length
    if (depth === mostRepeats) {
      this.#cut.push(path)
      return
    }
    this.#within.push(reference)
    this.#visit(this.#resolve(reference), path)
    this.#within.pop()
  }

  /** @throws TypeError for what is not in this schema, or has a name in it and not a place. */
  #resolve(reference: string): unknown {
    if (reference !== '#' && !reference.startsWith('#/')) throw new TypeError(`the schema refers to ${reference}`)
    const keys = decodeURIComponent(reference.slice(1)).split('/').slice(1)
    const plain = keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const found = plain.reduce<unknown>((value, key) => (value as JsonSchema)[key], this.#root)
    if (found === undefined) throw new TypeError(`the schema has no ${reference}`)
    return found
  }
}

/** What their schemas say is about every item or key; a list of items by their places is taken as about all of them. */
const insideKeywords = [
  'items',
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
]
/** What their schemas say is about the value itself. The names of its properties can not be left out one by one. */
const besideKeywords = ['anyOf', 'oneOf', 'allOf', 'if', 'then', 'else', 'propertyNames']
const dependentKeywords = ['dependentSchemas', 'dependencies']
const referenceKeywords = ['$ref', '$dynamicRef', '$recursiveRef']
const annotations = new Set([
  '$schema',
  '$id',
  '$defs',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'id',
])

function saysNothing(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => annotations.has(key))
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
