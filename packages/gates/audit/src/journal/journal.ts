import type { AuditEntry, AuditIntent, AuditSink, RecordContext } from '../entry.ts'
import { Copier } from './copies/copier.ts'
import { newWriterId } from './format/layout.ts'
import { encodeNoteKey } from './format/note.ts'
import { JournalError } from './journal-error.ts'
import { type JournalOptions, type JournalSettings, readSettings } from './settings.ts'
import { type Erased, type EraseOptions, eraseValues, findValues } from './upkeep/erasing.ts'
import type { JournalLog } from './upkeep/journal-log.ts'
import { type Pruned, type PruneOptions, pruneJournal, readPruneOptions } from './upkeep/prune-journal.ts'
import { EndRecord, IntentRecord, OwnRecord } from './writing/record.ts'
import { SegmentOpener } from './writing/segment-opener.ts'
import { Signing } from './writing/signing.ts'
import { fileSigner } from './writing/signing-key.ts'
import { Writer } from './writing/writer.ts'

/** A durable, tamper-evident record of all calls, in the files of a directory. */
export interface Journal extends AuditSink {
  readonly isDurable: true
  /** The id of this process's part of the journal, once it has begun. */
  readonly writer: string | undefined
  begin(intent: AuditIntent, context: RecordContext): void | Promise<void>
  end(entry: AuditEntry, context: RecordContext): void | Promise<void>
  /**
   * Removes whole segments, of all writers, in which everything is older than that, and records it first. Segments that
   * do not fit their checkpoints are left, for that would hide that they were changed.
   * @throws JournalError for such a segment, and where nothing can be recorded.
   */
  prune(options: PruneOptions): Promise<Pruned>
  /**
   * Erases values that stand in an entry as their digests, and records it first. The entry itself stays as it is.
   * @throws JournalError where the entry has no such value, or it was erased before.
   */
  erase(options: EraseOptions): Promise<Erased>
  /** Writes what is left, seals the journal of this process and signs its last checkpoint. */
  close(): Promise<void>
}

/**
 * A journal in a directory. Each process writes files of its own there, so any number of them may share it.
 *
 * @throws PolicyError for an option that can not be used. A directory that can not be written is found out by the first
 * call, which is blocked then.
 * @example
 * const audit = auditGate({ sinks: [journal({ directory: 'audit' })] })
 */
export function journal(options: JournalOptions): Journal {
  return new DirectoryJournal(readSettings(options))
}

class DirectoryJournal implements Journal {
  readonly isDurable = true
  readonly #settings: JournalSettings
  readonly #id: string
  /** What was made of the intents of calls that are under way: every call that was begun is ended. */
  readonly #intents = new Map<AuditIntent, IntentRecord>()
  #writer: Writer | undefined
  #starting: Promise<Writer> | undefined
  #copiers: readonly Copier[] | undefined
  #pruning: Promise<unknown> = Promise.resolve()
  #isClosed = false
  #closed: Promise<void> | undefined

  constructor(settings: JournalSettings) {
    this.#settings = settings
    this.#id = newWriterId(settings.clock())
  }

  get writer(): string | undefined {
    return this.#writer?.isOpen ? this.#id : undefined
  }

  begin(intent: AuditIntent, context: RecordContext): void | Promise<void> {
    const writer = this.#writer
    if (writer === undefined || this.#isClosed) return this.#start().then(() => this.begin(intent, context))
    const record = new IntentRecord(intent, context)
    writer.append(record)
    this.#intents.set(intent, record)
    return this.#written(writer, record.isWaitedFor || writer.isCrowded)
  }

  end(entry: AuditEntry, context: RecordContext): void | Promise<void> {
    const writer = this.#writer
    if (writer === undefined || this.#isClosed) return this.#start().then(() => this.end(entry, context))
    const record = this.#endOf(writer, entry, context)
    writer.append(record)
    record.takePlace()
    return this.#written(writer, context.durability === 'outcome')?.then(() => {
      if (record.failure !== undefined) throw record.failure
    })
  }

