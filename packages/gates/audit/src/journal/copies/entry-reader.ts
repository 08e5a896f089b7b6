import { open, readFile } from 'node:fs/promises'
import { unlessMissing } from '../format/files.ts'
import { listSegments, prunedPath, segmentPath } from '../format/layout.ts'
import { type PrunedHead, readLineHead } from '../format/line.ts'
import { newline, readLines } from '../format/lines.ts'
import { segmentEntry } from '../format/segment-entry.ts'
import type { CopiedEntry } from './copy.ts'
import { type CopyPlace, firstPlace, isPlace } from './place.ts'
import { missingEntries, SegmentReading } from './segment-reading.ts'

/** Entries of one writer, and where those after them begin. */
export interface Reading {
  readonly entries: readonly CopiedEntry[]
  readonly next: CopyPlace
  /** What can not be handed on, and why. */
  readonly problem: string | undefined
}

/** How far a segment goes. */
interface SegmentEnd {
  readonly segment: number
  /** Whether there is no later one. */
  readonly isLast: boolean
  /** How many of its bytes belong to the journal: what its writer has abandoned stands after them. */
  readonly bytes: number
}

/** Reads the entries of one writer from its files, from any place on, through all of its segments. */
export class EntryReader {
  readonly #directory: string
  readonly #writer: string
  /** Of a segment that another one follows: it grows no more. */
  #knownEnd: SegmentEnd | undefined

  constructor(directory: string, writer: string) {
    this.#directory = directory
    this.#writer = writer
  }

  /**
   * What comes at a place, as many entries as go together: none if there are none yet, or no more.
   * @param throughSeq the last entry that is known to be on the disk. None after it is read.
   * @throws what the file system throws, but not for a segment that is not there.
   */
  async read(place: CopyPlace, throughSeq: number): Promise<Reading> {
    let at = place
    let problem: string | undefined
    while (at.seq <= throughSeq) {
      // This comes first: a segment is at its end only if it was known to be complete before it was read.
      const end = await this.#endOf(at.segment)
      const reading = await this.#readSegment(at, end, throughSeq)
      problem ??= reading.problem
      at = reading.next
      if (reading.entries.length > 0 || reading.isFull) return { entries: reading.entries, next: at, problem }
      const segment = end.isLast ? await this.#segmentAfter(at.segment) : at.segment + 1
      if (segment === undefined) return this.#atEnd(at, problem)
      at = { seq: at.seq, segment, offset: 0 }
    }
    return { entries: [], next: at, problem }
  }

  /**
   * Where to begin: at the place that was saved if it is one, and else at the first entry that is there. Entries are
   * rather handed on again than left out.
   */
  async begin(saved: CopyPlace | undefined): Promise<CopyPlace> {
    if (saved !== undefined && (await this.#isPlace(saved))) return saved
    const segment = await this.#segmentAfter(0)
    if (segment === undefined) return (await this.#prunedPlace()) ?? firstPlace
    // What was pruned before there was a copy is not missing.
    return { seq: (await this.#seqAt({ segment, offset: 0 })) ?? 0, segment, offset: 0 }
  }

  /** No segments are left. All of them may have been pruned, of a writer that has ended. */
  async #atEnd(at: CopyPlace, problem: string | undefined): Promise<Reading> {
    const pruned = await this.#prunedPlace()
    if (pruned === undefined || pruned.seq <= at.seq) return { entries: [], next: at, problem }
    return { entries: [], next: pruned, problem: problem ?? missingEntries(this.#writer, at.seq, pruned.seq) }
  }

  /** The place after all that was pruned. */
  async #prunedPlace(): Promise<CopyPlace | undefined> {
    try {
      const text = await readFile(prunedPath(this.#directory, this.#writer), 'utf8')
      const { entries, through } = JSON.parse(text) as PrunedHead
      const place = { seq: entries, segment: through + 1, offset: 0 }
      return isPlace(place) ? place : undefined
    } catch {
      return undefined
    }
  }

  /** Whether the entry of a place stands where it says, as far as that can be told. */
  async #isPlace({ seq, segment, offset }: CopyPlace): Promise<boolean> {
    try {
      if (!(await isLineStart(this.#path(segment), offset))) return false
      const seqThere = await this.#seqAt({ segment, offset })
      return seqThere === undefined || seqThere === seq || (await this.#endOf(segment)).bytes === offset
    } catch (error) {
      unlessMissing(error as NodeJS.ErrnoException)
      // A segment that was pruned came before all that are there.
      const segments = await listSegments(this.#directory, this.#writer)
      return segments.every((there) => there > segment)
    }
  }

  async #seqAt({ segment, offset }: Omit<CopyPlace, 'seq'>): Promise<number | undefined> {
    for await (const { buffer, bounds } of readLines(this.#path(segment), { from: offset })) {
      return readLineHead(buffer, bounds[0] as number, bounds[1] as number)?.seq
    }
    return undefined
  }

  async #readSegment(at: CopyPlace, { bytes }: SegmentEnd, throughSeq: number): Promise<SegmentReading> {
    const reading = new SegmentReading(this.#writer, at, throughSeq)
    if (at.offset >= bytes) return reading
    try {
      for await (const batch of readLines(this.#path(at.segment), { from: at.offset, to: bytes })) {
        reading.add(batch)
        if (reading.isFull) break
      }
    } catch (error) {
      unlessMissing(error as NodeJS.ErrnoException)
    }
    return reading
  }

  async #endOf(segment: number): Promise<SegmentEnd> {
    if (this.#knownEnd?.segment === segment) return this.#knownEnd
    const next = await segmentEntry(this.#directory, this.#writer, segment + 1).catch(unlessMissing)
    // A segment without a whole first line has no entries: it has just been made, or its process has ended over it.
    if (next === undefined) return { segment, isLast: true, bytes: Number.POSITIVE_INFINITY }
    const after = next?.after
    const isAbandoned = after?.segment === segment && Number.isSafeInteger(after.bytes)
    this.#knownEnd = { segment, isLast: false, bytes: isAbandoned ? after.bytes : Number.POSITIVE_INFINITY }
    return this.#knownEnd
  }

  /** The segment to go on with where the next one is not there: it was pruned, or lost. */
  async #segmentAfter(segment: number): Promise<number | undefined> {
    return (await listSegments(this.#directory, this.#writer)).find((there) => there > segment)
  }

  #path(segment: number): string {
    return segmentPath(this.#directory, this.#writer, segment)
  }
}

async function isLineStart(path: string, offset: number): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    if (offset === 0) return true
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, offset - 1)
    return bytesRead === 1 && buffer[0] === newline
  } finally {
    await file.close()
  }
}
