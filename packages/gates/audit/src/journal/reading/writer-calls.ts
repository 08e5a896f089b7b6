import { isRunning } from '../format/process.ts'
import type { CallFilter } from './call-filter.ts'
import type { JournalDamage } from './damage.ts'
import type { EntryBatch, EntryLine } from './first-lines.ts'
import type { JournalCall } from './journal-call.ts'
import { endedCall, leftCall, openCall, wholeCall } from './parse-call.ts'
import type { WriterLines } from './writer-lines.ts'

export interface WriterCallsOptions {
  readonly lines: WriterLines
  readonly filter: CallFilter
  /** Whether reading goes on when there are no more calls for now. */
  readonly follow: boolean
  /** Whether others have recorded that a writer on another host has ended. */
  readonly hasEnded: (writer: string) => Promise<boolean>
  readonly onDamage: (damage: JournalDamage) => void
  readonly signal: AbortSignal | undefined
}

/** An intent whose outcome has not been read yet. */
interface OpenIntent {
  readonly line: string
  readonly segment: number
  readonly offset: number
}

/**
 * The calls of one writer, in the order in which they ended; those that have not ended come last. In memory are the
 * intents of the calls that were under way.
 */
export class WriterCalls {
  readonly #options: WriterCallsOptions
  readonly #open = new Map<number, OpenIntent>()
  #hasEnded = false

  constructor(options: WriterCallsOptions) {
    this.#options = options
  }

  get writer(): string {
    return this.#options.lines.writer
  }

  /** Whether the writer has ended: once there are no more calls, none will come. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** The next calls, at least one; `undefined` when there are no more for now. */
  async read(stepBytes: number): Promise<JournalCall[] | undefined> {
    const { lines, signal } = this.#options
    while (signal?.aborted !== true) {
      const batch = await lines.read(stepBytes)
      if (batch !== undefined) {
        const calls = this.#callsIn(batch)
        if (calls.length > 0) return calls
      } else if (this.#hasEnded || !(await this.#looksEnded())) {
        return this.#openCalls()
      } else {
        // What it wrote before it ended is still to be read.
        this.#hasEnded = true
      }
    }
    return undefined
  }

  async #looksEnded(): Promise<boolean> {
    const { lines, hasEnded } = this.#options
    if (lines.isClosed) return true
    const running = lines.process && isRunning(lines.process)
    return running === undefined ? this.#open.size > 0 && (await hasEnded(this.writer)) : !running
  }

  /** The calls that have not ended, once it is known that they will not, or that reading will not wait for it. */
  #openCalls(): JournalCall[] | undefined {
    if (!this.#hasEnded && this.#options.follow) return undefined
    const outcome = this.#hasEnded ? 'unknown' : 'running'
    const calls: JournalCall[] = []
    for (const [seq, { line, segment, offset }] of this.#open) {
      this.#add(calls, openCall(this.writer, seq, line, outcome), { seq, segment, offset })
    }
    this.#open.clear()
    return calls.length > 0 ? calls : undefined
  }

  /** On the way of every line. */
  #callsIn(batch: EntryBatch): JournalCall[] {
    const { filter } = this.#options
    const calls: JournalCall[] = []
    filter.begin(batch.buffer)
    for (const line of batch.lines) {
      if (line.kind === 'outcome') this.#end(calls, batch, line)
      else if (line.kind === 'intent' && filter.mayBegin(line)) this.#open.set(line.seq, opened(batch, line))
      else if (line.kind === 'call' && filter.mayBe(line)) {
        this.#add(calls, wholeCall(this.writer, line.seq, textOf(batch, line)), placeOf(batch, line))
      } else if (line.kind === 'segment') this.#forgetFrom(line.seq)
    }
    return calls
  }

  /** What was read of these entries was given up by the writer. */
  #forgetFrom(first: number): void {
    for (const seq of this.#open.keys()) if (seq >= first) this.#open.delete(seq)
  }

  #end(calls: JournalCall[], batch: EntryBatch, line: EntryLine): void {
    const { filter, lines } = this.#options
    // Where few calls are wanted, there is mostly none that could end.
    if (this.#open.size === 0 && lines.prunedEntries === 0) return
    const seq = intentOf(batch, line)
    const intent = seq === undefined ? undefined : this.#open.get(seq)
    if (seq === undefined) {
      this.#add(calls, undefined, placeOf(batch, line))
    } else if (intent !== undefined) {
      this.#open.delete(seq)
      if (!filter.mayEnd(line)) return
      this.#add(calls, endedCall(this.writer, seq, intent.line, textOf(batch, line)), placeOf(batch, line))
    } else if (seq < lines.prunedEntries && filter.mayBeLeft(line)) {
      this.#add(calls, leftCall(this.writer, seq, textOf(batch, line)), placeOf(batch, line))
    }
    // Any other is of a call that is not wanted, or was read before: a writer that can not go on with a segment writes
    // what nobody was told of anew.
  }

  #add(calls: JournalCall[], call: JournalCall | undefined, place: Place): void {
    if (call === undefined) {
      const { seq, segment, offset } = place
      const problem = `entry ${seq} does not say what a call has to`
      this.#options.onDamage({ writer: this.writer, segment, offset, problem })
    } else if (this.#options.filter.accepts(call)) {
      calls.push(call)
    }
  }
}

interface Place {
  readonly seq: number
  readonly segment: number
  readonly offset: number
}

function placeOf({ segment, bufferOffset }: EntryBatch, { seq, start }: EntryLine): Place {
  return { seq, segment, offset: bufferOffset + start }
}

function textOf({ buffer }: EntryBatch, { start, end }: EntryLine): string {
  return buffer.toString('utf8', start, end)
}

function opened(batch: EntryBatch, line: EntryLine): OpenIntent {
  return { line: textOf(batch, line), ...placeOf(batch, line) }
}

const mostIntentChars = 80
const intentField = /^,"time":"[^"]{24}","intent":(\d{1,16}),/

/** The number of the intent that an outcome is of, without parsing the whole line where it stands in front. */
function intentOf(batch: EntryBatch, line: EntryLine): number | undefined {
  const from = line.start + line.length
  const [, digits] = intentField.exec(batch.buffer.toString('latin1', from, from + mostIntentChars)) ?? []
  if (digits !== undefined) return Number(digits)
  try {
    const { intent } = JSON.parse(textOf(batch, line)) as { readonly intent?: unknown }
    return Number.isSafeInteger(intent) ? (intent as number) : undefined
  } catch {
    return undefined
  }
}
