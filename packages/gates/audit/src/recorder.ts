import { hash } from 'node:crypto'
import {
  type AnyDecisions,
  type AuditCheckpoint,
  argumentsDigest,
  type Decision,
  type GateResult,
  isPromise,
  messageOf,
  nameOf,
  type ToolCall,
  within,
} from '@toolgate/core'
import type {
  AuditEntry,
  AuditIntent,
  AuditOutcome,
  AuditSink,
  Durability,
  ErasableValue,
  RecordContext,
  RecordedDecision,
} from './entry.ts'
import { ErasableValues } from './erasable.ts'
import { isoTime } from './iso-time.ts'
import { type Redaction, recordable } from './recordable.ts'

/** A tool's audit policy, checked. */
export interface CompiledPolicy {
  readonly required: boolean
  readonly durability: Durability
  /** `whole` means without redactions. */
  readonly arguments: 'whole' | 'digest' | readonly Redaction[]
}

/** What a record says of the arguments. */
type RecordedArguments = Pick<AuditIntent, 'arguments' | 'argumentsDigest'>

/** What is known of the arguments of a call. */
interface Taken {
  readonly args: RecordedArguments
  readonly erasable: readonly ErasableValue[]
}

/** A record that was begun, and why it could not be where it need not be. */
interface Begun extends Taken {
  readonly intent?: AuditIntent | undefined
  failure?: Failure | undefined
}

const noValues: readonly ErasableValue[] = []

/** What the recorders of one audit gate share. */
export interface Recording {
  readonly sinks: readonly AuditSink[]
  readonly timeoutMs: number
  /** Whether a tool keeps arguments out of the record: those of an unknown name may then be meant for it. */
  isReticent: boolean
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** The most characters of a tool's name that are recorded. */
const mostNameChars = 256

/** Makes the records of one tool's calls and hands them to the sinks. */
export class Recorder implements AuditCheckpoint<Begun> {
  readonly #runner: string
  readonly #recording: Recording
  readonly #beginners: readonly AuditSink[]
  readonly #policy: CompiledPolicy
  /** The records of calls under way that were begun by sinks that need time: every call is ended. */
  readonly #beginning = new Map<ToolCall, Begun>()

  constructor(runner: string, recording: Recording, policy: CompiledPolicy) {
    this.#runner = runner
    this.#recording = recording
    this.#beginners = recording.sinks.filter((sink) => sink.begin !== undefined)
    this.#policy = policy
    recording.isReticent ||= policy.arguments !== 'whole'
  }

