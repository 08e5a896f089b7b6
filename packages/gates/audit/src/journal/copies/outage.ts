import { messageOf } from '@toolgate/core'

/** What goes wrong with a copy, told once until it is well again. */
export class Outage {
  readonly #tell: (error: Error) => void
  readonly #what: string
  #isOut = false

  constructor(what: string, tell: (error: Error) => void) {
    this.#what = what
    this.#tell = tell
  }

  begin(cause: unknown): void {
    if (this.#isOut) return
    this.#isOut = true
    this.#tell(new Error(`${this.#what}: ${messageOf(cause)}`, { cause }))
  }

  end(): void {
    this.#isOut = false
  }
}

const firstRetryMs = 100
const mostRetryMs = 30_000

/** How long to wait after so many failures in a row: twice as long each time, and at random between half of it and all. */
export function backoffMs(failures: number, random: number): number {
  const longest = Math.min(mostRetryMs, firstRetryMs * 2 ** (failures - 1))
  return longest * (0.5 + random / 2)
}
