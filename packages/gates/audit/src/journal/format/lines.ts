import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Lines of a file that stand together in a buffer. */
export interface LineBatch {
  /** There is always a byte before the first line, as `lineHash` needs it. The buffer is used again for the next batch. */
  readonly buffer: Buffer
  /** Where each line begins and ends, its newline excluded: `bounds[2 * i]` and `bounds[2 * i + 1]`. */
  readonly bounds: readonly number[]
  /** Where in the file the byte `buffer[bounds[0]]` stands. */
  readonly offset: number
}

export interface LineOptions {
  /** Where in the file to begin: at the start of a line. */
  readonly from?: number
  /** Where to stop: what stands there and after it is not read. */
  readonly to?: number
}

/** What stands after the last newline. */
export interface Rest {
  readonly bytes: Buffer
  readonly offset: number
}

/** What a reader of lines is told that is let go before the end of its file. */
export const noRest: Rest = { bytes: Buffer.alloc(0), offset: 0 }

const chunkBytes = 1 << 20

/** A longer line can not have been written by a journal, and is not read into memory. */
export const mostLineBytes: number = 64 << 20

/**
 * The lines of a file, in batches, with as much in memory as a chunk or a line needs. It returns what stands after the
 * last newline, or begins a line that is too long.
 */
export async function* readLines(path: string, options: LineOptions = {}): AsyncGenerator<LineBatch, Rest, undefined> {
  // A pipe that was put in the place of a file holds nobody up.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return yield* linesOf(file, options)
  } finally {
    await file.close()
  }
}

async function* linesOf(
  file: FileHandle,
  { from = 0, to = Number.POSITIVE_INFINITY }: LineOptions,
): AsyncGenerator<LineBatch, Rest, undefined> {
  // Not more than there is; and room to see that there is no more.
  const { size } = await file.stat()
  let buffer = Buffer.allocUnsafe(2 + Math.min(chunkBytes, Math.max(0, Math.min(size, to) - from)))
  let filled = 1
  let offset = from
  while (true) {
    const room = Math.min(buffer.length - filled, to - (offset + filled - 1))
    const { bytesRead } = room === 0 ? { bytesRead: 0 } : await file.read(buffer, filled, room, offset + filled - 1)
    if (bytesRead === 0) return { bytes: Buffer.from(buffer.subarray(1, filled)), offset }
    const bounds = boundsOf(buffer, 1, filled, filled + bytesRead)
    filled += bytesRead
    const last = bounds.at(-1)
    if (last !== undefined) {
      yield { buffer, bounds, offset }
      buffer.copyWithin(1, last + 1, filled)
      offset += last
      filled -= last
    } else if (filled === buffer.length) {
      if (filled > mostLineBytes) return { bytes: Buffer.from(buffer.subarray(1, filled)), offset }
      buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)])
    }
  }
}

export const newline = 10

/** The lines that end in what was just read, which begins at `fresh`. */
function boundsOf(buffer: Buffer, start: number, fresh: number, end: number): number[] {
  const bounds: number[] = []
  let lineStart = start
  let found = buffer.subarray(0, end).indexOf(newline, fresh)
  while (found !== -1) {
    bounds.push(lineStart, found)
    lineStart = found + 1
    found = buffer.subarray(0, end).indexOf(newline, lineStart)
  }
  return bounds
}
