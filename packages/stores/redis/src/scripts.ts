import { messageOf } from '@toolgate/core'
import type { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import { Deadlines } from './deadlines.ts'
import { acquireLua, peekLua } from './lua/acquire.ts'
import { settleLua } from './lua/settle.ts'
import { Together } from './together.ts'
import { asUnavailable, lostConnection, RedisUnavailableError } from './unavailable.ts'
import type { Reply, ScriptCall } from './wire.ts'

/** The scripts, by the names under which they are defined on a client. */
const scripts = { toolgateAcquire: acquireLua, toolgatePeek: peekLua, toolgateSettle: settleLua }

export type ScriptName = 'toolgateAcquire' | 'toolgatePeek' | 'toolgateSettle'

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
  /** Why there is no connection, as far as is known: of a client of one's own, only what commands were told. */
  lastError: Error | undefined
  readonly #deadlines: Deadlines
  #connecting: Promise<void> | undefined
  readonly #together = new Together((scriptCall) => this.#sendAlone('toolgateAcquire', scriptCall))
  /** Whether the nodes of a cluster have been connected to: while they are, ioredis keeps one command for each. */
  #hasNodes: boolean

  constructor(client: RedisClient, timeoutMs: number) {
    for (const [name, lua] of Object.entries(scripts)) client.defineCommand(name, { lua })
    this.client = client
    this.#hasNodes = !client.isCluster
    this.#deadlines = new Deadlines(timeoutMs)
  }

  /** Runs a script. @throws RedisUnavailableError, which is a `LateReplyError` at the time-out. */
  run(script: ScriptName, scriptCall: ScriptCall): Promise<Reply> {
    return this.inTime(
      () => this.#send(script, scriptCall),
      () => this.#sendWhole(script, scriptCall),
    )
  }

  /**
   * Sends a command when there is a connection, and waits for its reply.
   * @param sendWhole how it is sent where Redis has forgotten the script.
   * @throws RedisUnavailableError, which is a `LateReplyError` at the time-out.
   */
  inTime<Value>(send: () => Promise<Value>, sendWhole: () => Promise<Value> = send): Promise<Value> {
    return new Promise((resolve, reject) => {
      const deadline = this.#deadlines.start(() => {
        reply.catch(() => undefined)
        reject(new LateReplyError(this.#deadlines.timeoutMs, reply as Promise<unknown> as Promise<Reply>))
      })
      const isReady = this.client.status === 'ready' && this.#hasNodes
      const reply = isReady ? send() : this.#sendWhenReady(send, () => deadline.isOver)
      const succeed = (value: Value) => {
        this.#deadlines.end(deadline)
        this.lastError = undefined
        resolve(value)
      }
      const fail = (error: unknown) => {
        this.#deadlines.end(deadline)
        // ioredis gives up the connection to a replica: that is why there is none then.
        if (messageOf(error).startsWith('READONLY')) this.lastError = error as Error
        reject(asUnavailable(error, this.lastError))
      }
      reply.then(succeed, (error: unknown) => {
        // ioredis sends a script again once. Redis may have forgotten it once more by then; it has surely not run it.
        if (messageOf(error).startsWith('NOSCRIPT')) sendWhole().then(succeed, fail)
        else fail(error)
      })
    })
  }

  #send(script: ScriptName, scriptCall: ScriptCall): Promise<Reply> {
    // In a cluster, calls may be on their way to different nodes. With a clock of its own, each has another time.
    const isPlain = scriptCall.args[0] === '' && scriptCall.args[1] === 'plain'
    return isPlain && !this.client.isCluster ? this.#together.send(scriptCall) : this.#sendAlone(script, scriptCall)
  }

  #sendAlone(script: ScriptName, { keys, args }: ScriptCall): Promise<Reply> {
    return (this.client as ScriptClient)[script](keys.length, ...keys, ...args)
  }

  #sendWhole(script: ScriptName, { keys, args }: ScriptCall): Promise<Reply> {
    return this.client.eval(scripts[script], keys.length, ...keys, ...args) as Promise<Reply>
  }

  /** While a connection is being made, calls wait for it; between two attempts they do not. */
  async #sendWhenReady<Value>(send: () => Promise<Value>, isOver: () => boolean): Promise<Value> {
    this.#connecting ??= this.#connection().finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
    if (isOver()) throw lostConnection(this.lastError)
    return send()
  }

  async #connection(): Promise<void> {
    if (this.client.status !== 'ready') await this.#clientConnection()
    if (this.#hasNodes) return
    await Promise.all((this.client as Cluster).nodes('master').map(nodeConnection))
    this.#hasNodes = true
  }

  #clientConnection(): Promise<void> {
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

/** Waits until a node is connected to, or can not be. */
async function nodeConnection(node: Redis): Promise<void> {
  if (node.status === 'wait') return node.connect().catch(() => undefined)
  if (node.status !== 'connecting' && node.status !== 'connect') return
  await new Promise<void>((resolve) => {
    node.once('ready', resolve)
    node.once('end', resolve)
  })
}
