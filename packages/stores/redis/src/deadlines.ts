/** Something that has to be over by a time. */
export interface Deadline {
  readonly atMs: number
  readonly onTimeout: () => void
  isOver: boolean
}

/**
 * Time-outs that are all equally long, so that the first to begin is the first to end: one timer serves all that are
 * under way at the same time.
 */
export class Deadlines {
  readonly timeoutMs: number
  #waiting: Deadline[] = []
  #first = 0
  #timer: NodeJS.Timeout | undefined

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs
  }

  start(onTimeout: () => void): Deadline {
    const deadline = { atMs: performance.now() + this.timeoutMs, onTimeout, isOver: false }
    this.#waiting.push(deadline)
    if (this.#timer === undefined) this.#wait(this.timeoutMs)
    return deadline
  }

  end(deadline: Deadline): void {
    deadline.isOver = true
    // As a rule the first to begin is also the first to end.
    while (this.#waiting[this.#first]?.isOver) this.#first++
    if (this.#first === this.#waiting.length) {
      this.#waiting.length = 0
      this.#first = 0
    } else if (this.#first > 1_024) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
  }

  /** The timer is left to run when nothing waits any more: to stop it and set it for each call would cost more. */
  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#expire(), ms).unref()
  }

  #expire(): void {
    this.#timer = undefined
    const nowMs = performance.now()
    for (;;) {
      const first = this.#waiting[this.#first]
      if (first === undefined) return
      // Node.js may fire a timer a little too soon.
      if (first.atMs > nowMs) {
        if (this.#timer === undefined) this.#wait(Math.ceil(first.atMs - nowMs))
        return
      }
      this.end(first)
      first.onTimeout()
    }
  }
}
