import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CopiedEntry, JournalCopy } from '@toolgate/audit'
import { prunedPath, segmentPath } from '../src/journal/format/layout.ts'
import { lineStart, noHash } from '../src/journal/format/line.ts'
import { leafHash } from '../src/journal/format/merkle.ts'
import { thisProcess } from '../src/journal/format/process.ts'

/** A process that is no more: ids of processes are not that large. */
const goneProcess = { ...thisProcess(), pid: 2 ** 22 + 1 }

/** The files of one writer, as `docs/audit.md` says that they look like. */
export class WriterFiles {
  readonly directory: string
  readonly writer: string
  segment = 0
  seq = 0
  #prev = noHash
  #bytes = 0
  readonly #process: object

  constructor(directory: string, writer: string, process: 'running' | 'gone' = 'running') {
    this.directory = directory
    this.writer = writer
    this.#process = process === 'running' ? thisProcess() : goneProcess
  }

  /** The `seq` of the last entry. */
  get last(): number {
    return this.seq - 1
  }

  /** Begins the next segment. */
  async begin(fields: object = {}): Promise<void> {
    await mkdir(join(this.directory, this.writer), { recursive: true })
    this.segment++
    this.#bytes = 0
    await this.add('segment', { writer: this.writer, segment: this.segment, process: this.#process, ...fields })
  }

  async calls(count: number, padding: number = 0): Promise<void> {
    const lines = Array.from({ length: count }, () => this.#line('call', { tool: 'ü', pad: 'x'.repeat(padding) }))
    await this.append(lines.join(''))
  }

  async add(kind: 'segment' | 'call' | 'seal', fields: object): Promise<void> {
    await this.append(this.#line(kind, fields))
  }

  async append(text: string): Promise<void> {
    this.#bytes += Buffer.byteLength(text)
    await appendFile(segmentPath(this.directory, this.writer, this.segment), text)
  }

  /** Fails to sync: some entries are in the segment that are no part of the journal. The next one says so. */
  async abandon(count: number): Promise<void> {
    const { seq, segment } = this
    const [prev, bytes] = [this.#prev, this.#bytes]
    await this.calls(count)
    this.seq = seq
    this.#prev = prev
    await this.begin({ after: { segment, bytes } })
  }

  async prune(through: number, entries: number): Promise<void> {
    await writeFile(prunedPath(this.directory, this.writer), JSON.stringify({ writer: this.writer, through, entries }))
    for (let segment = 1; segment <= through; segment++) {
      await rm(segmentPath(this.directory, this.writer, segment), { force: true })
    }
  }

  #line(kind: 'segment' | 'call' | 'seal', fields: object): string {
    const line = `${lineStart(this.seq++, this.#prev, kind)},${JSON.stringify({ time: '', ...fields }).slice(1)}`
    this.#prev = leafHash(Buffer.from(line))
    return `${line}\n`
  }
}

/** A copy in memory, which fails or hangs as it is told to. */
export class MemoryCopy implements JournalCopy {
  readonly name = 'memory'
  readonly batches: (readonly CopiedEntry[])[] = []
  underWay = 0
  mostUnderWay = 0
  isClosed = false
  /** Called before entries are taken. */
  before: () => void | Promise<void> = () => undefined

  async write(entries: readonly CopiedEntry[]): Promise<void> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay)
    try {
      await this.before()
      this.batches.push(entries)
    } finally {
      this.underWay--
    }
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  /** The numbers of the entries of a writer, in the order in which they came. */
  seqs(writer: string): number[] {
    return this.batches.flat().flatMap((entry) => (entry.writer === writer ? [entry.seq] : []))
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
