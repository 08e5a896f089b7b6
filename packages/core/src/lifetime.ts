import type { Outcome } from './outcome.ts'
import { DeadlineError } from './within.ts'

/**
 * How long one run of a tool may last: until its time-out or the caller's signal, whichever comes first. It goes on
 * through a stream, and must be ended when the run is over.
 */
export class Lifetime {
  readonly #controller = new AbortController()
  readonly #callerSignal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout | undefined
  readonly #onCallerAbort = () => this.#controller.abort(this.#callerSignal?.reason)

  constructor(what: string, timeoutMs: number | undefined, callerSignal: AbortSignal | undefined) {
    this.#callerSignal = callerSignal
    if (callerSignal?.aborted) this.#onCallerAbort()
    callerSignal?.addEventListener('abort', this.#onCallerAbort, { once: true })
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => this.#controller.abort(new DeadlineError(what, timeoutMs)), timeoutMs)
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort)
  }
}

/** A tool that fails once it was told to stop has been aborted, whatever it threw: its effect is unknown. */
export function failure(error: unknown, lifetime: Lifetime | undefined): Outcome {
  return lifetime?.signal.aborted === true
    ? { kind: 'aborted', error: lifetime.signal.reason }
    : { kind: 'failed', error }
}
