import type { JournalCall } from '@toolgate/audit'

/** How many later calls are read before one is let go. */
const mostAwaited = 1_000

/**
 * Puts calls in the order in which they arrived, since those of one writer come in the order in which they ended. It
 * holds only so many: a call that took so long that more than a thousand others ended meanwhile comes too late.
 */
export class ArrivalOrder {
  #held: JournalCall[] = []
  #last: JournalCall | undefined
  /** How many came too late. */
  late = 0

  async *of(calls: AsyncIterable<JournalCall>): AsyncGenerator<JournalCall, void, undefined> {
    for await (const call of calls) {
      this.#held.push(call)
      if (this.#held.length === 2 * mostAwaited) yield* this.#release(mostAwaited)
    }
    yield* this.#release(this.#held.length)
  }

  /** Lets go the calls that arrived first. */
  *#release(count: number): Generator<JournalCall, void, undefined> {
    const sorted = this.#held.sort(byArrival)
    this.#held = sorted.slice(count)
    for (const call of sorted.slice(0, count)) {
      if (this.#last !== undefined && isBefore(call, this.#last)) this.late++
      else this.#last = call
      yield call
    }
  }
}

/**
 * Times are all in UTC and of one length, so their order is that of their characters. In one millisecond a writer's
 * entries are in the order of their numbers; between writers there is none.
 */
function byArrival(one: JournalCall, other: JournalCall): number {
  if (one.time !== other.time) return one.time < other.time ? -1 : 1
  if (one.writer !== other.writer) return one.writer < other.writer ? -1 : 1
  return one.seq - other.seq
}

function isBefore(one: JournalCall, other: JournalCall): boolean {
  if (one.time !== other.time) return one.time < other.time
  return one.writer === other.writer && one.seq < other.seq
}
