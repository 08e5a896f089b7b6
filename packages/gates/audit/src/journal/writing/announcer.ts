import { within } from '@toolgate/core'
import type { Checkpoint } from '../format/checkpoint.ts'
import type { CheckpointListener } from './checkpoints.ts'

/** The longest that closing waits for the last checkpoint to be heard. */
const closeTimeoutMs = 5_000

/**
 * Tells a listener of checkpoints, one at a time. Where it is slow it is told the latest only, which covers those before;
 * where it fails, no call is the worse for it, and the next checkpoint is told all the same.
 */
export class Announcer {
  readonly #listener: CheckpointListener | undefined
  readonly #onError: (error: Error) => void
  #next: { readonly note: string; readonly checkpoint: Checkpoint } | undefined
  #telling: Promise<void> | undefined
  #isFailing = false

  constructor(listener: CheckpointListener | undefined, onError: (error: Error) => void) {
    this.#listener = listener
    this.#onError = onError
  }

  tell(note: string, checkpoint: Checkpoint): void {
    if (this.#listener === undefined) return
    this.#next = { note, checkpoint }
    this.#telling ??= this.#tellAll(this.#listener)
  }

  /** Resolves when the last one was heard, or it takes too long. */
  async close(): Promise<void> {
    if (this.#telling === undefined) return
    const what = 'telling of the last checkpoint'
    await within(this.#telling, { what, timeoutMs: closeTimeoutMs }).catch(this.#onError)
  }

  async #tellAll(listener: CheckpointListener): Promise<void> {
    while (this.#next !== undefined) {
      const { note, checkpoint } = this.#next
      this.#next = undefined
      try {
        await listener(note, checkpoint)
        this.#isFailing = false
      } catch (error) {
        if (!this.#isFailing) this.#onError(error as Error)
        this.#isFailing = true
      }
    }
    this.#telling = undefined
  }
}
