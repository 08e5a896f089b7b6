import { stat } from 'node:fs/promises'
import { unlessMissing } from '../format/files.ts'
import type { LineHead, SegmentEntry } from '../format/line.ts'
import { firstLines, segmentEntryIn } from '../format/segment-entry.ts'

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
  const first = await firstLines(path).catch(unlessMissing)
  if (first?.done !== false) return { entry: undefined, isBegun: false }
  const [start, end] = first.value.bounds as [number, number]
  const size = (await stat(path).catch(unlessMissing))?.size ?? 0
  return {
    entry: segmentEntryIn(first.value),
    isBegun: size > end - start + 1,
  }
}

export function isClosingSeal(buffer: Buffer, line: EntryLine | undefined): boolean {
  return line?.kind === 'seal' && buffer.toString('latin1', line.start, line.end).includes('"reason":"closed"')
}
