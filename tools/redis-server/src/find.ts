import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** In Debian's package of the tools, the server stands under the name of another: it acts by the name it is called by. */
const debianProgram = '/usr/bin/redis-check-rdb'

/**
 * The path of a `redis-server`: what the environment variable `REDIS_SERVER` says, or else one on the PATH, or else the
 * one of Debian's `redis-tools`, which is installed where we are root. That package brings the program, and no service.
 * @throws Error that says how to install it.
 */
export function findRedisServer(): string {
  const named = process.env.REDIS_SERVER
  if (named) {
    if (isProgram(named)) return named
    throw new Error(`REDIS_SERVER is \`${named}\`, which is no program; name a redis-server of version 7 or newer`)
  }
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => ['redis-server', 'valkey-server'].map((name) => join(folder, name)))
    .find(isProgram)
  if (found !== undefined) return found
  if (existsSync(debianProgram) || installOnDebian()) return debianServer()
  throw new Error(
    [
      'there is no redis-server; install one of version 7 or newer, or name it in REDIS_SERVER:',
      '  Debian, Ubuntu   sudo apt-get install redis-server',
      '  Fedora           sudo dnf install redis',
      '  Alpine           sudo apk add redis',
      '  macOS            brew install redis',
    ].join('\n'),
  )
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installOnDebian(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return false
  console.error('there is no redis-server on this machine: installing the redis-tools of Debian')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=120']
  const run = (...args: string[]) =>
    spawnSync('apt-get', [...wait, ...args], { env, encoding: 'utf8', timeout: 300_000 })
  run('update')
  const { status, stderr } = run('install', '--yes', '--no-install-recommends', 'redis-tools')
  if (status !== 0) console.error(`apt-get could not install redis-tools:\n${stderr}`)
  return status === 0 && existsSync(debianProgram)
}

function debianServer(): string {
  const folder = join(tmpdir(), `toolgate-redis-server-${process.getuid?.() ?? 0}`)
  const path = join(folder, 'redis-server')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    symlinkSync(debianProgram, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return path
}
