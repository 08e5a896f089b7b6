import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type JsonSchema, strictSchema, withoutStandInNulls } from '../src/strict-schema.ts'

function described(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
}

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] })

describe('strict mode', () => {
  test('requires every property, makes the optional ones nullable, and closes objects at any depth', () => {
    const input = z.object({
      query: z.string().describe('What to look for.'),
      limit: z.int().min(1).max(10).optional(),
      unit: z.enum(['c', 'f']).default('c'),
      note: z.string().nullable(),
      maybe: z.string().nullish(),
      items: z.array(z.object({ id: z.string(), tag: z.string().optional() })),
    })
    expect(strictSchema(described(input))).toEqual({
      isStrict: true,
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['query', 'limit', 'unit', 'note', 'maybe', 'items'],
        properties: {
          query: { type: 'string', description: 'What to look for.' },
          limit: nullable({ type: 'integer', minimum: 1, maximum: 10 }),
          unit: nullable({ type: 'string', enum: ['c', 'f'] }),
          note: { type: ['string', 'null'] },
          maybe: { type: ['string', 'null'] },
          items: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['id', 'tag'],
              properties: { id: { type: 'string' }, tag: nullable({ type: 'string' }) },
            },
          },
        },
      },
    })
  })

  test('keeps unions, constants, recursion and the formats that it knows, and leaves narrower keywords to the tool', () => {
    const Node: z.ZodType = z.object({
      name: z.string().min(3).max(5),
      get children() {
        return z.array(Node).optional()
      },
    })
    const input = z.object({
      shape: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('a') }),
        z.object({ kind: z.literal('b'), x: z.number().optional() }),
      ]),
      email: z.email(),
      link: z.url(),
      code: z.string().regex(/^[A-Z]+$/),
      tree: Node,
    })
    const { schema, isStrict } = strictSchema(described(input))
    expect(isStrict).toBe(true)
    expect(schema.properties).toMatchObject({
      shape: {
        anyOf: [
          { properties: { kind: { const: 'a' } }, required: ['kind'], additionalProperties: false },
          { properties: { x: nullable({ type: 'number' }) }, required: ['kind', 'x'], additionalProperties: false },
        ],
      },
      email: { type: 'string', format: 'email' },
      link: { type: 'string' },
      code: { type: 'string', pattern: '^[A-Z]+$' },
    })
    const text = JSON.stringify(schema)
    for (const keyword of ['oneOf', 'minLength', 'maxLength', '"uri"', '$schema']) expect(text).not.toContain(keyword)
    expect(text).toContain('$ref')
  })

  test.each([
    ['an open record', z.object({ tags: z.record(z.string(), z.string()) })],
    ['a tuple', z.object({ pair: z.tuple([z.string(), z.number()]) })],
    ['anything', z.object({ any: z.unknown() })],
    ['an intersection', z.object({ both: z.intersection(z.string().regex(/a/), z.string().regex(/b/)) })],
    ['an open object', z.looseObject({ a: z.string() })],
    ['a list of anything', z.object({ list: z.array(z.any()) })],
  ])('leaves the schema as it is where it can not say it: %s', (_, input) => {
    const schema = described(input)
    const { $schema: __, ...own } = schema
    expect(strictSchema(schema)).toEqual({ schema: own, isStrict: false })
  })
})

describe('the nulls that stand for optional properties', () => {
  const input = z.object({
    query: z.string(),
    limit: z.number().optional(),
    note: z.string().nullable(),
    maybe: z.string().nullish(),
    nested: z.object({ deep: z.string().optional() }).optional(),
    items: z.array(z.object({ tag: z.string().optional() })).optional(),
    shape: z
      .union([
        z.object({ kind: z.literal('a'), x: z.number().optional() }),
        z.object({ kind: z.literal('b'), x: z.number().nullable() }),
      ])
      .optional(),
  })
  const schema = described(input)

  test('are taken out, and those that the schema knows are kept', () => {
    const args = {
      query: 'q',
      limit: null,
      note: null,
      maybe: null,
      nested: { deep: null },
      items: [{ tag: null }, { tag: 'x' }],
      shape: { kind: 'a', x: null },
    }
    const cleaned = withoutStandInNulls(args, schema)
    expect(cleaned).toEqual({
      query: 'q',
      note: null,
      maybe: null,
      nested: {},
      items: [{}, { tag: 'x' }],
      shape: { kind: 'a' },
    })
    expect(input.safeParse(cleaned).success).toBe(true)
    expect(withoutStandInNulls({ shape: { kind: 'b', x: null } }, schema)).toEqual({ shape: { kind: 'b', x: null } })
  })

  test('are left where they stand for nothing: required, unknown, and in what fits no branch', () => {
    expect(withoutStandInNulls({ query: null, other: null }, schema)).toEqual({ query: null, other: null })
    expect(withoutStandInNulls({ shape: { kind: 'c', x: null } }, schema)).toEqual({ shape: { kind: 'c', x: null } })
    expect(withoutStandInNulls(null, schema)).toBeNull()
    expect(withoutStandInNulls([null], schema)).toEqual([null])
  })

  test('are taken out of what refers to a definition', () => {
    const Node: z.ZodType = z.object({
      name: z.string(),
      get next() {
        return Node.optional()
      },
    })
    const tree = described(z.object({ root: Node }))
    const args = { root: { name: 'a', next: { name: 'b', next: null } } }
    expect(withoutStandInNulls(args, tree)).toEqual({ root: { name: 'a', next: { name: 'b' } } })
  })

  test('are all that is changed: arguments without nulls come through as they are', () => {
    const args = fc.record(
      {
        query: fc.string(),
        limit: fc.integer(),
        note: fc.string(),
        nested: fc.record({ deep: fc.string() }),
        extra: fc.jsonValue(),
      },
      { requiredKeys: ['query'] },
    )
    fc.assert(
      fc.property(args, (given) => {
        expect(withoutStandInNulls(given, schema)).toEqual(given)
      }),
    )
  })
})
