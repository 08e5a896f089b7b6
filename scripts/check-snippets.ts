import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Compiles every TypeScript snippet of the README and the docs, each as a module of its own. */
const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'docs', '.snippets')

/** The code of a page's `ts` blocks, each at the line where it stands, so that an error points there. */
function snippetsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((block) => {
    const linesBefore = text.slice(0, block.index).split('\n').length
    return `${'\n'.repeat(linesBefore)}${block[1]}\nexport {}\n`
  })
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
try {
  const pages = globSync(['README.md', 'docs/**/*.md', 'packages/{*,*/*}/README.md'], {
    cwd: root,
    exclude: (path) => String(path).includes('node_modules'),
  })
  let count = 0
  for (const page of pages) {
    snippetsOf(page).forEach((code, index) => {
      writeFileSync(join(folder, `${page.replaceAll('/', '.')}.${index + 1}.ts`), code)
      count++
    })
  }
  const { status, stdout } = spawnSync('tsc', ['-p', join(root, 'docs')], { cwd: root, encoding: 'utf8' })
  process.stdout.write(stdout)
  if (status !== 0 || count === 0) process.exitCode = 1
  else console.log(`${count} snippets of ${pages.length} pages compile`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
