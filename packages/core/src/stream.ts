import { failure, type Lifetime } from './lifetime.ts'
import type { Outcome } from './outcome.ts'
import { within } from './within.ts'

/** A stream was left before its end: by `break`, by `return()`, or by being forgotten. */
export class StreamAbandonedError extends Error {
  override readonly name = 'StreamAbandonedError'

  constructor() {
    super('the stream of the tool was abandoned before its end')
  }
}

/** Whether a tool returned a stream. It never throws. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  try {
    return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
  } catch {
    return false
  }
}

/** Closes a stream that came when nobody waited for it any more. */
export function closeStream(value: unknown): void {
  if (!isStream(value)) return
  const close = async () => value[Symbol.asyncIterator]().return?.()
  // Its call has ended and has been recorded: there is nobody left to hear that it failed to close.
  close().catch(() => undefined)
}

/** What a watched stream and its watcher share: the source, and whether the end was told. */
class StreamRun {
  readonly iterator: AsyncIterator<unknown>
  readonly lifetime: Lifetime | undefined
  readonly #onEnd: (outcome: Outcome) => void | Promise<void>
  #ended: Promise<void> | undefined

  constructor(
    source: AsyncIterable<unknown>,
    lifetime: Lifetime | undefined,
    onEnd: (outcome: Outcome) => void | Promise<void>,
  ) {
    this.iterator = source[Symbol.asyncIterator]()
    this.lifetime = lifetime
    this.#onEnd = onEnd
    if (lifetime?.signal.aborted) void this.stop(lifetime.signal.reason)
    lifetime?.signal.addEventListener('abort', () => this.stop(lifetime.signal.reason), { once: true })
  }

  /** Tells the end once, whoever comes first; everyone waits until it has been settled and recorded. */
  end(outcome: Outcome): Promise<void> {
    if (this.#ended === undefined) {
      this.lifetime?.end()
      this.#ended = Promise.resolve(this.#onEnd(outcome))
    }
    return this.#ended
  }

  /** Ends the run from outside. The source is told, but not waited for: it may hang, which is why it is stopped. */
  async stop(reason: unknown): Promise<void> {
    await this.end({ kind: 'aborted', error: reason })
    try {
      await this.iterator.return?.()
    } catch {
      // The source failed to close. The run has been told and recorded; there is nobody left to hear of this.
    }
  }
}

/**
 * Ends the run of a stream that was dropped without being read to its end or closed. What is held here, and `onEnd`
 * with it, must not lead back to the stream, or the stream could never be seen to be dropped.
 */
const forgotten = new FinalizationRegistry<StreamRun>((run) => run.stop(new StreamAbandonedError()))

/**
 * Hands a tool's stream on and watches it to its end: `onEnd` is told once, when the stream ends, fails, is stopped by
 * its time-out or the caller's signal, or is abandoned.
 */
export class WatchedStream implements AsyncIterableIterator<unknown, unknown, unknown> {
  readonly #run: StreamRun
  #last: unknown

  constructor(
    source: AsyncIterable<unknown>,
    lifetime: Lifetime | undefined,
    onEnd: (outcome: Outcome) => void | Promise<void>,
  ) {
    this.#run = new StreamRun(source, lifetime, onEnd)
    forgotten.register(this, this.#run)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(...input: [] | [unknown]): Promise<IteratorResult<unknown, unknown>> {
    const { iterator, lifetime } = this.#run
    try {
      lifetime?.signal.throwIfAborted()
      const step = await within(Promise.resolve(iterator.next(...input)), {
        what: 'the stream',
        signal: lifetime?.signal,
      })
      if (typeof step !== 'object' || step === null) throw new TypeError('the stream gave what is no iterator result')
      if (step.done) await this.#run.end({ kind: 'executed', result: step.value ?? this.#last })
      else this.#last = step.value
      return step
    } catch (error) {
      await this.#run.end(failure(error, lifetime))
      throw error
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    await this.#run.end({ kind: 'aborted', error: new StreamAbandonedError() })
    await this.#run.iterator.return?.(value)
    return { done: true, value }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}
