import { longestTimerMs, messageOf, PolicyFields } from '@toolgate/core'
import { type ClientUse, connect, type RedisClient } from './connection.ts'
import { Scripts } from './scripts.ts'
import { readServer, type ServerSettings } from './server-options.ts'
import { RedisUnavailableError } from './unavailable.ts'

export interface RedisStreamCopyOptions {
  /** The server, such as `redis://127.0.0.1:6379` or `rediss://user:password@host:6380/2`. Either this or `client`. */
  readonly url?: string
  /** A client of ioredis, made with `redisOptions` or `clusterOptions`. The copy leaves it open. */
  readonly client?: RedisClient
  /** The key of the stream. `toolgate:audit` by default. */
  readonly stream?: string
  /**
   * About how many entries the stream keeps, the latest: those before them are gone, read or not. 1,000,000 by default.
   */
  readonly maxEntries?: number
  /** The longest that Redis may take to answer, in milliseconds. 5,000 by default. */
  readonly commandTimeoutMs?: number
  /** The name of the copy in the journal. `redis` by default. */
  readonly name?: string
}

/** An entry of a journal, as its copies get it. */
export interface StreamEntry {
  readonly writer: string
  readonly seq: number
  readonly kind: string
  readonly line: string
}

/** A copy of a journal in a Redis Stream: what `copies` of the journal of `@toolgate/audit` takes. */
export interface RedisStreamCopy {
  readonly name: string
  /** @throws RedisUnavailableError when Redis has not taken them, or it is not known that it has. */
  write(entries: readonly StreamEntry[]): Promise<void>
  /** Closes the connection, if it is the copy's own. */
  close(): Promise<void>
}

/**
 * A copy of a journal for other machines, in a stream of Redis 7 or newer (or a server that is compatible). Each entry is
 * a message with the fields `writer`, `seq`, `kind` and `entry` (the line as it is stored), at least once: entries come
 * again after a crash or when a reply is lost, and their first messages are in the order of `seq` for each writer. Keep
 * the first of each `(writer, seq)`.
 *
 * It connects with its first entries. While Redis is down, entries wait in the journal's files, and no call for them.
 *
 * @throws PolicyError for an option that can not be used.
 * @example
 * const copy = redisStreamCopy({ url: 'redis://127.0.0.1:6379' })
 * const sink = journal({ directory: 'audit', copies: [copy] })
 */
export function redisStreamCopy(options: RedisStreamCopyOptions): RedisStreamCopy {
  return new StreamCopy(readOptions(options))
}

interface CopySettings extends ServerSettings {
  readonly stream: string
  readonly maxEntries: number
  readonly commandTimeoutMs: number
  readonly name: string
}

const names: (keyof RedisStreamCopyOptions)[] = ['url', 'client', 'stream', 'maxEntries', 'commandTimeoutMs', 'name']

const use: ClientUse = {
  by: 'redisStreamCopy',
  resent: 'entries that are under way when the connection is lost come out of order',
  queued: 'entries pile up in memory while Redis is down',
  name: 'the copy has a `stream`',
}

function readOptions(options: RedisStreamCopyOptions): CopySettings {
  const fields = new PolicyFields(options, { path: 'redisStreamCopy', names })
  return {
    ...readServer(fields, use),
    stream: readText(fields, 'stream') ?? 'toolgate:audit',
    maxEntries: fields.wholeNumber('maxEntries', { least: 1 }) ?? 1_000_000,
    commandTimeoutMs: fields.durationMs('commandTimeoutMs', longestTimerMs) ?? 5_000,
    name: readText(fields, 'name') ?? 'redis',
  }
}

function readText(fields: PolicyFields, field: 'stream' | 'name'): string | undefined {
  const text = fields.raw(field)
  if (text === undefined || (typeof text === 'string' && text !== '')) return text
  throw fields.error(field, 'a string that is not empty')
}

/** Redis serves nobody else meanwhile: some of its time goes to those who wait for a decision. */
const mostAtOnce = 100

/**
 * Adds entries in order, and none after one that can not be added. As single commands in a transaction they would take
 * this process three times as long.
 */
const addLua = `
for index = 2, #ARGV, 4 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*',
    'writer', ARGV[index], 'seq', ARGV[index + 1], 'kind', ARGV[index + 2], 'entry', ARGV[index + 3])
end`

class StreamCopy implements RedisStreamCopy {
  readonly name: string
  readonly #settings: CopySettings
  readonly #scripts: Scripts

  constructor(settings: CopySettings) {
    this.name = settings.name
    this.#settings = settings
    const noteError = (error: Error) => {
      this.#scripts.lastError = error
    }
    const client = settings.client ?? connect(settings.url as string, noteError, { isLazy: true })
    this.#scripts = new Scripts(client, settings.commandTimeoutMs)
  }

  async write(entries: readonly StreamEntry[]): Promise<void> {
    // One after the other: if some can not be added, those after them are not, so that none comes to stand before them.
    for (let from = 0; from < entries.length; from += mostAtOnce) {
      await this.#scripts.inTime(() => this.#add(entries.slice(from, from + mostAtOnce)))
    }
  }

  async close(): Promise<void> {
    // There is nothing left to wait for: what was written has been answered, or will be handed on again.
    if (this.#settings.client === undefined) this.#scripts.client.disconnect()
  }

  async #add(entries: readonly StreamEntry[]): Promise<void> {
    const { stream, maxEntries } = this.#settings
    const args: (string | number)[] = [maxEntries]
    for (const { writer, seq, kind, line } of entries) args.push(writer, seq, kind, line)
    try {
      await this.#scripts.client.eval(addLua, 1, stream, ...args)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  /** What Redis says of a stream, where it is not what it says of quotas. */
  #explained(error: unknown): unknown {
    const message = messageOf(error)
    if (/^NOPERM\b|user executing the script can't/.test(message)) {
      return this.#unavailable('Redis does not let this user write the stream (see docs/redis.md)', error)
    }
    if (/^WRONGTYPE\b/.test(message)) {
      const { stream } = this.#settings
      return this.#unavailable(`\`${stream}\` is no stream; give the copy a \`stream\` of its own`, error)
    }
    return error
  }

  #unavailable(meaning: string, cause: unknown): RedisUnavailableError {
    return new RedisUnavailableError(`${meaning} (${messageOf(cause)})`, { cause, isPassing: true })
  }
}
