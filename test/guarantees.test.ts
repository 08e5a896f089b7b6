import { describe, expect, test } from 'vitest'
import { files, read } from './workspace.ts'

const citation = /\[([A-Z]\d+)\]/g

/** The guarantees of `docs/guarantees.md`, by id: those that are kept today, and those that are only planned. */
function guarantees(): { kept: string[]; planned: string[] } {
  const [kept = '', planned = ''] = read('docs/guarantees.md').split('\n## Planned')
  const idsOf = (text: string) => [...text.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, id]) => id as string)
  return { kept: idsOf(kept), planned: idsOf(planned) }
}

/** The ids that the titles of tests cite. */
function cited(): Map<string, string[]> {
  const titles = [...files('packages/**/test/**/*.test.ts'), ...files('packages/quota/src/conformance/*.ts')]
  const byId = new Map<string, string[]>()
  for (const file of titles) {
    const calls = read(file).matchAll(
      /(?:\b(?:test|describe)(?:\.\w+(?:<[^(]*>)?(?:\((?:[^()]|\([^()]*\))*\))?)*|conforms)\(\s*(['"`])((?:(?!\1).)*)\1/gs,
    )
    for (const [, , title] of calls) {
      for (const [, id] of (title as string).matchAll(citation))
        byId.set(id as string, [...(byId.get(id as string) ?? []), file])
    }
  }
  return byId
}

describe('docs/guarantees.md', () => {
  const { kept, planned } = guarantees()

  test.each(kept)('%s is cited by a test that proves it', (id) => {
    expect(cited().get(id) ?? []).not.toEqual([])
  })

  test('names every guarantee once', () => {
    const all = [...kept, ...planned]
    expect(all.length).toBeGreaterThan(15)
    expect(new Set(all).size).toBe(all.length)
  })

  test('has every guarantee that a test cites, as one that is kept', () => {
    for (const [id, where] of cited()) expect(kept, `${id}, cited in ${where[0]}`).toContain(id)
  })
})
