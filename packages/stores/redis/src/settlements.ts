import { RedisUnavailableError } from './unavailable.ts'

/** How many settlements may wait for Redis; those beyond it are left to the end of their leases. */
const mostWaiting = 10_000
const retryAfterMs = 500
const mostAtATime = 100

/** A settlement that Redis could not be told, and will be. */
export class KeptSettlementError extends RedisUnavailableError {
  constructor(cause: RedisUnavailableError) {
    super(`${cause.message}; it will be told when it is back`, { cause, isPassing: true })
  }
}

interface Waiting {
  /** Settles, once, however often it is called. */
  readonly settle: () => Promise<unknown>
  /** After this, Redis may no longer know that it has settled before. */
  readonly untilMs: number
}

/**
 * Settlements that Redis could not be told: they are told again until it can, for what a call has spent must be booked
 * before its lease ends. Settling twice changes nothing, so it does not matter which of the attempts got through.
 */
export class Settlements {
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #telling: Promise<void> | undefined
  #isClosed = false

  /** Settles now, and later again if Redis is not there. Rejects if that is so. */
  async settle<T>(settle: () => Promise<T>, rememberMs: number): Promise<T> {
    const untilMs = performance.now() + rememberMs
    try {
      return await settle()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (this.#isClosed || this.#waiting.length >= mostWaiting) throw error
      this.#waiting.push({ settle, untilMs })
      this.#retryLater()
      throw new KeptSettlementError(error)
    }
  }

  /** Tells Redis what it has not been told, as far as it is there, for the last time. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    // What came in while others were being told is not among them.
    await this.#telling
    await this.#tellWaiting()
  }

  #tellWaiting(): Promise<void> {
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined
    })
    return this.#telling
  }

  /** Tells several at a time, and goes on as long as some of them get through: those of one node may not. */
  async #tell(): Promise<void> {
    let isAnyTold = true
    for (let left = this.#waiting.length; left > 0 && isAnyTold; left -= mostAtATime) {
      const some = this.#waiting.splice(0, Math.min(left, mostAtATime))
      const isTold = await Promise.all(some.map(({ settle }) => isDone(settle)))
      isAnyTold = isTold.includes(true)
      const nowMs = performance.now()
      this.#waiting.push(...some.filter(({ untilMs }, index) => !isTold[index] && nowMs < untilMs))
    }
    if (this.#waiting.length > 0) this.#retryLater()
  }

  #retryLater(): void {
    if (this.#isClosed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#tellWaiting()
    }, retryAfterMs).unref()
  }
}

/** Whether there is nothing more to tell. */
async function isDone(settle: () => Promise<unknown>): Promise<boolean> {
  try {
    await settle()
    return true
  } catch (error) {
    return !isPassing(error)
  }
}

function isPassing(error: unknown): error is RedisUnavailableError {
  return error instanceof RedisUnavailableError && error.isPassing
}
