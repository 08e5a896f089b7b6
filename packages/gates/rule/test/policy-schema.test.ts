import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import schema from '../policy.schema.json' with { type: 'json' }
import {
  appliesToFields,
  boundOperators,
  categoryFields,
  conditionNames,
  days,
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
import { brokenConditions } from './documents/broken-conditions.ts'
import { brokenLimits } from './documents/broken-limits.ts'
import { brokenRules } from './documents/broken-rules.ts'
import { brokenStructure } from './documents/broken-structure.ts'
import { brokenValues } from './documents/broken-values.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema)

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

  const broken = [...brokenStructure, ...brokenRules, ...brokenConditions, ...brokenValues, ...brokenLimits]

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
    ['days', [...new Set(definitions.dayRange.pattern.match(/[a-z]{3}/g))], days],
  ])('%s', (_what, named, names) => {
    expect(named).toEqual(names)
  })
})
