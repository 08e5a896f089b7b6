import { type Checkpoint, parseCheckpoint } from '../format/checkpoint.ts'
import { unlessMissing } from '../format/files.ts'
import { checkpointLine } from '../format/line.ts'
import { type LineBatch, noRest, type Rest, readLines } from '../format/lines.ts'
import { isSignedBy, type NoteKey, parseNote, signedNote } from '../format/note.ts'
import { type FindingCode, quoted } from './findings.ts'
import { parseObject } from './shapes.ts'

/** A checkpoint whose signature is right. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: string
}

/** What is wrong with a line, and where it stands in the file. */
type CheckpointListener = (trouble: {
  readonly code: FindingCode
  readonly offset: number
  readonly message: string
}) => void

export interface CheckpointReaderOptions {
  readonly path: string
  /** What stands after it was written meanwhile. */
  readonly bytes: number
  readonly origin: string
  /** The keys that may have signed. */
  readonly keys: readonly NoteKey[]
  readonly tell: CheckpointListener
}

/** Reads a writer's checkpoints beside its entries, and verifies each. */
export class CheckpointReader {
  readonly #options: CheckpointReaderOptions
  readonly #checkpoints: AsyncGenerator<SignedCheckpoint, void, undefined>
  #next: SignedCheckpoint | undefined
  #isRead = false
  #count = 0
  #tornOffset: number | undefined

  constructor(options: CheckpointReaderOptions) {
    this.#options = options
    this.#checkpoints = this.#read()
  }

  /** How many lines there are, right or wrong. */
  get count(): number {
    return this.#count
  }

  /** Where a line begins that was not written to its end. */
  get tornOffset(): number | undefined {
    return this.#tornOffset
  }

  /** The next one, if it is of up to so many entries. */
  async next(upTo: number): Promise<SignedCheckpoint | undefined> {
    if (this.#next === undefined && !this.#isRead) {
      const { done, value } = await this.#checkpoints.next()
      this.#isRead = done === true
      this.#next = value ?? undefined
    }
    if (this.#next === undefined || this.#next.size > upTo) return undefined
    const next = this.#next
    this.#next = undefined
    return next
  }

  /** The last of all that are left. */
  async last(): Promise<SignedCheckpoint | undefined> {
    let last = this.#next
    this.#next = undefined
    for await (const checkpoint of this.#checkpoints) last = checkpoint
    this.#isRead = true
    return last
  }

  /** Lets go of the file, also before its end. */
  async close(): Promise<void> {
    await this.#checkpoints.return()
  }

  async *#read(): AsyncGenerator<SignedCheckpoint, void, undefined> {
    const { path, bytes } = this.#options
    if (bytes === 0) return
    const lines = readLines(path, { to: bytes })
    try {
      yield* this.#checkpointsIn(lines)
    } finally {
      await lines.return(noRest)
    }
  }

  async *#checkpointsIn(lines: AsyncGenerator<LineBatch, Rest>): AsyncGenerator<SignedCheckpoint, void, undefined> {
    let size = -1
    while (true) {
      const { done, value } = await lines.next()
      if (done === true) return this.#endsIn(value.bytes, value.offset)
      const { buffer, bounds, offset } = value
      for (let index = 0; index < bounds.length; index += 2) {
        const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
        const lineOffset = offset + start - (bounds[0] as number)
        const checkpoint = this.#checked(buffer.toString('utf8', start, end), size, lineOffset)
        if (checkpoint === undefined) continue
        size = checkpoint.size
        yield checkpoint
      }
    }
  }

  #checked(line: string, sizeBefore: number, offset: number): SignedCheckpoint | undefined {
    this.#count++
    const { origin, keys, tell } = this.#options
    const note = noteOf(line)
    const checkpoint = note === undefined ? undefined : checkpointOf(note)
    if (note === undefined || checkpoint === undefined) {
      tell({ code: 'checkpoint_malformed', offset, message: 'a line is no checkpoint: it was changed or put in' })
      return undefined
    }
    if (!isSigned(note, keys)) {
      const isUnknown = keys.length === 0
      const code = isUnknown ? 'checkpoint_unverifiable' : 'checkpoint_unsigned'
      const why = isUnknown
        ? 'no key is known to verify it with'
        : 'its signature is not right: it was changed or put in'
      tell({ code, offset, message: `the checkpoint of ${checkpoint.size} entries: ${why}` })
      return undefined
    }
    if (checkpoint.origin !== origin) {
      const message = `the checkpoint is of ${quoted(checkpoint.origin)}, not of ${quoted(origin)}: it was put in`
      tell({ code: 'checkpoint_misfit', offset, message })
      return undefined
    }
    if (checkpoint.size <= sizeBefore) {
      const message = `the checkpoint of ${checkpoint.size} entries stands after one of ${sizeBefore}: it was moved or put in`
      tell({ code: 'checkpoint_misfit', offset, message })
      return undefined
    }
    return { ...checkpoint, note }
  }

  #endsIn(rest: Buffer, offset: number): void {
    if (rest.length === 0) return
    this.#count++
    // What a crash leaves is the beginning of a line; a disk that lost power may have zeros in its place.
    const text = rest.toString('utf8').replace(/\0+$/, '')
    if ('{"note":"'.startsWith(text) || /^\{"note":"(?:[^"\\]|\\.)*\\?"?\}?$/s.test(text)) this.#tornOffset = offset
    else this.#options.tell({ code: 'checkpoint_malformed', offset, message: 'what the file ends in is no checkpoint' })
  }
}

/** `undefined` for a line that is not, to the byte, as it is written. */
function noteOf(line: string): string | undefined {
  const note = parseObject(line)?.note
  return typeof note === 'string' && checkpointLine(note) === line ? note : undefined
}

function checkpointOf(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(note)
  } catch {
    return undefined
  }
}

/** Whether one of the keys has signed it, and nothing but its signature was added. */
function isSigned(note: string, keys: readonly NoteKey[]): boolean {
  const parsed = parseNote(note)
  const [signature, ...others] = parsed.signatures
  if (signature === undefined || others.length > 0) return false
  // The base64 of one signature can be written in several ways.
  return keys.some((key) => isSignedBy(parsed, key) && signedNote(parsed.text, key, signature.signature) === note)
}

/** How many lines, from the last, are looked at for one that is signed. */
const mostLatest = 16

/** The last of a writer's whole checkpoint lines, and how many bytes there are. */
export async function latestLines(
  path: string,
): Promise<{ readonly lines: readonly string[]; readonly bytes: number }> {
  const latest: string[] = []
  try {
    const lines = readLines(path)
    while (true) {
      const { done, value } = await lines.next()
      if (done === true) return { lines: latest, bytes: value.offset + value.bytes.length }
      const bounds = value.bounds.slice(-2 * mostLatest)
      for (let index = 0; index < bounds.length; index += 2) {
        latest.push(value.buffer.toString('utf8', bounds[index], bounds[index + 1]))
      }
      latest.splice(0, latest.length - mostLatest)
    }
  } catch (error) {
    unlessMissing(error as NodeJS.ErrnoException)
    return { lines: [], bytes: 0 }
  }
}

/** Of how many entries the latest checkpoint is that is signed. */
export function signedSize(lines: readonly string[], origin: string, keys: readonly NoteKey[]): number {
  for (const line of lines.toReversed()) {
    const note = noteOf(line)
    const checkpoint = note === undefined ? undefined : checkpointOf(note)
    if (note !== undefined && checkpoint?.origin === origin && isSigned(note, keys)) return checkpoint.size
  }
  return 0
}
