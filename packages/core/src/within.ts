/** A promise, as far as anything may be awaited: what a gate, a store or a tool returns may come from any library. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as PromiseLike<T>).then === 'function'
}

/** Applies a function to a value now, or to a promise's value later: what is at hand costs no turn of the event loop. */
export function andThen<From, To>(
  value: From | PromiseLike<From>,
  apply: (value: From) => To | Promise<To>,
): To | Promise<To> {
  return isPromise(value) ? Promise.resolve(value).then(apply) : apply(value)
}

/** Work did not end within the time it was given. */
export class DeadlineError extends Error {
  override readonly name = 'TimeoutError'

  constructor(what: string, timeoutMs: number) {
    super(`${what} took longer than ${timeoutMs} ms`)
  }
}

interface Bounds {
  /** What is waited for, as the error should name it. */
  readonly what: string
  /** Not bounded in time when absent. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with what came after nobody waited any more, so that nothing taken late stays taken. */
  readonly late?: (value: unknown) => void
}

/**
 * Waits for `work`, but no longer than the time-out or until the signal aborts.
 * @throws DeadlineError at the time-out; the signal's reason when it aborts; what the work itself threw.
 */
export function within<T>(work: PromiseLike<T>, { what, timeoutMs, signal, late }: Bounds): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isOver = false
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => giveUp(new DeadlineError(what, timeoutMs)), timeoutMs)
    const onAbort = () => giveUp(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const end = () => {
      isOver = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const giveUp = (error: unknown) => {
      end()
      reject(error)
    }
    work.then(
      (value) => {
        if (isOver) return late?.(value)
        end()
        resolve(value)
      },
      (error: unknown) => {
        if (!isOver) giveUp(error)
      },
    )
    if (signal?.aborted && !isOver) onAbort()
  })
}
