import type { JournalCall } from '@toolgate/audit'
import { DecimalSum } from './decimal-sum.ts'
import { DurationHistogram } from './duration-histogram.ts'

/** So many names are told apart of each kind: a model can make up any number of them. */
export const mostNames = 10_000

/** What is counted of the calls that have something in common. */
export class CallCount {
  calls = 0
  executed = 0
  /** Stopped by a gate, or waiting for a person. */
  stopped = 0
  /** Whose tool threw or was stopped. */
  failed = 0
  /** That have not ended as far as the journal says: they run, or nobody knows. */
  open = 0
  readonly cost: DecimalSum = new DecimalSum()

  add({ outcome, cost }: JournalCall): void {
    this.calls++
    if (outcome === 'executed') this.executed++
    else if (outcome === 'blocked' || outcome === 'pending') this.stopped++
    else if (outcome === 'running' || outcome === 'unknown') this.open++
    else this.failed++
    if (cost !== undefined) this.cost.add(String(cost))
  }

  toJSON(): object {
    const { calls, executed, stopped, failed, open, cost } = this
    return { calls, executed, stopped, failed, open, cost: String(cost) }
  }
}

/** Counts by name, for as many names as are told apart. */
export class CountsByName {
  readonly #counts = new Map<string, CallCount>()
  /** Calls with names beyond those that are told apart. */
  readonly others: CallCount = new CallCount()

  add(name: unknown, call: JournalCall): void {
    const text = String(name)
    let count = this.#counts.get(text)
    if (count === undefined && this.#counts.size < mostNames) {
      count = new CallCount()
      this.#counts.set(text, count)
    }
    const counted = count ?? this.others
    counted.add(call)
  }

  /** The names with the most calls first. */
  ranked(): (readonly [string, CallCount])[] {
    return [...this.#counts].sort(([one, { calls }], [other, { calls: otherCalls }]) => {
      return otherCalls - calls || (one < other ? -1 : 1)
    })
  }

  toJSON(): object {
    return this.ranked().map(([name, count]) => ({ name, ...count.toJSON() }))
  }
}

/** Everything that is counted, in one pass and in bounded memory. */
export class CallStatistics {
  readonly all: CallCount = new CallCount()
  readonly byTool: CountsByName = new CountsByName()
  readonly byAgent: CountsByName = new CountsByName()
  readonly byOutcome: CountsByName = new CountsByName()
  /** The gate, or the stage, that stopped the call. */
  readonly byStoppingGate: CountsByName = new CountsByName()
  readonly durations: DurationHistogram = new DurationHistogram()
  first: string | undefined
  last: string | undefined

  add(call: JournalCall): void {
    this.all.add(call)
    this.byTool.add(call.tool, call)
    this.byAgent.add(call.principal, call)
    this.byOutcome.add(call.outcome, call)
    if (call.blockedBy !== undefined) this.byStoppingGate.add(call.blockedBy, call)
    if (typeof call.durationMs === 'number') this.durations.add(call.durationMs)
    // Times are all in UTC and of one length, so their order is that of their characters.
    if (this.first === undefined || call.time < this.first) this.first = call.time
    if (this.last === undefined || call.time > this.last) this.last = call.time
  }

  toJSON(): object {
    const { all, byTool, byAgent, byOutcome, byStoppingGate, durations, first, last } = this
    const durationMs = { p50: durations.quantile(0.5), p99: durations.quantile(0.99) }
    return { all, first, last, durationMs, byOutcome, byTool, byAgent, byStoppingGate }
  }
}
