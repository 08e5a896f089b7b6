import { stat } from 'node:fs/promises'
import type { LineHead, SegmentEntry } from '../format/line.ts'
import { type LineBatch, type LineOptions, type Rest, readLines } from '../format/lines.ts'

/** An entry as it stands in a buffer. */
export interface EntryLine extends LineHead {
  /** Where its line begins and ends in the buffer, the newline excluded. */
  readonly start: number
  readonly end: number
}

/** Entries of one segment that follow each other. */
export interface EntryBatch {
  readonly segment: number
  /** There is a byte before the first line, as `lineHash` needs it. */
  readonly buffer: Buffer
  readonly lines: readonly EntryLine[]
  /** Where in the segment's file the first byte of the buffer would stand. */
  readonly bufferOffset: number
}

/** How a segment begins. */
export interface Opening {
  /** Its first entry, where that can be read. */
  readonly entry: SegmentEntry | undefined
  /** Whether anything stands after it. A writer that could not write the first entry takes the file back. */
  readonly isBegun: boolean
}

/** How a segment's file begins. One that is gone has nothing in it. */
export async function openingOf(path: string): Promise<Opening> {
  const first = await firstOf(path).catch(unlessMissing)
  if (first?.done !== false) return { entry: undefined, isBegun: false }
  const [start, end] = first.value.bounds as [number, number]
  const size = (await stat(path).catch(unlessMissing))?.size ?? 0
  return {
    entry: segmentEntryIn(first.value),
    isBegun: size > end - start + 1,
  }
}

/** More than most first entries have. */
const firstEntryBytes = 1 << 16

async function firstOf(path: string): Promise<IteratorResult<LineBatch, Rest>> {
  const first = await firstBatch(path, { to: firstEntryBytes })
  return first.done === true && first.value.bytes.length === firstEntryBytes ? firstBatch(path) : first
}

function segmentEntryIn({ buffer, bounds }: LineBatch): SegmentEntry | undefined {
  try {
    const entry = JSON.parse(buffer.toString('utf8', bounds[0], bounds[1])) as Partial<SegmentEntry> | null
    return entry?.kind === 'segment' ? (entry as SegmentEntry) : undefined
  } catch {
    return undefined
  }
}

export function isClosingSeal(buffer: Buffer, line: EntryLine | undefined): boolean {
  return line?.kind === 'seal' && buffer.toString('latin1', line.start, line.end).includes('"reason":"closed"')
}

const noRest: Rest = { bytes: Buffer.alloc(0), offset: 0 }

/** The first lines of a part of a file, or what stands there if it is less than a line. The file is closed again. */
export async function firstBatch(path: string, options?: LineOptions): Promise<IteratorResult<LineBatch, Rest>> {
  const lines = readLines(path, options)
  const first = await lines.next()
  await lines.return(noRest)
  return first
}

/** What `catch` makes of an error, for files that may not be there. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
