/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A tool's input for OpenAI's function calling. */
export interface StrictSchema {
  readonly schema: Record<string, unknown>
  /** Whether the schema keeps to what strict mode takes; if not, it is the tool's own, as it is. */
  readonly isStrict: boolean
}

/** What strict mode takes beside the keywords of structure. The others only narrow a value, which the tool's own schema does too. */
const plainKeywords: ReadonlySet<string> = new Set([
  'type',
  'title',
  'description',
  'enum',
  'const',
  '$ref',
  'pattern',
  'multipleOf',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
])

/** Keywords that change which values fit in ways that strict mode can not say. */
const structuralKeywords = [
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'dependentRequired',
  'dependentSchemas',
  'contains',
] as const

const strictFormats: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
])

class NotStrictError extends Error {}

/**
 * Puts a JSON Schema in the form of OpenAI's strict mode: no other properties, and every property required, with the
 * optional ones nullable. What strict mode can not say, such as an open record, leaves the schema as it is.
 */
export function strictSchema(schema: JsonSchema): StrictSchema {
  const { $schema: _, ...own } = schema
  try {
    return { schema: strict(own, 0), isStrict: true }
  } catch (error) {
    if (error instanceof NotStrictError) return { schema: own, isStrict: false }
    throw error
  }
}

const mostDepth = 50

function strict(schema: JsonSchema, depth: number): Record<string, unknown> {
  if (depth === mostDepth || structuralKeywords.some((keyword) => keyword in schema)) throw new NotStrictError()
  const form: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) if (plainKeywords.has(keyword)) form[keyword] = value
  if (strictFormats.has(schema.format)) {
    form.format = schema.format
    // A format comes with a pattern of its own, which may use what strict mode does not know.
    delete form.pattern
  }
  const branches = branchesOf(schema)
  if (branches !== undefined) form.anyOf = branches.map((branch) => strict(branch, depth + 1))
  if (isSchema(schema.$defs)) form.$defs = mapValues(schema.$defs, (part) => strict(part, depth + 1))
  if (isSchema(schema.items)) form.items = strict(schema.items, depth + 1)
  else if (hasType(schema, 'array')) throw new NotStrictError()
  if (hasType(schema, 'object')) Object.assign(form, strictObject(schema, depth))
  if (Object.keys(form).every((keyword) => keyword === 'description' || keyword === 'title')) throw new NotStrictError()
  return form
}

function strictObject(schema: JsonSchema, depth: number): Record<string, unknown> {
  const { properties, additionalProperties } = schema
  if (!isSchema(properties) || (additionalProperties !== undefined && additionalProperties !== false)) {
    throw new NotStrictError()
  }
  const required = requiredOf(schema)
  return {
    properties: mapValues(properties, (property, name) => {
      const form = strict(property, depth + 1)
      return required.has(name) || allowsNull(property) ? form : { anyOf: [form, { type: 'null' }] }
    }),
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

/**
 * Takes out of arguments the nulls that stand for optional properties left out: strict mode makes a model write them,
 * and the tool's own schema does not know them. Returns a copy.
 */
export function withoutStandInNulls(value: unknown, schema: JsonSchema): unknown {
  return clean(value, schema, schema, 0)
}

/** Steps into a value and through its schema: more than any value that a model writes takes. */
const mostSteps = 1_000

function clean(value: unknown, schema: JsonSchema, root: JsonSchema, depth: number): unknown {
  if (depth === mostSteps || typeof value !== 'object' || value === null) return value
  if (typeof schema.$ref === 'string') return clean(value, resolve(schema.$ref, root), root, depth + 1)
  const branches = branchesOf(schema)
  if (branches !== undefined) {
    const branch = branches.find((candidate) => mayBe(value, candidate, root))
    return branch === undefined ? value : clean(value, branch, root, depth + 1)
  }
  if (Array.isArray(value)) {
    const { items } = schema
    return isSchema(items) ? value.map((item) => clean(item, items, root, depth + 1)) : value
  }
  const { properties } = schema
  if (!isSchema(properties)) return value
  const required = requiredOf(schema)
  const kept: [string, unknown][] = []
  for (const [name, field] of Object.entries(value)) {
    const property = properties[name]
    if (!isSchema(property)) kept.push([name, field])
    else if (field !== null || required.has(name) || allowsNull(property)) {
      kept.push([name, clean(field, property, root, depth + 1)])
    }
  }
  return Object.fromEntries(kept)
}

/** Whether an object or a list looks like it was meant for this branch of a union: by kind, names and constants. */
function mayBe(value: object, branch: JsonSchema, root: JsonSchema): boolean {
  const schema = typeof branch.$ref === 'string' ? resolve(branch.$ref, root) : branch
  if (Array.isArray(value)) return hasType(schema, 'array')
  if (!hasType(schema, 'object') || !isSchema(schema.properties)) return false
  const { properties } = schema
  return Object.entries(value).every(([name, field]) => {
    const property = properties[name]
    if (!isSchema(property) || ('const' in property && property.const !== field)) return false
    return !Array.isArray(property.enum) || property.enum.includes(field)
  })
}

function resolve(reference: string, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1]
  const found = name === undefined ? root : isSchema(root.$defs) ? root.$defs[name] : undefined
  return isSchema(found) ? found : {}
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  const branches = schema.anyOf ?? schema.oneOf
  return Array.isArray(branches) && branches.every(isSchema) ? branches : undefined
}

function allowsNull(schema: JsonSchema): boolean {
  if (hasType(schema, 'null') || schema.const === null) return true
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) return true
  return branchesOf(schema)?.some(allowsNull) ?? false
}

function hasType(schema: JsonSchema, type: string): boolean {
  return schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type))
}

function requiredOf(schema: JsonSchema): ReadonlySet<unknown> {
  return new Set(Array.isArray(schema.required) ? schema.required : [])
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mapValues(of: JsonSchema, change: (part: JsonSchema, name: string) => unknown): Record<string, unknown> {
  const changed = Object.entries(of).map(([name, part]) => {
    if (!isSchema(part)) throw new NotStrictError()
    return [name, change(part, name)] as const
  })
  return Object.fromEntries(changed)
}
