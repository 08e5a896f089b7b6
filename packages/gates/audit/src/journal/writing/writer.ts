import { setImmediate as endOfTurn } from 'node:timers/promises'
import { messageOf } from '@toolgate/core'
import { isoTime } from '../../iso-time.ts'
import type { SealEntry } from '../format/line.ts'
import { JournalError, notWritable } from '../journal-error.ts'
import type { JournalSettings } from '../settings.ts'
import { Chain } from './chain.ts'
import { EndRecord, OwnRecord, type PendingRecord } from './record.ts'
import type { SegmentFile } from './segment-file.ts'
import type { Abandoned, SegmentOpener } from './segment-opener.ts'
import type { Signing } from './signing.ts'

/** What a writer works with. */
export interface WriterParts {
  readonly settings: JournalSettings
  readonly opener: SegmentOpener
  readonly signing: Signing
  /** Told after each commit how many entries are on the disk. */
  readonly onCommitted: (entries: number) => void
}

/** How long a disk that fails is left alone, when no call asks for it sooner. */
const retryMs = 1_000

/** So many records may wait before anybody measures them. */
const fewRecords = 256
/** When more are waiting, calls wait too. */
const manyRecords = 1_024
/** What a record is taken to keep in memory, while few wait. */
const assumedChars = 1_024

/**
 * Writes entries in commits: what waits when one begins shares its write and its sync, and what comes meanwhile waits
 * for the next. Where a commit fails, its segment is left as it is and the next commit begins a new one; what nobody
 * waits for is kept and written then.
 */
export class Writer {
  readonly #parts: WriterParts
  readonly #settings: JournalSettings
  readonly #chain = new Chain()
  /** The intents without outcome, by their number. */
  readonly #inFlight = new Set<number>()
  #queue: PendingRecord[] = []
  #queuedChars = 0
  /** Records that there was no room for, and how many of them the commit under way tells of. */
  #lost = 0
  #lostTold = 0
  #segment: SegmentFile | undefined
  #abandoned: Abandoned | undefined
  /** The commit that will take what is waiting now. */
  #commit: PromiseWithResolvers<void> | undefined
  #isCommitting = false
  #failure: JournalError | undefined
  #timer: NodeJS.Timeout | undefined
  #ageTimer: NodeJS.Timeout | undefined
  #mustOpen = false
  #isFinishing = false
  /** The last seal is written. */
  #isFinished = false

  constructor(parts: WriterParts) {
    this.#parts = parts
    this.#settings = parts.settings
  }

  /** Why the last commit failed. As long as there is a reason, no call is let in before a commit has succeeded. */
  get failure(): JournalError | undefined {
    return this.#failure
  }

  /** Whether it has begun its first segment. */
  get isOpen(): boolean {
    return this.#parts.opener.count > 0
  }

  /** Whether calls may be let in on trust: it has begun, and its first checkpoint is stored. */
  get isReady(): boolean {
    return this.isOpen && this.#parts.signing.hasSigned
  }

