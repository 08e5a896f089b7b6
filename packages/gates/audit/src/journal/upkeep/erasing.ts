import { hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { display, PolicyFields } from '@toolgate/core'
import { isoTime } from '../../iso-time.ts'
import { unlessMissing } from '../format/files.ts'
import { isWriterId, listSegments, valuesPath } from '../format/layout.ts'
import { readLines } from '../format/lines.ts'
import { JournalError } from '../journal-error.ts'
import type { JournalLog } from './journal-log.ts'

export interface EraseOptions {
  readonly writer: string
  /** The entry's number, as `seq`. */
  readonly entry: number
  /** The path of one value, such as `customer.email`; all of the entry's by default. */
  readonly path?: string
  readonly reason?: string
}

export interface Erased {
  /** The paths whose values were erased. */
  readonly paths: readonly string[]
}

/** The most characters of a path and of a reason. */
const mostTextChars = 1_000

/**
 * The values that are to be erased.
 * @throws PolicyError for options that can not be meant, and JournalError where there is no such value, or no more.
 */
export async function findValues(directory: string, options: EraseOptions): Promise<StoredValue[]> {
  const fields = new PolicyFields(options, { path: 'erase', names: ['writer', 'entry', 'path', 'reason'] })
  const { writer, entry, path } = options
  if (typeof writer !== 'string' || !isWriterId(writer)) throw fields.error('writer', 'the id of a writer')
  if (fields.wholeNumber('entry', { least: 0 }) === undefined) throw fields.error('entry', 'the number of an entry')
  for (const field of ['path', 'reason']) {
    const text = fields.raw(field) ?? ''
    if (typeof text !== 'string' || text.length > mostTextChars) {
      throw fields.error(field, `a text of at most ${mostTextChars} characters`)
    }
  }
  const stored = await storedValues(directory, writer, entry)
  const values = path === undefined ? stored : stored.filter((value) => value.path === path)
  if (values.length > 0) return values
  const which = path === undefined ? 'value' : `value at ${display(path)}`
  throw new JournalError(`entry ${entry} of writer ${writer} has no ${which} that can be erased, or no more`)
}

/** Erases values, each after an entry that says so. */
export async function eraseValues(
  log: JournalLog,
  { writer, entry, reason }: EraseOptions,
  values: readonly StoredValue[],
): Promise<Erased> {
  for (const value of values) {
    await log.record('erase', { time: isoTime(log.clock()), writer, entry, digest: value.digest, reason })
    await overwrite(value)
  }
  return { paths: values.map(({ path }) => path) }
}

/** A value that can be erased, as it was recorded. */
export interface RecordedValue {
  /** Where it stood in the arguments, such as `customer.email`. */
  readonly path: string
  readonly value: unknown
}

/**
 * The values behind the digests in an entry that have not been erased.
 * @throws PolicyError for options that can not be meant, and JournalError where the journal has no such writer.
 */
export async function readErasable(options: ReadErasableOptions): Promise<RecordedValue[]> {
  const fields = new PolicyFields(options, { path: 'readErasable', names: ['directory', 'writer', 'entry'] })
  const { directory, writer, entry } = options
  if (typeof directory !== 'string' || directory === '') throw fields.error('directory', 'the directory of a journal')
  if (typeof writer !== 'string' || !isWriterId(writer)) throw fields.error('writer', 'the id of a writer')
  if (fields.wholeNumber('entry', { least: 0 }) === undefined) throw fields.error('entry', 'the number of an entry')
  return (await storedValues(directory, writer, entry)).map(({ path, value }) => ({ path, value }))
}

export interface ReadErasableOptions {
  readonly directory: string
  readonly writer: string
  /** The entry's number, as `seq`. */
  readonly entry: number
}

/** A value that can be erased, and where its line stands. */
export interface StoredValue extends RecordedValue {
  readonly digest: string
  readonly file: string
  readonly offset: number
  readonly bytes: number
}

/** The values of an entry that are still there. */
async function storedValues(directory: string, writer: string, entry: number): Promise<StoredValue[]> {
  const found: StoredValue[] = []
  for (const segment of await segmentsOf(directory, writer)) {
    const file = valuesPath(directory, writer, segment)
    try {
      for await (const { buffer, bounds, offset } of readLines(file)) {
        for (let index = 0; index < bounds.length; index += 2) {
          const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
          const value = parseValue(buffer.toString('utf8', start, end))
          if (value?.seq !== entry) continue
          found.push({ ...value, file, offset: offset + start - (bounds[0] as number), bytes: end - start })
        }
      }
    } catch (error) {
      unlessMissing(error as NodeJS.ErrnoException)
    }
  }
  return found
}

/** @throws JournalError where the journal has no such writer. */
async function segmentsOf(directory: string, writer: string): Promise<number[]> {
  try {
    return await listSegments(directory, writer)
  } catch (cause) {
    throw new JournalError(`the journal in \`${directory}\` has no writer ${writer} that can be read`, { cause })
  }
}

function parseValue(line: string): (RecordedValue & { seq: number; digest: string }) | undefined {
  try {
    const { seq, disclosure } = JSON.parse(line) as { seq: number; disclosure: string }
    const parts = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, string, unknown]
    const [, path, value] = parts
    return { seq, path, value, digest: hash('sha256', disclosure, 'base64url') }
  } catch {
    // It was erased.
    return undefined
  }
}

/** Overwrites a value where it stands, so that the file can still be appended to by its writer. */
async function overwrite({ file: path, offset, bytes }: StoredValue): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.write(Buffer.alloc(bytes, ' '), 0, bytes, offset)
    await file.datasync()
  } finally {
    await file.close()
  }
}
