import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RedisServer, startRedis } from '@toolgate/redis-server'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stats, webpack } from 'webpack'

const entry = join(import.meta.dirname, 'bundled.ts')

let server: RedisServer
/** Outside of the repository, so that no package can be found from it. */
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'toolgate-bundle-'))
  server = await startRedis()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function bundleWithEsbuild(): Promise<string> {
  const outfile = join(folder, 'esbuild.mjs')
  // What esbuild advises where an ES module has CommonJS modules in it: ioredis is one.
  const banner = "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)"
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: { js: banner },
    logLevel: 'error',
  })
  return outfile
}

async function bundleWithWebpack(): Promise<string> {
  const output = { path: folder, filename: 'webpack.cjs' }
  const compiler = webpack({ mode: 'production', target: 'node22', entry, output })
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    compiler.run((error, done) => (error ? reject(error) : resolve(done)))
  })
  expect(stats?.toJson({ all: false, errors: true }).errors).toEqual([])
  await new Promise((resolve) => compiler.close(resolve))
  return join(output.path, output.filename)
}

/** What the program prints, each time with quotas of its own. */
async function run(program: string, prefix: string): Promise<unknown> {
  const { NODE_PATH: _, NODE_OPTIONS: __, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [program, server.url, prefix], { cwd: folder, env })
  return JSON.parse(stdout)
}

// Bundling takes a few seconds where nothing else runs.
const timeout = 60_000

test.for([
  { bundler: 'esbuild, as a minified ES module', bundle: bundleWithEsbuild },
  { bundler: 'webpack, for production', bundle: bundleWithWebpack },
])(
  'the store in a program that is bundled by $bundler says what it says unbundled',
  { timeout },
  async ({ bundler, bundle }) => {
    const unbundled = await run(entry, `unbundled ${bundler}`)
    expect(unbundled).toMatchObject({ settled: [{ used: 2 }, { used: 2 }], refused: { admitted: false } })
    expect(await run(await bundle(), bundler)).toEqual(unbundled)
  },
)
