import { setImmediate as endOfTurn } from 'node:timers/promises'
import { PolicyError, PolicyFields } from '@toolgate/core'
import type { AuditEntry } from '../../entry.ts'
import { levelOf, type PinoLogger } from '../../pino-sink.ts'
import type { CopiedEntry, JournalCopy } from './copy.ts'

/** What is used of a pino logger. */
export interface PinoCopyLogger extends PinoLogger {
  debug(fields: object, message: string): void
  /** Calls back once the destination has written what it was given before. */
  flush?(callback: (error?: Error | null) => void): void
}

export interface PinoCopyOptions {
  /** The name of the copy. `pino` by default. */
  readonly name?: string
}

/** How many entries are logged before others get a turn: each takes some microseconds of the one thread that there is. */
const entriesAtOnce = 25

/**
 * A copy of the journal for people and log pipelines: a line of a pino logger for each entry, with the fields
 * `toolgate` (the entry), `writer` and `seq`. Ends of calls are logged at the level of their outcome: executed and
 * pending ones as `info`, blocked ones as `warn`, failed and aborted ones as `error`. What the journal says of itself
 * is `info` (that records were lost: `warn`), and so that each call is one line, intents are `debug`.
 *
 * Every entry is written at least once, over crashes and kills, to a destination with a `minLength` of 1 or more, also
 * behind a transport: only that makes sonic-boom say when it has written, and whether it could. Others say so too early:
 * among them the one that `pino()` makes by itself, and transports with several targets. If their process is killed,
 * they lose what they have held in memory for more than a second or two; what they had for less is logged again. What
 * they can not write they keep in memory, without bound.
 *
 * pino lets a full disk end the process, unless somebody listens to the errors of the destination.
 *
 * @throws PolicyError for a logger or an option that can not be used.
 * @example
 * const destination = pino.destination({ dest: 'audit.log', minLength: 1 })
 * destination.on('error', console.error)
 * const sink = journal({ directory: 'audit', copies: [pinoCopy(pino(destination))] })
 */
export function pinoCopy(logger: PinoCopyLogger, options: PinoCopyOptions = {}): JournalCopy {
  if (levels.some((level) => typeof logger?.[level] !== 'function')) {
    throw new PolicyError({ field: 'pinoCopy.logger', value: logger, expected: 'a logger of pino, such as pino()' })
  }
  const fields = new PolicyFields(options, { path: 'pinoCopy', names: ['name'] })
  const name = fields.raw('name') ?? 'pino'
  if (typeof name !== 'string') throw fields.error('name', 'a string, such as "pino"')
  return new PinoCopy(name, logger)
}

const levels = ['debug', 'info', 'warn', 'error'] as const

class PinoCopy implements JournalCopy {
  readonly name: string
  readonly #logger: PinoCopyLogger
  /** Whether the destination may still hold what it could not write. */
  #isFailing = false

  constructor(name: string, logger: PinoCopyLogger) {
    this.name = name
    this.#logger = logger
  }

  async write(entries: readonly CopiedEntry[]): Promise<void> {
    // While it can not write, it is given nothing more: it would keep that in memory too.
    if (this.#isFailing) await flush(this.#logger)
    this.#isFailing = true
    await this.#logAll(entries)
    // With a large `minLength`, the first may come back while less than that is still in memory (sonic-boom 4.2).
    await flush(this.#logger)
    await flush(this.#logger)
    this.#isFailing = false
  }

  async #logAll(entries: readonly CopiedEntry[]): Promise<void> {
    for (const [index, entry] of entries.entries()) {
      if (index > 0 && index % entriesAtOnce === 0) await endOfTurn()
      log(this.#logger, entry)
    }
  }
}

/** What stands in the journal may have been changed there. Whatever it is, it is logged: no line holds up the others. */
function log(logger: PinoCopyLogger, { writer, seq, kind, line }: CopiedEntry): void {
  const entry = parse(line)
  const fields = { toolgate: entry ?? line, writer, seq }
  const { tool, outcome } = entry ?? {}
  if (typeof tool !== 'string') logger[kind === 'lost' ? 'warn' : 'info'](fields, `journal ${kind}`)
  else if (outcome === undefined) logger.debug(fields, `tool ${tool} begins`)
  else logger[levelOf(outcome)](fields, `tool ${tool} ${typeof outcome === 'string' ? outcome : 'ended'}`)
}

/** The fields of an entry that name a call, where it has one. */
function parse(line: string): Partial<AuditEntry> | undefined {
  try {
    return JSON.parse(line) as Partial<AuditEntry>
  } catch {
    return undefined
  }
}

function flush(logger: PinoCopyLogger): Promise<void> {
  return new Promise((resolve, reject) => {
    if (typeof logger.flush !== 'function') return resolve()
    logger.flush((error) => {
      if (error && !isUnsyncable(error)) reject(error)
      else resolve()
    })
  })
}

/** A pipe or a terminal has taken what was written, and has no disk to sync it to. */
function isUnsyncable({ syscall, code }: NodeJS.ErrnoException): boolean {
  return syscall === 'fsync' && (code === 'EINVAL' || code === 'ENOTSUP' || code === 'EROFS')
}
