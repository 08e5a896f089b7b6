import { readFileSync } from 'node:fs'
import { parsePolicy, readPolicyCases } from '@toolgate/rule'
import { describe, expect, test } from 'vitest'
import {
  appliesToFields,
  boundOperators,
  conditionNames,
  defaultEffects,
  documentFields,
  findingKinds,
  listOperators,
  redactionActions,
  ruleEffects,
  ruleFields,
  valueOperators,
} from '../src/document/names.ts'
import { pathRoots } from '../src/document/path.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const page = read('../../../../docs/policy.md')
const pages = [page, read('../README.md')]

/** What the blocks of the pages are, by how they begin: documents, rules, or tests. */
const blocks = pages
  .flatMap((text) => [...text.matchAll(/^```yaml\n(.*?)^```/gms)])
  .map(([, block = '']) => block.replace(/^#.*\n/, ''))
const documents = blocks.filter((block) => block.startsWith('name:'))
const rules = blocks.filter((block) => block.startsWith('- '))
const cases = blocks.filter((block) => block.startsWith('cases:'))

describe('the page of the language', () => {
  test('has documents, rules and tests, and nothing else', () => {
    expect(documents.length).toBeGreaterThan(1)
    expect(rules.length).toBeGreaterThan(1)
    expect(documents.length + rules.length + cases.length).toBe(blocks.length)
  })

  test.each(documents)('shows a document that loads: %#', (block) => {
    expect(parsePolicy(block).documents).toHaveLength(1)
  })

  test.each(rules)('shows rules that load: %#', (block) => {
    expect(parsePolicy(`name: of the page\nrules:\n${block}`).documents).toHaveLength(1)
  })

  test.each(cases)('shows tests that load: %#', (block) => {
    expect(readPolicyCases(block, { file: 'support.test.yaml' }).cases.length).toBeGreaterThan(0)
  })

  const names = [
    ...appliesToFields,
    ...boundOperators,
    ...conditionNames,
    ...defaultEffects,
    ...documentFields,
    ...findingKinds,
    ...listOperators,
    ...pathRoots,
    ...redactionActions,
    ...ruleEffects,
    ...ruleFields,
    ...valueOperators,
  ]
  test.each([...new Set(names)])('says what `%s` is', (name) => {
    expect(page).toMatch(new RegExp(`\`${name.replace('$', '\\$')}(\`|: )`))
  })
})