  async prune(options: PruneOptions): Promise<Pruned> {
    const olderThanMs = readPruneOptions(options)
    const { directory, clock } = this.#settings
    const beforeMs = clock() - olderThanMs
    const prune = () => pruneJournal(directory, beforeMs, () => this.#log())
    // One at a time: what one has found to prune, another would remove meanwhile.
    const pruning = this.#pruning.then(prune, prune)
    this.#pruning = pruning
    return pruning
  }

  async erase(options: EraseOptions): Promise<Erased> {
    // Values are written before their entries, and what a commit can not write is taken back and written elsewhere.
    if (options?.writer === this.#id) await this.#writer?.commit()
    const values = await findValues(this.#settings.directory, options)
    return eraseValues(await this.#log(), options, values)
  }

  close(): Promise<void> {
    this.#isClosed = true
    // One that failed can be tried again.
    this.#closed ??= this.#close().catch((error: unknown) => {
      this.#closed = undefined
      throw error
    })
    return this.#closed
  }

  async #close(): Promise<void> {
    const writer = this.#writer ?? (await this.#starting?.catch(() => undefined))
    try {
      await writer?.finish()
    } finally {
      await Promise.all((this.#copiers ?? []).map((copier) => copier.close()))
    }
  }

  /** A copy goes with the files, so it begins with the first of them. */
  #wakeCopies(entries: number): void {
    const { directory, copies, onError } = this.#settings
    this.#copiers ??= copies.map((copy) => new Copier({ directory, writer: this.#id, copy, onError }))
    for (const copier of this.#copiers) copier.wake(entries - 1)
  }

  /** While the disk fails, and before anything is there, everybody waits for it: nobody is let in on trust. */
  #written(writer: Writer, isWaitedFor: boolean): void | Promise<void> {
    if (isWaitedFor || writer.failure !== undefined || !writer.isReady) return writer.commit()
    writer.schedule()
  }

  /** @throws for what is not JSON. The journal tells that it has no record of it. */
  #endOf(writer: Writer, entry: AuditEntry, context: RecordContext): EndRecord {
    try {
      return new EndRecord(entry, this.#intentOf(context), context)
    } catch (error) {
      writer.lose()
      throw error
    }
  }

  #intentOf({ intent }: RecordContext): IntentRecord | undefined {
    if (intent === undefined) return undefined
    const record = this.#intents.get(intent)
    this.#intents.delete(intent)
    return record
  }

  /** Where the journal writes of itself, once its first segment has begun. */
  async #log(): Promise<JournalLog> {
    const writer = await this.#start()
    if (!writer.isOpen) await writer.open()
    const { directory, clock } = this.#settings
    return {
      directory,
      writer: this.#id,
      clock,
      record: async (kind, fields) => {
        const record = new OwnRecord(kind, fields)
        writer.append(record)
        await writer.commit()
        return record.seq as number
      },
    }
  }

  async #start(): Promise<Writer> {
    if (this.#isClosed) throw new JournalError(`the journal in \`${this.#settings.directory}\` is closed`)
    this.#starting ??= this.#makeWriter()
    try {
      this.#writer = await this.#starting
      return this.#writer
    } catch (error) {
      this.#starting = undefined
      throw error
    }
  }

  async #makeWriter(): Promise<Writer> {
    const { directory, name, keyFile, checkpoint, checkpointEntries, checkpointMs, onError } = this.#settings
    const signer = this.#settings.signer ?? (await fileSigner(keyFile))
    const key = { name, publicKey: Buffer.from(signer.publicKey) }
    const identity = { directory, journal: name, writer: this.#id }
    const signing = new Signing({
      ...identity,
      signer,
      key,
      checkpoint,
      checkpointEntries,
      checkpointMs,
      onError,
      onDue: () => writer.signIfIdle(),
    })
    const opener = new SegmentOpener({ ...identity, key: encodeNoteKey(key) })
    const onCommitted = (entries: number) => this.#wakeCopies(entries)
    const writer: Writer = new Writer({ settings: this.#settings, opener, signing, onCommitted })
    return writer
  }
}