  /** Signs what is on the disk, unless a commit is under way that will see to it. */
  signIfIdle(): void {
    if (!this.#isCommitting) this.#parts.signing.committed(this.#chain)
  }

  /** Whether so much is waiting that calls have to wait too, until it is written. */
  get isCrowded(): boolean {
    return this.#queue.length >= manyRecords
  }

  /** Takes a record, to be written by the next commit. @throws JournalError when too many are waiting. */
  append(record: PendingRecord): void {
    if (this.#isFinishing) throw new JournalError(`the journal in \`${this.#settings.directory}\` is closed`)
    const chars = (this.#queue.length < fewRecords ? assumedChars : record.chars) + valueChars(record)
    if (this.#queuedChars + chars > this.#settings.maxBacklogChars) {
      if (record instanceof EndRecord) this.lose(record)
      if (this.#failure !== undefined) throw this.#failure
      const waiting = `${this.#queue.length} records of ${this.#queuedChars} characters wait to be written`
      throw new JournalError(`the journal in \`${this.#settings.directory}\` is too slow: ${waiting}`)
    }
    this.#queue.push(record)
    this.#queuedChars += chars
  }

  /** Counts a record that can not be written, for the next commit to tell. */
  lose(record?: EndRecord): void {
    this.#lost++
    if (record?.intentSeq !== undefined) this.#inFlight.delete(record.intentSeq)
    this.schedule()
  }

  /** Writes what is waiting, soon: within `flushMs`, or with the commit that somebody else waits for. */
  schedule(): void {
    if (this.#timer !== undefined || this.#commit !== undefined || this.#isFinished) return
    const isFailing = this.#failure !== undefined
    this.#timer = setTimeout(() => this.commit(), isFailing ? retryMs : this.#settings.flushMs)
    // A disk that fails does not keep a process from ending.
    if (isFailing) this.#timer.unref()
  }

  /** Resolves when all that is waiting now is on the disk. */
  commit(): Promise<void> {
    if (this.#commit === undefined) {
      this.#commit = Promise.withResolvers()
      // A failure is kept, also where nobody waits.
      this.#commit.promise.catch(() => undefined)
    }
    const { promise } = this.#commit
    if (!this.#isCommitting) void this.#run()
    return promise
  }

  /** Begins the first segment, also where nothing is waiting. */
  async open(): Promise<void> {
    this.#mustOpen = true
    await this.commit()
  }

  /** Writes what is waiting and seals the journal: nothing comes after it. A writer that has written nothing leaves nothing. */
  async finish(): Promise<void> {
    this.#isFinishing = true
    if (!this.isOpen && this.#queue.length === 0 && !this.#isCommitting) return
    if (!this.#isFinished) await this.commit()
    await this.#parts.signing.close(this.#chain)
  }

  async #run(): Promise<void> {
    this.#isCommitting = true
    while (this.#commit !== undefined) {
      // The calls that go on in this turn get their records into the same commit.
      await endOfTurn()
      const { resolve, reject } = this.#commit
      this.#commit = undefined
      clearTimeout(this.#timer)
      this.#timer = undefined
      try {
        await this.#write(this.#take())
        this.#failure = undefined
        resolve()
      } catch (cause) {
        const wasFailing = this.#failure !== undefined
        this.#failure = notWritable(this.#settings.directory, cause)
        reject(this.#failure)
        if (!wasFailing) this.#settings.onError(this.#failure)
      }
    }
    this.#isCommitting = false
    if (this.#queue.length > 0 || this.#lost > 0) this.schedule()
  }

  #take(): PendingRecord[] {
    const records = this.#queue
    this.#lostTold = this.#lost
    if (this.#lost > 0) {
      records.unshift(lostRecord(this.#lost, this.#settings.clock()))
    }
    this.#queue = []
    this.#queuedChars = 0
    return records
  }

  async #write(records: readonly PendingRecord[]): Promise<void> {
    // The timer of the segment's age may have asked for one more commit while the last seal was written.
    if (this.#isFinished) return
    const mustFinish = this.#isFinishing
    let from = 0
    try {
      while (from < records.length || this.#segment !== undefined || this.#mustOpen || mustFinish) {
        this.#segment ??= await this.#open()
        // A writer without a single checkpoint could be anybody's.
        if (!this.#parts.signing.hasSigned) await this.#parts.signing.sign(this.#chain)
        from = await this.#writeTo(this.#segment, records, from, mustFinish)
        if (from === records.length && (!mustFinish || this.#isFinished)) return
      }
    } catch (error) {
      this.#keep(records.slice(from))
      throw error
    }
  }

  /** What nobody waits for is written later. The call of an intent that is waited for does not run. */
  #keep(records: readonly PendingRecord[]): void {
    const kept = records.filter((record) => !record.isWaitedFor && !record.isVoid)
    for (const record of records) if (record.isWaitedFor) record.isVoid = true
    this.#queue = [...kept, ...this.#queue]
    this.#queuedChars += kept.reduce((sum, record) => sum + record.chars + valueChars(record), 0)
  }

  async #open(): Promise<SegmentFile> {
    const { clock, maxSegmentAgeMs } = this.#settings
    const segment = await this.#parts.opener.open(this.#chain, clock(), this.#inFlight, this.#abandoned)
    this.#abandoned = undefined
    this.#mustOpen = false
    clearTimeout(this.#ageTimer)
    this.#ageTimer = setTimeout(() => this.commit(), maxSegmentAgeMs).unref()
    return segment
  }

  /** Commits records from an index on, as many as the segment takes, and returns the index of the first that is left. */
  async #writeTo(
    segment: SegmentFile,
    records: readonly PendingRecord[],
    from: number,
    mustFinish: boolean,
  ): Promise<number> {
    const before = this.#chain.state()
    this.#chain.begin()
    let to = from
    let isFull = false
    while (to < records.length && !isFull) isFull = this.#add(segment, records[to++] as PendingRecord)
    // Told before the seal: nothing may come after the last one.
    const lost = this.#lost - this.#lostTold
    if (lost > 0) {
      this.#chain.add(lostRecord(lost, this.#settings.clock()))
      this.#lostTold = this.#lost
    }
    const reason = this.#sealReason(segment, isFull, mustFinish && to === records.length)
    if (reason !== undefined) this.#chain.add(sealRecord(segment.number, reason, this.#settings.clock()))
    if (this.#chain.size === before.seq) return to
    const written = records.slice(from, to)
    try {
      await segment.append(this.#chain.batch(), () => this.#chain.growTree())
    } catch (error) {
      this.#chain.restore(before)
      for (const record of written) record.seq = undefined
      await this.#abandon(segment, error)
      throw error
    }
    this.#account(written)
    if (reason !== undefined) await this.#sealed(segment, reason)
    this.#parts.signing.committed(this.#chain)
    this.#parts.onCommitted(this.#chain.size)
    return to
  }

  /** Returns whether the segment is full with this record. One that can not be made an entry of is lost, alone. */
  #add(segment: SegmentFile, record: PendingRecord): boolean {
    if (record.isVoid) return false
    try {
      return segment.bytes + this.#chain.add(record) >= this.#settings.maxSegmentBytes
    } catch (error) {
      record.isVoid = true
      if (record instanceof EndRecord) {
        record.failure = error as Error
        this.#lost++
      }
      this.#settings.onError(new JournalError(`a record can not be written: ${messageOf(error)}`, { cause: error }))
      return false
    }
  }

  #sealReason(segment: SegmentFile, isFull: boolean, isLast: boolean): SealEntry['reason'] | undefined {
    if (isLast) return 'closed'
    if (isFull) return 'size'
    const { clock, maxSegmentAgeMs } = this.#settings
    return clock() - segment.openedAtMs >= maxSegmentAgeMs ? 'age' : undefined
  }

  async #sealed(segment: SegmentFile, reason: SealEntry['reason']): Promise<void> {
    this.#segment = undefined
    clearTimeout(this.#ageTimer)
    this.#isFinished = reason === 'closed'
    this.#parts.signing.due()
    // Everything in it has been synced.
    await segment.close().catch(this.#settings.onError)
  }

  /** Keeps account of the calls that are under way, once what is said of them is on the disk. */
  #account(written: readonly PendingRecord[]): void {
    this.#lost -= this.#lostTold
    this.#lostTold = 0
    for (const record of written) {
      if (record.seq === undefined) continue
      if (record.kind === 'intent') this.#inFlight.add(record.seq)
      else if (record instanceof EndRecord && record.intentSeq !== undefined) this.#inFlight.delete(record.intentSeq)
    }
  }

  async #abandon(segment: SegmentFile, error: unknown): Promise<void> {
    await segment.abandon()
    this.#segment = undefined
    clearTimeout(this.#ageTimer)
    this.#abandoned = { segment, reason: messageOf(error) }
  }
}

/** What the values of a record that can be erased keep in memory. */
function valueChars({ erasable }: PendingRecord): number {
  return erasable.reduce((sum, { disclosure }) => sum + disclosure.length, 0)
}

/** The last entry of a segment. */
function sealRecord(segment: number, reason: SealEntry['reason'], nowMs: number): OwnRecord {
  return new OwnRecord('seal', { time: isoTime(nowMs), segment, reason })
}

/** Records that nobody will find in the journal. */
function lostRecord(count: number, nowMs: number): OwnRecord {
  return new OwnRecord('lost', { time: isoTime(nowMs), count })
}
