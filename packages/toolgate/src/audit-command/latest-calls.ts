import type { JournalCall } from '@toolgate/audit'

/** Keeps the calls that arrived last, however many are added, and knows how many each writer had. */
export class LatestCalls {
  readonly #most: number
  #calls: JournalCall[] = []
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  get isFull(): boolean {
    return this.#calls.length >= this.#most
  }

  add(call: JournalCall): void {
    this.#counts.set(call.writer, (this.#counts.get(call.writer) ?? 0) + 1)
    if (this.#most === 0) return
    this.#calls.push(call)
    if (this.#calls.length >= 2 * this.#most + 1_000) this.#calls = this.sorted()
  }

  sorted(): JournalCall[] {
    if (this.#most === 0) return []
    return this.#calls
      .toSorted((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)))
      .slice(-this.#most)
  }

  /**
   * Whether a call is one of those that were added, where the same calls come again. Those of one writer come in the
   * order in which they ended, so that their number is enough to tell.
   */
  skip({ writer }: JournalCall): boolean {
    const left = this.#counts.get(writer) ?? 0
    if (left > 0) this.#counts.set(writer, left - 1)
    return left > 0
  }
}
