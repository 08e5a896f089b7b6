import { close, fdatasync, fsync, ftruncate, open, statSync, write } from 'node:fs'
import { promisify } from 'node:util'
import type { EncodedBatch } from './chain.ts'

/** Of the file system calls, those with callbacks: a promise for each would cost as much as the call. */
const openFile = promisify(open)
const closeFile = promisify(close)
const truncateFile = promisify(ftruncate)

/** A segment that is open for writing, and the file of its values. */
export class SegmentFile {
  readonly number: number
  readonly path: string
  /** How many bytes of it are on the disk for sure. */
  bytes = 0
  readonly openedAtMs: number
  readonly #valuesPath: string
  readonly #file: number
  readonly #inode: number
  #values: number | undefined
  #valuesBytes = 0

  private constructor(place: SegmentPlace, file: number, inode: number) {
    this.number = place.number
    this.path = place.path
    this.openedAtMs = place.openedAtMs
    this.#valuesPath = place.valuesPath
    this.#file = file
    this.#inode = inode
  }

  /** Makes the segment's file. @throws where there is one already. */
  static async create(place: SegmentPlace): Promise<SegmentFile> {
    const file = await openFile(place.path, 'ax', 0o600)
    try {
      return new SegmentFile(place, file, statSync(place.path).ino)
    } catch (error) {
      await closeFile(file)
      throw error
    }
  }

  /**
   * Appends a batch and waits until the disk has it. After a failure the segment must not be written to any more.
   * `meanwhile` is called once the disk is at work: what it does then delays nothing.
   */
  async append({ lines, values }: EncodedBatch, meanwhile?: () => void): Promise<void> {
    const valueLines = Buffer.from(values)
    if (valueLines.length > 0) await this.#appendValues(valueLines)
    await writeAll(this.#file, lines)
    const syncing = synced(this.#file)
    meanwhile?.()
    await syncing
    checkThere(this.path, this.#inode, this.bytes + lines.length)
    this.bytes += lines.length
    this.#valuesBytes += valueLines.length
  }

  /** They are on the disk before the entries that have their digests. */
  async #appendValues(lines: Buffer): Promise<void> {
    this.#values ??= await openFile(this.#valuesPath, 'ax', 0o600)
    await writeAll(this.#values, lines)
    await synced(this.#values)
  }

  /** Nothing is left open, and no value is left that no entry has the digest of. It does not throw. */
  async abandon(): Promise<void> {
    if (this.#values !== undefined) await truncateFile(this.#values, this.#valuesBytes).catch(() => undefined)
    await this.close().catch(() => undefined)
  }

  async close(): Promise<void> {
    await closeFile(this.#file)
    if (this.#values !== undefined) await closeFile(this.#values)
  }
}

export interface SegmentPlace {
  readonly number: number
  readonly path: string
  readonly valuesPath: string
  readonly openedAtMs: number
}

/** A write may take only a part, and say so only at the next one: a full disk does. */
function writeAll(file: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (from: number) => {
      write(file, bytes, from, bytes.length - from, null, (error, written) => {
        if (error !== null) return reject(error)
        if (written === 0) return reject(new Error('the file takes no more bytes'))
        if (from + written < bytes.length) return next(from + written)
        resolve()
      })
    }
    next(0)
  })
}

function synced(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error === null ? resolve() : reject(error)))
  })
}

/**
 * Looks whether the file is still where it was: one that was removed takes everything, and keeps nothing. It waits for
 * the system, which a moment ago was quick to answer: to hand this to another thread takes many times as long.
 * @throws where it is not, or is not as long as it should be.
 */
function checkThere(path: string, inode: number, bytes: number): void {
  const found = statSync(path)
  if (found.ino !== inode) throw new Error(`another file stands at \`${path}\``)
  if (found.size !== bytes) {
    throw new Error(`\`${path}\` has ${found.size} bytes instead of ${bytes}; something else changed it`)
  }
}

/** Makes the names in a directory as durable as the files. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await openFile(path, 'r')
  try {
    await promisify(fsync)(directory)
  } finally {
    await closeFile(directory)
  }
}
