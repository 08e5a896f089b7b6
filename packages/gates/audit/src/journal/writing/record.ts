import type { AuditEntry, AuditIntent, ErasableValue, RecordContext } from '../../entry.ts'
import { isoTime } from '../../iso-time.ts'
import type { EntryKind } from '../format/line.ts'
import { checkLength } from './line-length.ts'

/** Something that is to become an entry. Its place in the chain is known only when it is written. */
export interface PendingRecord {
  readonly kind: EntryKind
  /** The fields after the kind, as JSON that begins with a comma and ends the object. */
  fields(): string
  /** How many characters it keeps in memory, about. */
  readonly chars: number
  readonly erasable: readonly ErasableValue[]
  /** Whether it is taken back where it can not be written: its call waits for it, and will not run. */
  readonly isWaitedFor: boolean
  /** Set to its number once it is written, and to `undefined` again if the write turns out to have failed. */
  seq: number | undefined
  /** It is not to be written any more. */
  isVoid: boolean
}

const noValues: readonly ErasableValue[] = []

/** What an intent keeps in memory until it is written, where nobody has measured it. */
const intentChars = 1_024

/**
 * The intent of a call. One that nobody waits for becomes JSON only when it is written, since the outcome of a quick call
 * takes its place.
 */
export class IntentRecord implements PendingRecord {
  readonly kind = 'intent'
  readonly erasable: readonly ErasableValue[]
  readonly isWaitedFor: boolean
  readonly intent: AuditIntent
  #fields: string | undefined
  /** As they were told before the tool ran. */
  #decisions: string | undefined
  seq: number | undefined
  isVoid = false

  /** @throws for an intent that is waited for, and is not JSON. */
  constructor(intent: AuditIntent, { durability, erasable }: RecordContext) {
    this.intent = intent
    this.erasable = erasable
    this.isWaitedFor = durability === 'intent'
    for (const { disclosure } of erasable) checkLength(disclosure)
    if (this.isWaitedFor) checkLength(this.fields())
  }

  get chars(): number {
    return this.#fields?.length ?? intentChars
  }

  fields(): string {
    this.#fields ??= `${erasableField(this.erasable)},${JSON.stringify(this.intent).slice(1)}`
    return this.#fields
  }

  /** Whether settling has left the decisions as they were. */
  hasDecisions(decisions: AuditEntry['decisions']): boolean {
    this.#decisions ??= JSON.stringify(this.intent.decisions)
    return JSON.stringify(decisions) === this.#decisions
  }
}

/** How a call ended: as the outcome of its intent, or as the whole call where no intent stands in the journal. */
export class EndRecord implements PendingRecord {
  readonly isWaitedFor: boolean = false
  readonly #entry: AuditEntry
  readonly #intent: IntentRecord | undefined
  readonly #context: RecordContext
  #call: string | undefined
  /** Why it could not be made an entry of. */
  failure: Error | undefined
  seq: number | undefined
  isVoid = false

  /** @throws for a call without an intent that is not JSON. */
  constructor(entry: AuditEntry, intent: IntentRecord | undefined, context: RecordContext) {
    this.#entry = entry
    this.#intent = intent
    this.#context = context
    if (intent === undefined) {
      this.#call = JSON.stringify(entry)
      checkLength(this.#call)
    }
  }

  /** Takes the place of an intent that was not written yet, so that a quick call is one entry. */
  takePlace(): void {
    if (this.#intent !== undefined && this.#intent.seq === undefined) this.#intent.isVoid = true
  }

  /** The number of the intent that it ends. */
  get intentSeq(): number | undefined {
    return this.#intent?.seq
  }

  get kind(): 'outcome' | 'call' {
    return this.intentSeq === undefined ? 'call' : 'outcome'
  }

  get erasable(): readonly ErasableValue[] {
    return this.intentSeq === undefined ? this.#context.erasable : noValues
  }

  get chars(): number {
    this.#call ??= JSON.stringify(this.#entry)
    return this.#call.length
  }

  fields(): string {
    if (this.#intent?.seq !== undefined) return this.#outcome(this.#intent)
    this.#call ??= JSON.stringify(this.#entry)
    return `${erasableField(this.#context.erasable)},${this.#call.slice(1)}`
  }

  /** What an outcome adds to its intent. The time is when the call ended. */
  #outcome(intent: IntentRecord): string {
    const { callId, tool, outcome, blockedBy, reason, message, retryAfterMs, error, cost, durationMs } = this.#entry
    const time = isoTime(this.#context.endedAtMs ?? Date.parse(this.#entry.time) + durationMs)
    const decisions = intent.hasDecisions(this.#entry.decisions) ? undefined : this.#entry.decisions
    return `,${JSON.stringify({
      time,
      intent: intent.seq,
      callId,
      tool,
      outcome,
      blockedBy,
      reason,
      message,
      retryAfterMs,
      error,
      cost,
      durationMs,
      decisions,
    }).slice(1)}`
  }
}

export interface OwnFields {
  readonly time: string
  readonly [field: string]: unknown
}

/** What the journal says of itself. */
export class OwnRecord implements PendingRecord {
  readonly kind: EntryKind
  readonly erasable: readonly ErasableValue[] = noValues
  readonly isWaitedFor: boolean = true
  readonly #fields: string
  seq: number | undefined
  isVoid = false

  constructor(kind: EntryKind, fields: OwnFields) {
    this.kind = kind
    this.#fields = `,${JSON.stringify(fields).slice(1)}`
  }

  get chars(): number {
    return this.#fields.length
  }

  fields(): string {
    return this.#fields
  }
}

function erasableField(values: readonly ErasableValue[]): string {
  return values.length === 0 ? '' : `,"erasable":${JSON.stringify(values.map(({ digest }) => digest))}`
}
