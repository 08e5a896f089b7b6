import { parseNote } from './note.ts'

/**
 * What a checkpoint says: how many entries a writer's tree has, and its root. It is the text of a signed note, as in
 * C2SP's tlog-checkpoint. See https://c2sp.org/tlog-checkpoint.
 */
export interface Checkpoint {
  /** `<journal>/<writer>`: whose tree it is. */
  readonly origin: string
  /** The number of entries. */
  readonly size: number
  /** The root of their tree, in hex. */
  readonly root: string
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`
}

/** @throws TypeError for a note that is none, or whose text is no checkpoint. Signatures are not verified here. */
export function parseCheckpoint(note: string): Checkpoint {
  const { text } = parseNote(note)
  // Lines after the first three are allowed, and mean nothing here.
  const [, origin, size, base64] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(text) ?? []
  if (origin === undefined || size === undefined || base64 === undefined || !Number.isSafeInteger(Number(size))) {
    throw new TypeError('the note is no checkpoint: expected lines with an origin, a size, and a root in base64')
  }
  return { origin, size: Number(size), root: Buffer.from(base64, 'base64').toString('hex') }
}

/** The writer that a checkpoint of a journal is of: what stands after the last slash. */
export function writerOf({ origin }: Checkpoint): string {
  return origin.slice(origin.lastIndexOf('/') + 1)
}
