import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, publishedPackages, read } from './workspace.ts'

const packages = publishedPackages()

/** The layers of the design, from the top: a package may depend on those of lower layers only. */
const layers: readonly RegExp[] = [
  /^packages\/toolgate$/,
  /^packages\/adapters\//,
  /^packages\/(gates|stores)\//,
  /^packages\/quota$/,
  /^packages\/core$/,
]
const layerOf = (folder: string) => layers.findIndex((layer) => layer.test(folder))

describe('the arrows between packages', () => {
  test.each(packages.map(({ name, folder, dependsOn }) => ({ name, folder, dependsOn })))(
    '$name depends on lower layers only',
    ({ folder, dependsOn }) => {
      expect(layerOf(folder)).not.toBe(-1)
      for (const dependency of dependsOn) {
        const target = packages.find(({ name }) => name === dependency)
        expect(layerOf(target?.folder ?? ''), dependency).toBeGreaterThan(layerOf(folder))
      }
    },
  )

  test('adapters stand on core alone: they have no policy of their own', () => {
    const adapters = packages.filter(({ folder }) => folder.startsWith('packages/adapters/'))
    expect(adapters.length).toBeGreaterThan(0)
    for (const { name, dependsOn } of adapters) expect(dependsOn, name).toEqual(['@toolgate/core'])
  })

  test('every import of a package’s source is among its dependencies', () => {
    for (const { folder, name, dependsOn } of packages) {
      const imported = files(`${folder}/src/**/*.ts`).flatMap((file) => importsOf(file))
      const own = imported.filter((specifier) => /^(@toolgate\/|toolgate$)/.test(specifier))
      for (const specifier of own) expect(dependsOn, `${name} imports ${specifier}`).toContain(specifier)
    }
  })
})

test('no file of the sources imports in a circle, types included', () => {
  const sources = files('packages/**/src/**/*.ts')
  const graph = new Map(
    sources.map((file) => {
      const relatives = importsOf(file).filter((specifier) => specifier.startsWith('.'))
      return [file, relatives.map((specifier) => normalize(join(dirname(file), specifier)))] as const
    }),
  )
  const finished = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    expect(path, `a circle: ${[...path, file].join(' → ')}`).not.toContain(file)
    if (finished.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    finished.add(file)
  }
  for (const file of sources) visit(file, [])
  expect(finished.size).toBeGreaterThan(50)
})

test('every package looks the same inside: README.md, package.json, src, test', () => {
  for (const { folder } of packages) {
    for (const part of ['README.md', 'package.json', 'tsconfig.json', 'src/index.ts', 'test/*.test.ts']) {
      expect(files(`${folder}/${part}`), `${folder}/${part}`).not.toEqual([])
    }
  }
})

test('the build knows every package, and every reference between two', () => {
  const references = (path: string) => {
    const { references: listed = [] } = JSON.parse(read(path)) as { references?: { path: string }[] }
    return listed.map((reference) => normalize(join(dirname(path), reference.path)))
  }
  expect(references('tsconfig.json').toSorted()).toEqual(packages.map(({ folder }) => folder).toSorted())
  for (const { folder, dependsOn } of packages) {
    const expected = packages.filter(({ name }) => dependsOn.includes(name)).map((target) => target.folder)
    expect(references(`${folder}/tsconfig.json`).toSorted(), folder).toEqual(expected.toSorted())
  }
})

test('the tests of every package are among the projects', async () => {
  const { default: workspace } = await import('../vitest.workspace.ts')
  const { projects } = workspace.test as { projects: { test: { include: string[] } }[] }
  const included = projects.flatMap(({ test: project }) => project.include)
  for (const { folder } of packages) expect(included).toContain(`${folder}/test/**/*.test.ts`)
})

test('native packages are chosen for the Node.js that the scripts run on', () => {
  const workspace = read('pnpm-workspace.yaml')
  const [, catalogued] = /^ {2}node: (.+)$/m.exec(workspace) ?? []
  expect(catalogued).toBeDefined()
  expect(workspace).toContain(`\nnodeVersion: ${catalogued}\n`)
})

test('every example is a package whose test runs it', () => {
  const manifests = files('examples/*/package.json')
  expect(manifests.length).toBeGreaterThan(0)
  for (const path of manifests) {
    const { scripts } = JSON.parse(read(path)) as { scripts: Record<string, string> }
    expect(scripts.test, path).toMatch(/^node /)
  }
})

function importsOf(file: string): string[] {
  const specifiers = read(file).matchAll(/(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]/g)
  return [...specifiers].map(([, specifier]) => specifier as string)
}
