import { open } from 'node:fs/promises'
import { within } from '@toolgate/core'
import { type Checkpoint, checkpointText } from '../format/checkpoint.ts'
import { checkpointLine } from '../format/line.ts'
import { isSignedBy, type NoteKey, parseNote, signedNote } from '../format/note.ts'
import { JournalError } from '../journal-error.ts'
import type { CheckpointSigner } from './signing-key.ts'

/** Told each checkpoint once it is signed and stored, as a note that can be kept elsewhere. */
export type CheckpointListener = (note: string, checkpoint: Checkpoint) => void | Promise<void>

export interface CheckpointsOptions {
  readonly path: string
  readonly signer: CheckpointSigner
  readonly key: NoteKey
  /** Told of each that is stored. It does not throw, and nothing waits for it. */
  readonly onStored: (note: string, checkpoint: Checkpoint) => void
}

/** The longest that a signer may take. */
const signTimeoutMs = 10_000

/** Signs the checkpoints of one writer and stores them, one after the other. */
export class Checkpoints {
  readonly #options: CheckpointsOptions
  /** How many entries the last one is about. */
  #size = 0
  /** How many bytes of the file are whole lines. */
  #bytes = 0
  #latest: Promise<void> = Promise.resolve()

  constructor(options: CheckpointsOptions) {
    this.#options = options
  }

  /** How many entries are signed. */
  get size(): number {
    return this.#size
  }

  /** Signs what has been synced. It resolves when the note is stored. */
  add(checkpoint: Checkpoint): Promise<void> {
    this.#latest = this.#latest.then(
      () => this.#add(checkpoint),
      () => this.#add(checkpoint),
    )
    return this.#latest
  }

  async #add(checkpoint: Checkpoint): Promise<void> {
    // A tree never shrinks: a smaller one would vouch for a journal that was cut.
    if (checkpoint.size <= this.#size) return
    const { key, onStored } = this.#options
    const text = checkpointText(checkpoint)
    const note = signedNote(text, key, await this.#sign(Buffer.from(text)))
    if (!isSignedBy(parseNote(note), key)) {
      throw new JournalError('the signer of the journal gave a signature that is not that of its publicKey')
    }
    await this.#store(`${checkpointLine(note)}\n`)
    this.#size = checkpoint.size
    onStored(note, checkpoint)
  }

  #sign(text: Uint8Array): Promise<Uint8Array> {
    const signing = Promise.resolve(this.#options.signer.sign(text))
    return within(signing, { what: 'signing a checkpoint', timeoutMs: signTimeoutMs })
  }

  async #store(line: string): Promise<void> {
    const file = await open(this.#options.path, 'a', 0o600)
    try {
      const { size } = await file.stat()
      // A part of a line that could not be written whole is overwritten; a file that is gone is begun anew.
      if (size > this.#bytes) await file.truncate(this.#bytes)
      await file.appendFile(line)
      await file.datasync()
      this.#bytes = Math.min(size, this.#bytes) + Buffer.byteLength(line)
    } finally {
      await file.close()
    }
  }
}
