import { segmentPath } from './layout.ts'
import type { SegmentEntry } from './line.ts'
import { type LineBatch, type LineOptions, noRest, type Rest, readLines } from './lines.ts'

/** More than most first entries have. */
const firstEntryBytes = 1 << 16

/** The first lines of a segment, or what stands there if it is less than a line. The file is closed again. */
export async function firstLines(path: string): Promise<IteratorResult<LineBatch, Rest>> {
  const first = await firstBatch(path, { to: firstEntryBytes })
  return first.done === true && first.value.bytes.length === firstEntryBytes ? firstBatch(path) : first
}

/** The same of any part of a file. */
export async function firstBatch(path: string, options?: LineOptions): Promise<IteratorResult<LineBatch, Rest>> {
  const lines = readLines(path, options)
  const first = await lines.next()
  await lines.return(noRest)
  return first
}

/** The first entry of a segment, where there is a whole one. */
export async function segmentEntry(
  directory: string,
  writer: string,
  segment: number,
): Promise<SegmentEntry | undefined> {
  const first = await firstLines(segmentPath(directory, writer, segment))
  return first.done === true ? undefined : segmentEntryIn(first.value)
}

export function segmentEntryIn({ buffer, bounds }: LineBatch): SegmentEntry | undefined {
  try {
    const entry = JSON.parse(buffer.toString('utf8', bounds[0], bounds[1])) as Partial<SegmentEntry> | null
    return entry?.kind === 'segment' ? (entry as SegmentEntry) : undefined
  } catch {
    return undefined
  }
}
