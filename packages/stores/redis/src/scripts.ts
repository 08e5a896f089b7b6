import { messageOf } from '@toolgate/core'
import type { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './connection.ts'
import { Deadlines } from './deadlines.ts'
import { acquireLua, peekLua } from './lua/acquire.ts'
import { settleLua } from './lua/settle.ts'
import { Together } from './together.ts'
import { asUnavailable, notConnected, RedisUnavailableError } from './unavailable.ts'
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

interface WaitingCall {
  begin(): void
  fail(error: unknown): void
}

/** Runs the scripts on a client, each within a time-out: it never hangs, whatever the client or Redis does. */
export class Scripts {
  readonly client: RedisClient
  /** Why there is no connection, as far as is known: of a client of one's own, only what commands were told. */
  lastError: Error | undefined
  readonly #deadlines: Deadlines
  #isConnecting = false
  /** The calls that wait for a connection: until there is one, or their time is over. */
  readonly #waiting = new Set<WaitingCall>()
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
      let reply: Promise<Value> | undefined
      const deadline = this.#deadlines.start(() => {
        this.#waiting.delete(waiting)
        if (reply === undefined) return reject(notConnected(this.lastError))
        reply.catch(() => undefined)
        reject(new LateReplyError(this.#deadlines.timeoutMs, reply as Promise<unknown> as Promise<Reply>))
      })
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
      const begin = () => {
        reply = send()
        reply.then(succeed, (error: unknown) => {
          const isForgotten = messageOf(error).startsWith('NOSCRIPT') && !deadline.isOver
          if (!isForgotten) return fail(error)
          // ioredis sends a script again once. Redis may have forgotten it once more by then; it has surely not run it.
          reply = sendWhole()
          reply.then(succeed, fail)
        })
      }
      const waiting = { begin, fail }
      if (this.client.status === 'ready' && this.#hasNodes) begin()
      else this.#waitForConnection(waiting)
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
  #waitForConnection(waiting: WaitingCall): void {
    this.#waiting.add(waiting)
    if (this.#isConnecting) return
    this.#isConnecting = true
    const end = (tell: (call: WaitingCall) => void) => {
      this.#isConnecting = false
      const calls = [...this.#waiting]
      this.#waiting.clear()
      calls.forEach(tell)
    }
    this.#connection().then(
      () => end(({ begin }) => begin()),
      (error: unknown) => end(({ fail }) => fail(error)),
    )
  }

  async #connection(): Promise<void> {
    if (this.client.status !== 'ready') await this.#clientConnection()
    if (this.#hasNodes) return
    const mostMs = this.#deadlines.timeoutMs / 2
    await Promise.all((this.client as Cluster).nodes('master').map((node) => nodeConnection(node, mostMs)))
    this.#hasNodes = true
  }

  #clientConnection(): Promise<void> {
    const { client } = this
    if (client.status === 'wait') client.connect().catch(() => undefined)
    if (client.status === 'end') {
      return Promise.reject(new RedisUnavailableError('the connection to Redis was closed', { isPassing: false }))
    }
    if (client.status !== 'connecting' && client.status !== 'connect') {
      return Promise.reject(notConnected(this.lastError))
    }
    return new Promise((resolve, reject) => {
      const end = () => {
        client.off('ready', onReady)
        client.off('close', onClose)
        client.off('end', onClose)
      }
      const onReady = () => {
        end()
        resolve()
      }
      const onClose = () => {
        end()
        reject(notConnected(this.lastError))
      }
      client.once('ready', onReady)
      client.once('close', onClose)
      client.once('end', onClose)
    })
  }
}

/** Waits until a node is connected to, or can not be; one that says nothing does not hold up the others. */
async function nodeConnection(node: Redis, mostMs: number): Promise<void> {
  if (node.status === 'wait') node.connect().catch(() => undefined)
  if (node.status !== 'connecting' && node.status !== 'connect') return
  await new Promise<void>((resolve) => {
    setTimeout(resolve, mostMs).unref()
    node.once('ready', resolve)
    node.once('end', resolve)
  })
}
