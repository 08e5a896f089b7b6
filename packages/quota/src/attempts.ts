import type { Hold } from './store.ts'

/** One request for a call that has an id of its caller's. */
export interface Attempt {
  readonly id: string
  isOpen: boolean
}

interface OpenCall {
  attempts: number
  /** What an attempt that is over took and others may be using. */
  left: Hold | undefined
}

/**
 * The attempts under way for each call that has an id. Several may be: a retry while the answer to the one before is
 * still on its way. The store answers them with one hold, so what an attempt took that comes to nothing may be given
 * back only when no other attempt is left that could be using it.
 */
export class Attempts {
  readonly #open = new Map<string, OpenCall>()

  begin(id: string): Attempt {
    const call = this.#open.get(id) ?? { attempts: 0, left: undefined }
    call.attempts++
    this.#open.set(id, call)
    return { id, isOpen: true }
  }

  /** Ends an attempt whose call did not run, with what it took by itself. Returns what is to be given back now. */
  giveUp(attempt: Attempt | undefined, taken: Hold | undefined): Hold | undefined {
    if (attempt === undefined) return taken
    const call = this.#end(attempt)
    if (call === undefined) return taken
    const left = taken ?? call.left
    if (call.attempts > 0) {
      call.left = left
      return undefined
    }
    this.#open.delete(attempt.id)
    return left
  }

  /** Ends an attempt whose call has run: its hold is settled, and there is nothing to give back. */
  finish(attempt: Attempt | undefined): void {
    if (attempt === undefined) return
    const call = this.#end(attempt)
    if (call === undefined) return
    call.left = undefined
    if (call.attempts === 0) this.#open.delete(attempt.id)
  }

  /** An attempt may end twice: when nobody waits any more, and when its answer comes after all. */
  #end(attempt: Attempt): OpenCall | undefined {
    const call = this.#open.get(attempt.id)
    if (call !== undefined && attempt.isOpen) call.attempts--
    attempt.isOpen = false
    return call
  }
}
