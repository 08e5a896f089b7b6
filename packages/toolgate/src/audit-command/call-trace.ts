import type { JournalCall } from '@toolgate/audit'

/** What an id can be the id of. */
const idFields = { run: 'run', session: 'session', traceId: 'trace', callId: 'call' } as const
type IdField = keyof typeof idFields
export type TracedKind = (typeof idFields)[IdField]

/** So many calls are kept of one id. */
const mostTracedCalls = 10_000

/** What the id of a call is, of those things that are traced. */
function kindsOf(call: JournalCall, id: string): TracedKind[] {
  return (Object.keys(idFields) as IdField[]).filter((field) => call[field] === id).map((field) => idFields[field])
}

/** Everything that was recorded under one id. */
export class CallTrace {
  readonly id: string
  /** How many calls have it as the id of what. */
  readonly kinds: Map<TracedKind, number> = new Map()
  readonly #calls: JournalCall[] = []
  /** Calls beyond those that are kept. */
  more = 0

  constructor(id: string) {
    this.id = id
  }

  add(call: JournalCall): void {
    const kinds = kindsOf(call, this.id)
    if (kinds.length === 0) return
    for (const kind of kinds) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1)
    if (this.#calls.length < mostTracedCalls) this.#calls.push(call)
    else this.more++
  }

  /** The calls in the order in which they arrived. */
  calls(): readonly JournalCall[] {
    return this.#calls.toSorted((one, other) => startMs(one) - startMs(other) || one.seq - other.seq)
  }
}

export function startMs({ time }: JournalCall): number {
  return Date.parse(time)
}

/** When the call ended, as far as it is known. */
export function endMs(call: JournalCall): number {
  return startMs(call) + lengthMs(call)
}

/** How long the call took; 0 where that is not known. */
export function lengthMs({ durationMs }: JournalCall): number {
  return typeof durationMs === 'number' ? durationMs : 0
}
