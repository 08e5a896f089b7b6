import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/**
 * Builds and packs every package as it would be published, and checks the tarballs: with publint, with "are the types
 * wrong", and by importing each of their entries with plain Node.js.
 */
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'toolgate-pack-'))
const modules = join(folder, 'node_modules')

function run(command: string, args: readonly string[], cwd: string = root): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Packs one package and puts what is in the tarball where the others find it; returns its entries. */
function packAndInstall(source: string): string[] {
  const { filename } = JSON.parse(run('pnpm', ['pack', '--json', '--pack-destination', folder], source)) as {
    filename: string
  }
  run('publint', ['run', filename, '--strict'])
  run('attw', [filename, '--profile', 'esm-only'])
  const unpacked = mkdtempSync(join(folder, 'unpacked-'))
  run('tar', ['-xzf', filename, '-C', unpacked])
  const manifest = JSON.parse(readFileSync(join(unpacked, 'package', 'package.json'), 'utf8')) as Manifest
  link(join(unpacked, 'package'), manifest.name)
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const isOurs = dependency === 'toolgate' || dependency.startsWith('@toolgate/')
    if (!isOurs) link(join(source, 'node_modules', dependency), dependency)
  }
  return Object.keys(manifest.exports).map((entry) => join(manifest.name, entry))
}

function link(target: string, name: string): void {
  const path = join(modules, name)
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

try {
  run('tsc', ['-b'])
  const packages = globSync('packages/{*,*/*}/package.json', { cwd: root }).map((path) => join(root, dirname(path)))
  const entries = packages.flatMap(packAndInstall)
  const imports = entries.map((entry) => {
    const how = entry.endsWith('.json') ? `, { with: { type: 'json' } }` : ''
    return `console.log('  ${entry}:', Object.keys(await import('${entry}'${how})).length, 'exports')`
  })
  writeFileSync(join(folder, 'import.mjs'), imports.join('\n'))
  process.stdout.write(run(process.execPath, [join(folder, 'import.mjs')], folder))
  console.log(`${packages.length} packages are packed as they should be`)
} catch (error) {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string }
  console.error(`${stdout}${stderr}${message}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
