import { writerStartMs } from '../format/layout.ts'
import type { JournalCall } from './journal-call.ts'
import type { WriterCalls } from './writer-calls.ts'

/** How much is read ahead of all writers together, and of one at most and at least. */
const aheadBytes = 32 << 20
const mostStepBytes = 1 << 20
const leastStepBytes = 16 << 10

/** A writer whose next calls are known, the next of them at `position`. */
interface Head {
  readonly source: WriterCalls
  calls: readonly JournalCall[]
  position: number
  /** When the next call arrived. ISO times are in the order of their texts. */
  time: string
}

/**
 * The calls of many writers as one: the next is always that of the writer whose next call arrived first. A writer is
 * not looked into before the others have come to the time when it began.
 */
export class MergedCalls {
  /** The writers that have not been reached, the last to begin first. */
  readonly #waiting: WriterCalls[]
  /** Those that have, the one with the latest next call first. */
  readonly #heads: Head[] = []
  /** The one that calls were taken from last, which is not among them. */
  #last: Head | undefined

  constructor(sources: readonly WriterCalls[]) {
    this.#waiting = sources.toSorted((one, other) => (one.writer < other.writer ? 1 : -1))
  }

  /** The next calls, at least one; `undefined` when no writer has more for now. */
  async read(): Promise<readonly JournalCall[] | undefined> {
    // Only now: what comes next may be far away, and the calls before it were not to wait for it.
    if (this.#last !== undefined) await this.#goOn(this.#last)
    await this.#reach()
    const head = this.#heads.pop()
    this.#last = head
    if (head === undefined) return undefined
    const until = this.#nextTime()
    const from = head.position
    do head.position++
    while ((head.calls[head.position]?.time ?? afterLatest) <= until)
    return head.calls.slice(from, head.position)
  }

  /** Begins the writers that the merge has come to. */
  async #reach(): Promise<void> {
    while (this.#waiting.length > 0) {
      const source = this.#waiting.at(-1) as WriterCalls
      if (this.#heads.length > 0 && startOf(source) > (this.#heads.at(-1) as Head).time) return
      this.#waiting.pop()
      await this.#goOn({ source, calls: [], position: 0, time: '' })
    }
  }

  /** When the next call of another writer arrived, or might have. */
  #nextTime(): string {
    const next = this.#heads.at(-1)?.time ?? latest
    const waiting = this.#waiting.at(-1)
    if (waiting === undefined || startOf(waiting) > next) return next
    return startOf(waiting)
  }

  /** Puts a writer back where its next call belongs, if it has one. */
  async #goOn(head: Head): Promise<void> {
    if (head.position === head.calls.length) {
      const share = Math.floor(aheadBytes / (this.#heads.length + 1))
      const calls = await head.source.read(Math.min(mostStepBytes, Math.max(leastStepBytes, share)))
      if (calls === undefined) return
      head.calls = calls
      head.position = 0
    }
    head.time = (head.calls[head.position] as JournalCall).time
    this.#heads.splice(this.#placeOf(head.time), 0, head)
  }

  #placeOf(time: string): number {
    let [low, high] = [0, this.#heads.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#heads[middle] as Head).time > time) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** After every time there is. */
const latest = '~'
const afterLatest = '~~'

function startOf({ writer }: WriterCalls): string {
  return new Date(writerStartMs(writer)).toISOString()
}
