import type { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import { acquireLua } from './lua/acquire.ts'
import { settleLua } from './lua/settle.ts'
import { asUnavailable, lostConnection, RedisUnavailableError } from './unavailable.ts'
import type { Reply, ScriptCall } from './wire.ts'

/** The names under which the scripts are defined on a client. */
export type ScriptName = 'toolgateAcquire' | 'toolgateSettle'

type ScriptClient = RedisClient & Record<ScriptName, (...args: (string | number)[]) => Promise<Reply>>

/** Redis did not answer in time. What it did, and whether it will, is not known. */
export class LateReplyError extends RedisUnavailableError {
  readonly reply: Promise<Reply>

  constructor(timeoutMs: number, reply: Promise<Reply>) {
    super(`Redis did not answer within ${timeoutMs} ms`, { isPassing: true })
    this.reply = reply
  }
}

/** Runs the scripts on a client, each within a time-out: it never hangs, whatever the client or Redis does. */
export class Scripts {
  readonly client: RedisClient
  readonly timeoutMs: number
  /** What the connection died of last, for a client of our own. */
  lastError: Error | undefined
  #connecting: Promise<void> | undefined

  constructor(client: RedisClient, timeoutMs: number) {
    client.defineCommand('toolgateAcquire', { lua: acquireLua })
    client.defineCommand('toolgateSettle', { lua: settleLua })
    this.client = client
    this.timeoutMs = timeoutMs
  }

  /** @throws RedisUnavailableError, which is a `LateReplyError` at the time-out. */
  run(script: ScriptName, { keys, args }: ScriptCall): Promise<Reply> {
    return new Promise((resolve, reject) => {
      let isOver = false
      const reply =
        this.client.status === 'ready'
          ? this.#send(script, keys, args)
          : this.#sendWhenReady(script, keys, args, () => isOver)
      const timer = setTimeout(() => {
        isOver = true
        reply.catch(() => undefined)
        reject(new LateReplyError(this.timeoutMs, reply))
      }, this.timeoutMs)
      reply.then(
        (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(asUnavailable(error, this.lastError))
        },
      )
    })
  }

  #send(script: ScriptName, keys: readonly string[], args: ScriptCall['args']): Promise<Reply> {
    if (!this.client.isCluster) this.#writeTogether((this.client as Redis).stream)
    return (this.client as ScriptClient)[script](keys.length, ...keys, ...args)
  }

  #corked = 0
  #writeTogether(stream: Redis['stream']): void {
    const K = Number(process.env.K ?? 8)
    if (K === 0) return
    if (this.#corked === 0) {
      stream.cork()
      process.nextTick(() => { if (this.#corked > 0) { this.#corked = 0; stream.uncork() } })
    } else if (this.#corked >= K) {
      stream.uncork()
      this.#corked = 0
      stream.cork()
    }
    this.#corked++
  }

  /** While a connection is being made, calls wait for it; between two attempts they do not. */
  async #sendWhenReady(
    script: ScriptName,
    keys: readonly string[],
    args: ScriptCall['args'],
    isOver: () => boolean,
  ): Promise<Reply> {
    this.#connecting ??= this.#connection().finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
    if (isOver()) throw lostConnection(this.lastError)
    return this.#send(script, keys, args)
  }

  #connection(): Promise<void> {
    const { client } = this
    if (client.status === 'wait') client.connect().catch(() => undefined)
    if (client.status !== 'connecting' && client.status !== 'connect') {
      return Promise.reject(lostConnection(this.lastError))
    }
    return new Promise((resolve, reject) => {
      const end = () => {
        client.off('ready', onReady)
        client.off('close', onClose)
      }
      const onReady = () => {
        end()
        resolve()
      }
      const onClose = () => {
        end()
        reject(lostConnection(this.lastError))
      }
      client.once('ready', onReady)
      client.once('close', onClose)
    })
  }
}
