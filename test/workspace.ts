import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface Package {
  /** The folder, from the root of the repository. */
  readonly folder: string
  readonly name: string
  /** The names of the packages of this repository that it depends on when it is installed. */
  readonly dependsOn: readonly string[]
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

/** The packages that are published. */
export function publishedPackages(): Package[] {
  return globSync('packages/{*,*/*}/package.json', { cwd: root }).map((path) => {
    const manifest = JSON.parse(read(path)) as Manifest
    const all = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const dependsOn = all.filter((name) => name === 'toolgate' || name.startsWith('@toolgate/'))
    return { folder: join(path, '..'), name: manifest.name, dependsOn }
  })
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Files of the repository that git would know, by a glob from the root. */
export function files(glob: string): string[] {
  const isOwn = (path: string) => !/(^|\/)(node_modules|dist)\//.test(path)
  return globSync(glob, { cwd: root })
    .map((path) => relative(root, join(root, path)))
    .filter(isOwn)
    .toSorted()
}
