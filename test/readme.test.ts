import { expect, test } from 'vitest'
import { files, read } from './workspace.ts'

test('what the README shows of a terminal is what the demo prints', () => {
  const blocks = [...read('README.md').matchAll(/^```text\n(.*?)^```/gms)].map(([, text]) => text as string)
  const printed = read('examples/quickstart/expected.txt')
  expect(blocks.length).toBeGreaterThan(0)
  for (const block of blocks) expect(printed).toContain(block)
})

test('the gate in the docs is the one of its example', () => {
  const example = read('examples/write-a-gate/src/opening-hours.ts')
  const body = example.slice(example.indexOf('  return {'))
  expect(read('docs/write-a-gate.md')).toContain(body)
})

test('every link between the pages leads to a file or a folder', () => {
  const pages = [...files('*.md'), ...files('docs/**/*.md'), ...files('{packages,examples,benchmarks}/**/README.md')]
  expect(pages.length).toBeGreaterThan(10)
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      const path = new URL(target as string, `file:///${page}`).pathname.slice(1)
      expect(files(path.replace(/\/$/, '')), `${page} → ${target}`).not.toEqual([])
    }
  }
})
