import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import schema from '../policy.schema.json' with { type: 'json' }
import { weekdayNames } from '../src/condition/local-time.ts'
import {
  appliesToFields,
  boundOperators,
  categoryFields,
  conditionNames,
  defaultEffects,
  documentFields,
  findingKinds,
  listOperators,
  modes,
  redactionActions,
  ruleEffects,
  ruleFields,
  valueOperators,
} from '../src/document/names.ts'
import { pathRoots } from '../src/document/path.ts'
import { readDocument } from '../src/document/read-document.ts'
import { inConditions, inRule, lines } from './documents/broken.ts'
import { brokenConditions } from './documents/broken-conditions.ts'
import { brokenHidden } from './documents/broken-hidden.ts'
import { brokenLimits } from './documents/broken-limits.ts'
import { brokenRules } from './documents/broken-rules.ts'
import { brokenStructure } from './documents/broken-structure.ts'
import { brokenValues } from './documents/broken-values.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema)

/** What is like a slip and is none. */
const meant: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: 'a reason and a description over several lines',
    text: lines(
      'name: a',
      'description: one',
      '  two',
      'rules:',
      '- effect: deny',
      '  actions: a',
      '  reason: b',
      '    c',
    ),
  },
  { title: 'an action in a block without its line end', text: inRule('effect: deny', 'actions: |-', '  write:*') },
  { title: 'an action with spaces', text: inRule('effect: deny', 'actions: "handoff:Billing  Specialist"') },
  { title: 'a comma that is meant', text: inRule('effect: deny', "actions: ['to:Smith\\, John', 'a,b', 'c,']") },
  { title: 'a backslash at the end', text: inRule('effect: deny', "actions: ['a\\', '\\', 'b \\', 'c\\\\']") },
  { title: 'a space that is meant', text: inRule('effect: deny', "actions: ['\\ a\\ ', '\\ ', 'b \\ ']") },
  {
    title: 'text in quotes with spaces and line breaks',
    text: inConditions(
      'arguments.a: " x "',
      'arguments.b: ["x\\n"]',
      'principal: "a, b "',
      'tenant: { contains: "\\n" }',
    ),
  },
  {
    title: 'a text with a comma',
    text: inConditions('arguments.a: Paris, France', 'arguments.b: { glob: "Dear *, *" }'),
  },
  { title: 'a folded block as a value', text: inConditions('arguments.a: >-', '  one', '  two') },
  {
    title: 'a path with escapes',
    text: inConditions("'arguments.a\\.b.c\\\\.d\\[0\\].\\*.x y': 1", "'metadata.\\*\\*': 1"),
  },
  {
    title: 'paths with wildcards in a redaction',
    text: inRule('effect: redact', 'actions: a', "redact: { arguments.*.b.*: drop, 'arguments.c\\*': drop }"),
  },
  {
    title: 'patterns over categories, which are free',
    text: inConditions('category: { glob: "*mail", matches: "^x", contains: y }'),
  },
  { title: 'tests of tags', text: inConditions('tags: { some: { glob: "a*", isAddress: false }, length: 2 }') },
]

/** What an editor checks: a document as plain values. */
function accepts(text: string): boolean {
  return validate(parse(text, { uniqueKeys: false, maxAliasCount: -1 }))
}

describe('the schema', () => {
  test.each(['openai-support.yaml', 'complete.yaml', 'payments.json', 'aliases.yaml'])('accepts %s', (name) => {
    const text = readFileSync(new URL(`documents/${name}`, import.meta.url), 'utf8')
    expect(accepts(text), JSON.stringify(validate.errors)).toBe(true)
    expect(readDocument(text, { file: name, timeZone: 'UTC' }).file).toBe(name)
  })

  const broken = [brokenStructure, brokenRules, brokenConditions, brokenValues, brokenHidden, brokenLimits].flat()

  test.each(meant)('accepts $title', ({ text }) => {
    expect(accepts(text), JSON.stringify(validate.errors)).toBe(true)
    expect(readDocument(text, { file: 'policy.yaml', timeZone: 'UTC' }).rules).toHaveLength(1)
  })

  test.each(broken.filter(({ isBeyondSchema }) => isBeyondSchema !== true))('refuses $title', ({ text }) => {
    expect(accepts(text)).toBe(false)
  })

  test.each(broken.filter(({ isBeyondSchema }) => isBeyondSchema))('can not see $title', ({ text }) => {
    expect(accepts(text)).toBe(true)
  })
})

describe('the names of the schema are those of the reader', () => {
  const { $defs: definitions, properties } = schema

  test.each<[string, object, readonly string[]]>([
    ['fields of a document', properties, documentFields],
    ['fields of appliesTo', properties.appliesTo.properties, appliesToFields],
    ['fields of a category', definitions.category.properties, categoryFields],
    ['fields of a rule', definitions.rule.properties, ruleFields],
    ['kinds of findings', definitions.redact.properties, findingKinds],
    ['conditions', definitions.conditions.properties, [...conditionNames, ...pathRoots]],
    ['operators', definitions.tests.properties, [...valueOperators, ...listOperators]],
    ['operators on tags', definitions.tagTests.properties, ['length', 'exists', 'contains', ...listOperators]],
    ['bounds of calls', definitions.calls.properties, ['of', ...boundOperators]],
    ['bounds of what was spent', definitions.spent.properties, ['of', ...boundOperators]],
    ['bounds of a length', definitions.tests.properties.length.oneOf[1]?.properties ?? {}, boundOperators],
  ])('%s', (_what, named, names) => {
    expect(Object.keys(named).sort()).toEqual([...names].sort())
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['modes', properties.mode.enum, modes],
    ['default effects', properties.defaultEffect.enum, defaultEffects],
    ['effects', definitions.rule.properties.effect.enum, ruleEffects],
    ['ways to redact', definitions.redactionAction.enum, redactionActions],
    ['days', [...new Set(definitions.dayRange.pattern.match(/[a-z]{3}/g))], weekdayNames],
  ])('%s', (_what, named, names) => {
    expect(named).toEqual(names)
  })
})
