import { readLineHead } from '../format/line.ts'
import type { LineBatch } from '../format/lines.ts'
import type { CopiedEntry } from './copy.ts'
import type { CopyPlace } from './place.ts'

/** What is handed on in one go. */
const mostEntries = 500
const mostBytes = 1 << 20

/** What has been read of one segment. */
export class SegmentReading {
  readonly entries: CopiedEntry[] = []
  /** Where the entries after these begin. */
  next: CopyPlace
  /** The first thing that can not be handed on. */
  problem: string | undefined
  /** Whether there is more, for another time. */
  isFull = false
  readonly #writer: string
  readonly #throughSeq: number
  #bytes = 0

  constructor(writer: string, at: CopyPlace, throughSeq: number) {
    this.#writer = writer
    this.#throughSeq = throughSeq
    this.next = at
  }

  /** Takes the lines of a batch, until it is full. */
  add({ buffer, bounds, offset }: LineBatch): void {
    const shift = offset - (bounds[0] as number)
    for (let index = 0; index < bounds.length && !this.isFull; index += 2) {
      const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
      this.#addLine(buffer, { start, end, offset: start + shift })
    }
  }

  #addLine(buffer: Buffer, { start, end, offset }: Line): void {
    const head = readLineHead(buffer, start, end)
    const { segment } = this.next
    const nextOffset = offset + end - start + 1
    if (head === undefined) {
      this.problem ??= `the line at byte ${offset} of segment ${segment} of \`${this.#writer}\` is no entry`
      this.next = { ...this.next, offset: nextOffset }
      return
    }
    const { seq, kind } = head
    this.isFull = seq > this.#throughSeq || this.#isEnough(end - start)
    if (this.isFull) return
    if (seq !== this.next.seq) this.#missing(seq)
    this.entries.push({ writer: this.#writer, seq, kind, line: buffer.toString('utf8', start, end) })
    this.#bytes += end - start
    this.next = { seq: seq + 1, segment, offset: nextOffset }
  }

  /** A line is handed on however long it is. */
  #isEnough(bytes: number): boolean {
    if (this.entries.length === 0) return false
    return this.entries.length === mostEntries || this.#bytes + bytes > mostBytes
  }

  #missing(seq: number): void {
    const { seq: expected } = this.next
    this.problem ??=
      seq > expected
        ? missingEntries(this.#writer, expected, seq)
        : `entry ${seq} of \`${this.#writer}\` stands where entry ${expected} was expected`
  }
}

interface Line {
  readonly start: number
  readonly end: number
  /** Where in the file it begins. */
  readonly offset: number
}

export function missingEntries(writer: string, from: number, to: number): string {
  return `entries ${from} to ${to - 1} of \`${writer}\` were pruned or lost before the copy had them`
}
