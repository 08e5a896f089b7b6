import { stat } from 'node:fs/promises'
import { unlessMissing } from '../format/files.ts'
import { listSegments, segmentPath } from '../format/layout.ts'
import { readLineHead, type SegmentEntry, type WriterProcess } from '../format/line.ts'
import { type LineBatch, mostLineBytes } from '../format/lines.ts'
import { readPrunedHead } from '../format/pruned-head.ts'
import { firstBatch } from '../format/segment-entry.ts'
import type { JournalDamage } from './damage.ts'
import { type EntryBatch, type EntryLine, isClosingSeal, type Opening, openingOf } from './first-lines.ts'

export interface WriterLinesOptions {
  readonly directory: string
  readonly writer: string
  /** Whether a segment that begins so may be begun with: nothing is wanted of the segments before it. */
  readonly mayBegin?: (entry: SegmentEntry) => boolean
  /** Reading goes on after it, unless this throws. */
  readonly onDamage: (damage: JournalDamage) => void
  /** Told how many bytes were read, or passed over. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/**
 * The entries of one writer, in order, through all of its segments. It reads in steps, and has no file open between
 * them, so a thousand of these can be read side by side. Where a writer is still at work, it goes on with what has been
 * written since.
 */
export class WriterLines {
  readonly writer: string
  readonly #options: WriterLinesOptions
  #segment = 0
  #offset = 0
  /** Where what belongs to the journal ends in the segment. It is known once the next segment is there. */
  #end = Number.POSITIVE_INFINITY
  #next: SegmentOpening | undefined
  /** Bytes after the last whole line. */
  #tornBytes = 0
  /** The number that the next entry should have. */
  #expected: number | undefined = 0
  #isInDamage = false
  #process: WriterProcess | undefined
  #prunedEntries = 0
  /** The last segment that was pruned. */
  #prunedThrough = 0
  #isClosed = false

  constructor(options: WriterLinesOptions) {
    this.writer = options.writer
    this.#options = options
  }

  /** The process that wrote what was read last. */
  get process(): WriterProcess | undefined {
    return this.#process
  }

  /** How many entries were pruned. */
  get prunedEntries(): number {
    return this.#prunedEntries
  }

