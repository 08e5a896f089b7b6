import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { findRedisServer } from './find.ts'
import { freePort } from './wait.ts'

export interface RedisServerOptions {
  /** Settings of redis.conf, such as `{ maxmemory: '3mb' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** A free one by default. */
  readonly port?: number
  readonly isSentinel?: boolean
}

/** How long a server may take to start or to end. */
const mostMs = 20_000

/** A server of our own, on loopback and in a temporary folder. It ends with this process at the latest, unless that is killed. */
export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly #settings: Readonly<Record<string, string>>
  readonly #isSentinel: boolean
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'toolgate-redis-'))
  #process: ChildProcess | undefined

  constructor(port: number, { settings = {}, isSentinel = false }: RedisServerOptions) {
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.#settings = settings
    this.#isSentinel = isSentinel
    process.once('exit', this.#endAtOnce)
  }

  get processId(): number {
    return this.#process?.pid as number
  }

  /** Starts it, and waits until it takes commands. */
  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      appendonly: 'no',
      ...this.#settings,
    }
    const file = join(this.#folder, 'redis.conf')
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value || '""'}\n`)
    writeFileSync(file, lines.join(''))
    const args = this.#isSentinel ? [file, '--sentinel'] : [file]
    const child = spawn(findRedisServer(), args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    await isReady(child)
  }

  /** Stops it as an operator does: it writes its data first, if it keeps any. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** Ends it as a crash does. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Lets it stand still: connections stay open, and nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** A client for what a test has to do by itself. */
  client(): Redis {
    return new Redis(this.url)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    process.off('exit', this.#endAtOnce)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(mostMs) })
    child.kill(signal)
    await ended
  }

  readonly #endAtOnce = (): void => {
    this.#process?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Starts a server with these settings. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = new RedisServer(options.port ?? (await freePort()), options)
  await server.start()
  return server
}

async function isReady(child: ChildProcess): Promise<void> {
  const said: string[] = []
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it took too long')), mostMs)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
    lines.on('line', (line) => {
      if (said.length < 50) said.push(line)
      if (!/Ready to accept connections|\+monitor/.test(line)) return
      clearTimeout(timer)
      resolve()
    })
  })
  try {
    await ready
  } catch (error) {
    throw new Error(`redis-server did not start: ${said.join('\n')}`, { cause: error })
  }
}
