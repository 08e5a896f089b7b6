import type { EntryLine } from './first-lines.ts'
import type { JournalCall, JournalFilter } from './journal-call.ts'
import { Needle } from './needle.ts'

/** The fields of a filter that a call has under the same names. */
const sameFields = ['principal', 'tool', 'tenant', 'session', 'run', 'traceId', 'callId'] as const

/** Those that an outcome has as well as its intent. */
const inOutcomes: readonly string[] = ['tool', 'callId']

/**
 * Which calls are read. Most lines are of others, so the bytes of a line are looked at before it is parsed: `may…` is
 * false only where the line can not be of a wanted call. What is left is parsed, and `accepts` decides.
 */
export class CallFilter {
  readonly #filter: JournalFilter
  readonly #fields: readonly Needle[]
  readonly #outcome: readonly Needle[]
  readonly #decision: readonly Needle[]
  readonly #isTimed: boolean
  /** Whether the outcome alone can tell that a call is wanted. */
  readonly #isInOutcome: boolean
  #buffer: Buffer = Buffer.alloc(0)

  constructor(filter: JournalFilter) {
    this.#filter = filter
    const fields = sameFields.filter((name) => filter[name] !== undefined)
    this.#fields = fields.map((name) => new Needle(`"${name}":${JSON.stringify(filter[name])}`))
    this.#outcome = filter.outcome === undefined ? [] : [new Needle(`"outcome":"${filter.outcome}"`)]
    this.#decision = decisionTexts(filter).map((text) => new Needle(text))
    this.#isTimed = filter.from !== undefined || filter.to !== undefined
    this.#isInOutcome = fields.every((name) => inOutcomes.includes(name))
  }

  /** Has to be called for each buffer, before its lines are asked about in their order. */
  begin(buffer: Buffer): void {
    this.#buffer = buffer
    for (const needle of [...this.#fields, ...this.#outcome, ...this.#decision]) needle.begin(buffer)
  }

  /** Whether this may be the intent of a wanted call. */
  mayBegin(line: EntryLine): boolean {
    return areIn(this.#fields, line) && this.#mayBeInTime(line)
  }

  /** Whether this may be a wanted call, all in one line. */
  mayBe(line: EntryLine): boolean {
    return this.mayBegin(line) && areIn(this.#outcome, line) && areIn(this.#decision, line)
  }

  /** Whether a call whose intent is wanted may have ended so. */
  mayEnd(line: EntryLine): boolean {
    return areIn(this.#outcome, line)
  }

  /** Whether this may be the outcome of a wanted call of which nothing else is known. */
  mayBeLeft(line: EntryLine): boolean {
    return this.#isInOutcome && areIn(this.#fields, line) && areIn(this.#outcome, line)
  }

  accepts(call: JournalCall): boolean {
    const { outcome } = this.#filter
    if (outcome !== undefined && call.outcome !== outcome) return false
    if (!sameFields.every((name) => this.#filter[name] === undefined || call[name] === this.#filter[name])) return false
    return this.#isInTime(call.time) && this.#isDecided(call)
  }

  #mayBeInTime({ start, end, length }: EntryLine): boolean {
    if (!this.#isTimed) return true
    const from = start + length
    const [, time] =
      leadingTime.exec(this.#buffer.toString('latin1', from, Math.min(end, from + mostLeadingChars))) ?? []
    return time === undefined || this.#isInTime(time)
  }

  #isInTime(time: string): boolean {
    if (!this.#isTimed) return true
    const { from, to } = this.#filter
    const timeMs = Date.parse(time)
    return (from === undefined || timeMs >= from.getTime()) && (to === undefined || timeMs < to.getTime())
  }

  #isDecided({ decisions, outcome }: JournalCall): boolean {
    const { gate, decision } = this.#filter
    if (gate === undefined) {
      if (decision === undefined) return true
      if (decision === 'allow') return outcome !== 'blocked' && outcome !== 'pending'
      return Object.values(decisions ?? {}).some((each) => each?.kind === decision)
    }
    if (decisions === undefined || !Object.hasOwn(decisions, gate)) return false
    return decision === undefined || decisions[gate]?.kind === decision
  }
}

const mostLeadingChars = 1_024

/** The time of an intent or a call, where nothing stands before it in which another `time` could be. */
const leadingTime =
  /^(?:,"erasable":\[[\w",-]*\])?(?:,"callId":"(?:[^"\\]|\\.)*")?,"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/

function decisionTexts({ gate, decision }: JournalFilter): string[] {
  const isAnyAllow = decision === 'allow' && gate === undefined
  return [
    ...(gate === undefined ? [] : [`${JSON.stringify(gate)}:`]),
    ...(decision === undefined || isAnyAllow ? [] : [`"kind":"${decision}"`]),
  ]
}

function areIn(needles: readonly Needle[], line: EntryLine): boolean {
  for (const needle of needles) if (!needle.isIn(line)) return false
  return true
}