  /** Whether the writer has ended as it should: nothing more will come. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The next entries, of about so many bytes; `undefined` when there are no more for now. */
  async read(stepBytes: number): Promise<EntryBatch | undefined> {
    while (true) {
      try {
        if (this.#segment === 0 && !(await this.#begin())) return undefined
        const batch = await this.#readSegment(stepBytes)
        if (batch !== undefined) return this.#checked(batch)
        if (this.#next !== undefined) await this.#open(this.#next)
        // What was written to this segment until the next one was begun is read before going on to it.
        else if (!(await this.#findNext())) return undefined
      } catch (error) {
        unlessMissing(error as NodeJS.ErrnoException)
        await this.#passGone()
      }
    }
  }

  async #begin(): Promise<boolean> {
    await this.#readPruned()
    const segments = await this.#segments(0)
    const first = await this.#opening(segments)
    if (first?.isBegun !== true) return false
    const begun = await this.#latest(segments, first)
    this.#expected = begun === first ? this.#prunedEntries : undefined
    await this.#passOver(segments.filter((segment) => segment < begun.segment))
    await this.#open(begun)
    return true
  }

  /** The last segment up to which every one may be begun with: a clock may have been set right after the first that may not. */
  async #latest(segments: readonly number[], first: SegmentOpening): Promise<SegmentOpening> {
    const { mayBegin } = this.#options
    let found = first
    if (first.entry === undefined || mayBegin?.(first.entry) !== true) return found
    for (const segment of segments.slice(1)) {
      const opening = await this.#opening([segment])
      if (opening?.entry === undefined || !mayBegin(opening.entry)) break
      found = opening
    }
    return found
  }

  async #open({ segment, entry }: SegmentOpening): Promise<void> {
    if (this.#tornBytes > 0) this.#damage(this.#offset, `${this.#tornBytes} bytes stand after the last whole entry`)
    this.#segment = segment
    this.#process = entry?.process ?? this.#process
    this.#offset = 0
    this.#tornBytes = 0
    this.#end = Number.POSITIVE_INFINITY
    this.#next = undefined
    await this.#findNext()
  }

  async #findNext(): Promise<boolean> {
    const next = await this.#opening(await this.#segments(this.#segment))
    const after = next?.entry?.after
    if (after?.segment === this.#segment && this.#end !== after.bytes) {
      this.#end = after.bytes
      // What stands after it has been read: the entries of the next segment take the numbers of those.
      if (this.#offset > this.#end) this.#expected = undefined
    }
    if (next?.isBegun !== true) return false
    this.#next = next
    return true
  }

  /** The next lines of the segment: as many as stand in a step, or one that is longer. */
  async #readSegment(stepBytes: number): Promise<LineBatch | undefined> {
    const path = segmentPath(this.#options.directory, this.writer, this.#segment)
    this.#tornBytes = 0
    for (let bytes = stepBytes; this.#offset < this.#end; bytes *= 2) {
      const to = Math.min(this.#offset + bytes, this.#end)
      const { done, value } = await firstBatch(path, {
        from: this.#offset,
        to,
      })
      if (done !== true) return value
      const restBytes = value.bytes.length
      if (restBytes > mostLineBytes) return this.#passOverlong()
      if (this.#offset + restBytes === to && to < this.#end) continue
      this.#tornBytes = restBytes
      break
    }
    return undefined
  }

  /** Says where an entry is not the one that should follow. It is read all the same. */
  #checked({ buffer, bounds, offset }: LineBatch): EntryBatch {
    const lines: EntryLine[] = []
    const bufferOffset = offset - (bounds[0] as number)
    for (let index = 0; index < bounds.length; index += 2) {
      const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
      const head = readLineHead(buffer, start, end)
      this.#checkOrder(head?.seq, bufferOffset + start)
      if (head !== undefined) lines.push({ ...head, start, end })
    }
    this.#isClosed = isClosingSeal(buffer, lines.at(-1))
    const next = bufferOffset + (bounds.at(-1) as number) + 1
    this.#options.onBytes?.(next - this.#offset)
    this.#offset = next
    return { segment: this.#segment, buffer, lines, bufferOffset }
  }

  #checkOrder(seq: number | undefined, offset: number): void {
    const expected = this.#expected ?? seq
    if (seq === undefined) {
      // Of lines that follow each other and are none, the first is told.
      if (!this.#isInDamage) this.#damage(offset, 'a line stands there that is no entry')
    } else if (expected !== undefined && (this.#isInDamage ? seq < expected : seq !== expected)) {
      this.#damage(offset, `entry ${seq} stands where entry ${expected} should`)
    }
    this.#isInDamage = seq === undefined
    this.#expected = seq === undefined ? this.#expected : seq + 1
  }

  #damage(offset: number, problem: string): void {
    this.#options.onDamage({
      writer: this.writer,
      segment: this.#segment,
      offset,
      problem,
    })
  }

  #passOverlong(): undefined {
    this.#damage(this.#offset, `a line of more than ${mostLineBytes} bytes stands there`)
    this.#end = this.#offset
  }

  /** A file was removed while the journal was read: by pruning, as a rule. */
  async #passGone(): Promise<void> {
    await this.#readPruned()
    if (this.#segment <= this.#prunedThrough) this.#expected = this.#prunedEntries
    else this.#damage(this.#offset, 'the file was removed')
    this.#end = this.#offset
  }

  async #readPruned(): Promise<void> {
    try {
      const pruned = await readPrunedHead(this.#options.directory, this.writer)
      this.#prunedThrough = pruned?.through ?? 0
      this.#prunedEntries = pruned?.entries ?? 0
    } catch (error) {
      this.#damage(0, (error as Error).message)
    }
  }

  /** Where pruning was cut short, some of what it was about to remove is still there, and passed over. */
  async #segments(after: number): Promise<number[]> {
    const least = Math.max(after, this.#prunedThrough)
    const segments = await listSegments(this.#options.directory, this.writer).catch(unlessMissing)
    return (segments ?? []).filter((segment) => segment > least)
  }

  /** How the first of these segments begins, if there is one. */
  async #opening([segment, ...later]: readonly number[]): Promise<SegmentOpening | undefined> {
    if (segment === undefined) return undefined
    const opening = await openingOf(segmentPath(this.#options.directory, this.writer, segment))
    return {
      segment,
      entry: opening.entry,
      isBegun: opening.isBegun || later.length > 0,
    }
  }

  async #passOver(segments: readonly number[]): Promise<void> {
    const { directory, onBytes } = this.#options
    if (onBytes === undefined) return
    for (const segment of segments) {
      const found = await stat(segmentPath(directory, this.writer, segment)).catch(unlessMissing)
      onBytes(found?.size ?? 0)
    }
  }
}

interface SegmentOpening extends Opening {
  readonly segment: number
}
