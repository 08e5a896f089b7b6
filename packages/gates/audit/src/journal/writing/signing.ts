import { checkpointsPath } from '../format/layout.ts'
import type { NoteKey } from '../format/note.ts'
import { Announcer } from './announcer.ts'
import { type CheckpointListener, Checkpoints } from './checkpoints.ts'
import type { CheckpointSigner } from './signing-key.ts'

export interface SigningOptions {
  readonly directory: string
  readonly journal: string
  readonly writer: string
  readonly signer: CheckpointSigner
  readonly key: NoteKey
  readonly checkpoint: CheckpointListener | undefined
  readonly checkpointEntries: number
  readonly checkpointMs: number
  readonly onError: (error: Error) => void
  /** The time has come to sign: `committed` is to be called as soon as no entries are being written. */
  readonly onDue: () => void
}

/** A tree whose entries have all been synced. */
export interface SyncedTree {
  readonly size: number
  root(): string
}

/** Decides when a writer's tree is signed: after so many entries, and no later than so long after an entry. */
export class Signing {
  readonly #options: SigningOptions
  readonly #checkpoints: Checkpoints
  readonly #announcer: Announcer
  /** How many entries have been handed over to be signed. */
  #asked = 0
  #timer: NodeJS.Timeout | undefined
  #isDue = false
  #isFailing = false

  constructor(options: SigningOptions) {
    this.#options = options
    const { directory, writer, signer, key, checkpoint, onError } = options
    this.#announcer = new Announcer(checkpoint, onError)
    this.#checkpoints = new Checkpoints({
      path: checkpointsPath(directory, writer),
      signer,
      key,
      onStored: (note, stored) => this.#announcer.tell(note, stored),
    })
  }

  /** Whether there is a checkpoint at all. */
  get hasSigned(): boolean {
    return this.#checkpoints.size > 0
  }

  /** The next commit is signed. */
  due(): void {
    this.#isDue = true
  }

  /** Called when all entries of the tree are on the disk. */
  committed(tree: SyncedTree): void {
    if (tree.size === this.#asked) return
    // A signer that fails is asked no more often than the time says.
    const isMany = !this.#isFailing && tree.size - this.#asked >= this.#options.checkpointEntries
    if (this.#isDue || isMany) this.sign(tree).catch((error: Error) => this.#failed(error))
    else this.#wait()
  }

  #wait(): void {
    const { checkpointMs, onDue } = this.#options
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#isDue = true
      onDue()
    }, checkpointMs).unref()
  }

  /** Signs the whole tree, and resolves when whoever keeps checkpoints elsewhere has heard of it. */
  async close(tree: SyncedTree): Promise<void> {
    await this.sign(tree)
    this.stop()
    await this.#announcer.close()
  }

  /** Signs now, and resolves when the checkpoint is stored. */
  async sign(tree: SyncedTree): Promise<void> {
    this.stop()
    this.#isDue = false
    this.#asked = tree.size
    const { journal, writer } = this.#options
    await this.#checkpoints.add({ origin: `${journal}/${writer}`, size: tree.size, root: tree.root() })
    this.#isFailing = false
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** It is tried again when the time has come once more. An outage is told once. */
  #failed(error: Error): void {
    this.#asked = this.#checkpoints.size
    if (!this.#isFailing) this.#options.onError(error)
    this.#isFailing = true
    this.#wait()
  }
}