  /** The arguments are copied here, before the tool can change them. */
  begin(call: ToolCall, decisions: AnyDecisions): Begun | Promise<Begun> {
    const { args, erasable } = this.#arguments(call)
    if (this.#beginners.length === 0) return { args, erasable }
    const intent = this.#intent(call, args, decisions)
    const begun: Begun = { args, erasable, intent }
    const context: RecordContext = { durability: this.#policy.durability, erasable }
    const told = tellAll(this.#beginners, (sink) => sink.begin?.(intent, context))
    if (told.pending === undefined) return this.#begun(begun, told.failure)
    // Who waits may give up before this has come to an end; the call then ends without having been handed its begin.
    this.#beginning.set(call, begun)
    return this.#inTime(told.pending).then((failure) => this.#begun(begun, failure))
  }

  end(call: ToolCall, result: GateResult<unknown>, handed: Begun | undefined): void | Promise<void> {
    const begun = handed ?? this.#beginning.get(call)
    this.#beginning.delete(call)
    const taken = begun ?? (isUnread(result) ? this.#unreadArguments(call, result) : this.#arguments(call))
    const entry = entryOf(this.#intent(call, taken.args, result.decisions), result)
    // What a schema throws may quote the arguments that it was given.
    if (taken.args.arguments === undefined && isUnread(result)) {
      delete entry.error
      if (result.blockedBy === 'input') delete entry.message
    }
    const context: RecordContext = {
      durability: this.#policy.durability,
      erasable: taken.erasable,
      intent: begun?.intent,
      endedAtMs: call.startedAtMs + result.durationMs,
    }
    const told = tellAll(this.#recording.sinks, (sink) => sink.end(entry, context))
    const failure = handed?.failure
    if (told.pending !== undefined) return told.pending.then((late) => throwIfFailed(late ?? failure))
    throwIfFailed(told.failure ?? failure)
  }

  /** The pipeline bounds the time of a record that is required. One that is not must not hold up its call either. */
  #inTime(pending: Promise<Failure | undefined>): Promise<Failure | undefined> {
    if (this.#policy.required) return pending
    return within(pending, { what: 'recording the call', timeoutMs: this.#recording.timeoutMs }).catch(
      (cause: unknown): Failure => ({ cause }),
    )
  }

  /** This alone decides what it means that a record could not be begun. */
  #begun(begun: Begun, failure: Failure | undefined): Begun {
    if (this.#policy.required) throwIfFailed(failure)
    begun.failure = failure
    return begun
  }

  /** Written out field by field, in the order in which a record is read, and without those that have no value. */
  #intent(call: ToolCall, args: RecordedArguments, decisions: AnyDecisions): Mutable<AuditIntent> {
    const intent = {
      time: isoTime(call.startedAtMs),
      callId: call.id,
      runner: this.#runner,
      // A model may make up a name of any length.
      tool: call.tool.slice(0, mostNameChars),
      principal: call.principal,
    } as Mutable<AuditIntent>
    if (call.tenant !== undefined) intent.tenant = call.tenant
    if (call.session !== undefined) intent.session = call.session
    if (call.run !== undefined) intent.run = call.run
    if (call.traceId !== undefined) intent.traceId = call.traceId
    if (args.arguments !== undefined) intent.arguments = args.arguments
    if (args.argumentsDigest !== undefined) intent.argumentsDigest = args.argumentsDigest
    intent.decisions = recordedDecisions(decisions)
    return intent
  }

  #arguments(call: ToolCall): Taken {
    const redactions = this.#policy.arguments
    if (redactions === 'whole') return { args: { arguments: recordable(call.arguments) }, erasable: noValues }
    // Arguments that came as text and could not be read have no paths that could be redacted.
    if (redactions === 'digest' || typeof call.arguments === 'string') return digested(call)
    const values = new ErasableValues()
    return { args: { arguments: recordable(call.arguments, redactions, values.take) }, erasable: values.taken }
  }

  /** Arguments that do not have the shape of the tool's have no paths that could be redacted. */
  #unreadArguments(call: ToolCall, { blockedBy }: GateResult<unknown>): Taken {
    const isReticent = this.#policy.arguments !== 'whole' || (blockedBy === 'registry' && this.#recording.isReticent)
    return isReticent ? digested(call) : this.#arguments(call)
  }
}

function digested(call: ToolCall): Taken {
  return { args: { argumentsDigest: digestOf(call) }, erasable: noValues }
}

/** Whether a call may have been stopped before its arguments were known to be those of its tool. */
function isUnread({ blockedBy }: GateResult<unknown>): boolean {
  return blockedBy === 'input' || blockedBy === 'registry' || blockedBy === 'abort'
}

function digestOf(call: ToolCall): string {
  if (typeof call.arguments === 'string') return hash('sha256', call.arguments)
  try {
    return argumentsDigest(call)
  } catch {
    return hash('sha256', JSON.stringify(recordable(call.arguments)) ?? '')
  }
}

function entryOf(intent: Mutable<AuditIntent>, result: GateResult<unknown>): Mutable<AuditEntry> {
  const { blockedBy, reason, message, retryAfterMs, error } = result
  const entry = intent as Mutable<AuditEntry>
  entry.outcome = outcomeOf(result)
  if (blockedBy !== undefined) entry.blockedBy = blockedBy
  if (reason !== undefined) entry.reason = reason
  if (message !== undefined) entry.message = message
  if (retryAfterMs !== undefined) entry.retryAfterMs = retryAfterMs
  if (error !== undefined) entry.error = errorOf(error)
  const cost = costOf(result)
  if (cost !== undefined) entry.cost = cost
  entry.durationMs = result.durationMs
  return entry
}

/** What a call was charged that ran; one that did not is charged nothing. */
function costOf({ status, decisions }: GateResult<unknown>): string | undefined {
  if (status === 'blocked' || status === 'pending') return undefined
  for (const gate in decisions) {
    const cost = decisions[gate]?.cost
    if (cost !== undefined) return cost
  }
  return undefined
}

function outcomeOf({ status, reason }: GateResult<unknown>): AuditOutcome {
  return status === 'failed' && reason !== 'tool_error' ? 'aborted' : status
}

function errorOf(error: unknown): { name: string; message: string } {
  return { name: nameOf(error) ?? typeof error, message: messageOf(error) }
}

/** A copy: it is JSON, whatever a gate of one's own has put in it, and nobody can change it any more. */
function recordedDecisions(decisions: AnyDecisions): Record<string, RecordedDecision> {
  const told: Record<string, RecordedDecision> = {}
  for (const gate in decisions) {
    const decision = decisions[gate]
    if (decision !== undefined) told[gate] = withoutArguments(decision)
  }
  return recordable(told) as Record<string, RecordedDecision>
}

/** What a gate made of the arguments stands in the record's own. */
function withoutArguments(decision: Decision): RecordedDecision {
  if (decision.kind === 'replace') {
    const { arguments: _, ...rest } = decision
    return rest
  }
  if (decision.kind !== 'block' || decision.recordedArguments === undefined) return decision
  const { recordedArguments: _, ...rest } = decision
  return rest
}

/** What a sink threw, so that also `undefined` thrown is a failure. */
interface Failure {
  readonly cause: unknown
}

interface Told {
  readonly failure: Failure | undefined
  /** The first failure, once the sinks that need time have ended. */
  readonly pending: Promise<Failure | undefined> | undefined
}

/** Tells every sink, also after one has failed, and keeps the first failure. */
function tellAll(sinks: readonly AuditSink[], tell: (sink: AuditSink) => void | Promise<void>): Told {
  let failure: Failure | undefined
  let pending: Promise<Failure | undefined> | undefined
  for (const sink of sinks) {
    try {
      const told = tell(sink)
      if (!isPromise(told)) continue
      const ended = told.then(nothing, failureOf)
      pending = pending === undefined ? ended : firstFailure(pending, ended)
    } catch (cause) {
      failure ??= { cause }
    }
  }
  if (failure !== undefined) pending = pending?.then(() => failure)
  return { failure, pending }
}

function nothing(): undefined {
  return undefined
}

function failureOf(cause: unknown): Failure {
  return { cause }
}

async function firstFailure(one: Promise<Failure | undefined>, other: Promise<Failure | undefined>) {
  const [first, second] = await Promise.all([one, other])
  return first ?? second
}

function throwIfFailed(failure: Failure | undefined): void {
  if (failure !== undefined) throw failure.cause
}
