import { type FileHandle, open } from 'node:fs/promises'
import { PolicyFields } from '@toolgate/core'
import type { AuditEntry, AuditSink } from './entry.ts'

export interface JsonlSinkOptions {
  /** The file to append to. It is made, readable by its owner only, if it is not there. */
  readonly path: string
  /**
   * The most bytes kept while the file can not be written: beyond it entries are refused, and while it is only slow no
   * tool starts whose record is required. 16 MiB by default.
   */
  readonly maxBacklogBytes?: number
}

/**
 * Appends each entry as one line of JSON to a file. An entry is accepted once the operating system has taken it; it is
 * not synced to the disk. While the file can not be written, what it has not taken is kept and tried again, and no
 * tool starts whose record is required.
 *
 * @throws PolicyError for an option that can not be used.
 */
export function jsonlSink(options: JsonlSinkOptions): AuditSink {
  const fields = new PolicyFields(options, { path: 'jsonlSink', names: ['path', 'maxBacklogBytes'] })
  const path = fields.raw('path')
  if (typeof path !== 'string' || path === '') throw fields.error('path', 'the path of a file, such as "audit.jsonl"')
  const maxBacklogBytes = fields.wholeNumber('maxBacklogBytes', { least: 1 }) ?? 16_777_216
  return new JsonlSink(path, maxBacklogBytes)
}

const newline = Buffer.from('\n')

class JsonlSink implements AuditSink {
  readonly #path: string
  readonly #maxBacklogBytes: number
  #file: FileHandle | undefined
  /** The lines that the file has not taken, and their size. */
  #backlog: Buffer[] = []
  #backlogBytes = 0
  /** Whether the file ends in a part of a line, after a write that failed half-way. */
  #isTorn = false
  /** Whether the last write failed. */
  #isFailing = false
  #writing: Promise<void> = Promise.resolve()
  #queued: Promise<void> | undefined
  #isClosed = false

  constructor(path: string, maxBacklogBytes: number) {
    this.#path = path
    this.#maxBacklogBytes = maxBacklogBytes
  }

  begin(): void | Promise<void> {
    if (this.#isClosed) throw new Error(`the audit file \`${this.#path}\` is closed`)
    // The file is open and has taken all there was, or is taking it: a write that fails closes it. Where it takes so
    // long that too much is waiting, no tool starts before there is room again.
    if (this.#file !== undefined && this.#backlogBytes <= this.#maxBacklogBytes) return
    return this.#flush()
  }

  end(entry: AuditEntry): Promise<void> {
    if (this.#isClosed) throw new Error(`the audit file \`${this.#path}\` is closed`)
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    // While the file takes what it is given, each call waits for its own line, so the calls under way are the bound.
    if (this.#isFailing && this.#backlogBytes + line.length > this.#maxBacklogBytes) {
      throw new Error(`the audit file \`${this.#path}\` has ${this.#backlogBytes} bytes waiting to be written`)
    }
    this.#backlog.push(line)
    this.#backlogBytes += line.length
    return this.#flush()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    try {
      await this.#flush()
    } finally {
      await this.#file?.close()
      this.#file = undefined
    }
  }

  /** Writes what is waiting once the write under way has ended: entries that come meanwhile share one write. */
  #flush(): Promise<void> {
    this.#queued ??= this.#writing.then(
      () => this.#write(),
      () => this.#write(),
    )
    return this.#queued
  }

  #write(): Promise<void> {
    this.#queued = undefined
    this.#writing = this.#writeBacklog()
    return this.#writing
  }

  async #writeBacklog(): Promise<void> {
    const lines = this.#backlog
    try {
      this.#file ??= await open(this.#path, 'a', 0o600)
      await this.#append(this.#file, lines)
      this.#isFailing = false
    } catch (error) {
      this.#isFailing = true
      await this.#file?.close().catch(() => undefined)
      this.#file = undefined
      throw error
    }
  }

  /** Appends lines, and takes off the backlog what has been written, also if it fails half-way. */
  async #append(file: FileHandle, lines: readonly Buffer[]): Promise<void> {
    const data = Buffer.concat(this.#isTorn ? [newline, ...lines] : lines)
    let start = this.#isTorn ? newline.length : 0
    let written = 0
    try {
      while (written < data.length) {
        const { bytesWritten } = await file.write(data, written)
        if (bytesWritten === 0) throw new Error(`the audit file \`${this.#path}\` takes no more bytes`)
        written += bytesWritten
      }
    } finally {
      let whole = 0
      for (const line of lines) {
        if (written < start + line.length) break
        start += line.length
        whole++
      }
      if (written > 0) this.#isTorn = written > start
      this.#backlogBytes -= this.#backlog.splice(0, whole).reduce((sum, line) => sum + line.length, 0)
    }
  }
}
