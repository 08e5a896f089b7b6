/** Something that has to be over by a time. */
export interface Deadline {
  readonly atMs: number
  readonly onTimeout: () => void
  isOver: boolean
}

/**
 * Time-outs that are all equally long, so that the first to begin is the first to end: one timer serves all of them. A
 * timer for each command would cost more than the rest of what is done for it here.
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
    // As a rule the first to begin is also the first to be answered.
    while (this.#waiting[this.#first]?.isOver) this.#first++
    if (this.#first === this.#waiting.length) {
      this.#waiting = []
      this.#first = 0
    } else if (this.#first > 1_024) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
  }

  /** The timer does not keep the process alive; the connection does. */
  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms)).unref()
  }

  #expire(): void {
    const nowMs = performance.now()
    this.#timer = undefined
    for (;;) {
      const first = this.#waiting[this.#first]
      if (first === undefined) return
      if (first.atMs > nowMs) return this.#wait(first.atMs - nowMs)
      this.end(first)
      first.onTimeout()
    }
  }
}
