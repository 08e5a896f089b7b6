import type { Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import { Deadlines } from './deadlines.ts'
import { acquireLua } from './lua/acquire.ts'
import { settleLua } from './lua/settle.ts'
import { asUnavailable, lostConnection, RedisUnavailableError } from './unavailable.ts'
import type { Reply, ScriptCall } from './wire.ts'

/** The names under which the scripts are defined on a client. */
export type ScriptName = 'toolgateAcquire' | 'toolgateSettle'

type ScriptClient = RedisClient & Record<ScriptName, (...args: (string | number)[]) => Promise<Reply>>

const commandsPerWrite = 8

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
  /** What the connection died of last, for a client of our own. */
  lastError: Error | undefined
  readonly #deadlines: Deadlines
  #connecting: Promise<void> | undefined
  #sentInTurn = 0

  constructor(client: RedisClient, timeoutMs: number) {
    client.defineCommand('toolgateAcquire', { lua: acquireLua })
    client.defineCommand('toolgateSettle', { lua: settleLua })
    this.client = client
    this.#deadlines = new Deadlines(timeoutMs)
  }

  /** @throws RedisUnavailableError, which is a `LateReplyError` at the time-out. */
  run(script: ScriptName, scriptCall: ScriptCall): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.start(() => {
        reply.catch(() => undefined)
        reject(new LateReplyError(this.#deadlines.timeoutMs, reply))
      })
      const reply =
        this.client.status === 'ready'
          ? this.#send(script, scriptCall)
          : this.#sendWhenReady(script, scriptCall, () => deadline.isOver)
      reply.then(
        (value) => {
          this.#deadlines.end(deadline)
          resolve(value)
        },
        (error: unknown) => {
          this.#deadlines.end(deadline)
          reject(asUnavailable(error, this.lastError))
        },
      )
    })
  }

  #send(script: ScriptName, { keys, args }: ScriptCall): Promise<Reply> {
    if (!this.client.isCluster) this.#writeTogether((this.client as Redis).stream)
    return (this.client as ScriptClient)[script](keys.length, ...keys, ...args)
  }

  /**
   * By itself, ioredis makes a system call for each command. This way there is one for several commands of a turn: the
   * first goes at once, so that Redis works on it while the next are being made, and then so many at a time.
   */
  #writeTogether(stream: Redis['stream']): void {
    const position = this.#sentInTurn++
    if (position === 0) {
      process.nextTick(() => {
        if (this.#sentInTurn > 1) stream.uncork()
        this.#sentInTurn = 0
      })
      return
    }
    if (position > 1 && position % commandsPerWrite === 1) stream.uncork()
    if (position % commandsPerWrite === 1) stream.cork()
  }

  /** While a connection is being made, calls wait for it; between two attempts they do not. */
  async #sendWhenReady(script: ScriptName, scriptCall: ScriptCall, isOver: () => boolean): Promise<Reply> {
    this.#connecting ??= this.#connection().finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
    if (isOver()) throw lostConnection(this.lastError)
    return this.#send(script, scriptCall)
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
