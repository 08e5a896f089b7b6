import { hash } from 'node:crypto'
import {
  type AnyDecisions,
  type AuditCheckpoint,
  argumentsDigest,
  display,
  type GateResult,
  isPromise,
  type ToolCall,
} from '@toolgate/core'
import type { AuditEntry, AuditIntent, AuditOutcome, AuditSink, RecordedDecision } from './entry.ts'
import { type RedactedPath, recordable } from './recordable.ts'

/** A tool's audit policy, checked. */
export interface CompiledPolicy {
  readonly required: boolean
  readonly arguments: 'whole' | 'digest' | { readonly redact: readonly RedactedPath[] }
}

/** Makes the records of one tool's calls and hands them to the sinks. */
export class Recorder implements AuditCheckpoint<AuditIntent> {
  readonly #runner: string
  readonly #sinks: readonly AuditSink[]
  readonly #policy: CompiledPolicy

  constructor(runner: string, sinks: readonly AuditSink[], policy: CompiledPolicy) {
    this.#runner = runner
    this.#sinks = sinks
    this.#policy = policy
  }

  /** The arguments are copied here, before the tool can change them. */
  begin(call: ToolCall, decisions: AnyDecisions): AuditIntent | Promise<AuditIntent> {
    const intent = this.#intent(call, decisions)
    const told = tellAll(this.#sinks, (sink) => sink.begin?.(intent))
    if (told.pending !== undefined) return told.pending.then((error) => this.#begun(intent, error))
    return this.#begun(intent, told.error)
  }

  end(call: ToolCall, result: GateResult<unknown>, opened: AuditIntent | undefined): void | Promise<void> {
    const intent = opened ?? this.#intent(call, result.decisions)
    const entry = entryOf(intent, result)
    const told = tellAll(this.#sinks, (sink) => sink.end(entry))
    if (told.pending !== undefined) return told.pending.then(throwIfFailed)
    throwIfFailed(told.error)
  }

  #begun(intent: AuditIntent, failure: Failure | undefined): AuditIntent {
    if (this.#policy.required) throwIfFailed(failure)
    return intent
  }

  #intent(call: ToolCall, decisions: AnyDecisions): AuditIntent {
    return {
      callId: call.id,
      time: new Date(call.startedAtMs).toISOString(),
      runner: this.#runner,
      tool: call.tool,
      principal: call.principal,
      ...(call.tenant !== undefined && { tenant: call.tenant }),
      ...(call.session !== undefined && { session: call.session }),
      ...(call.run !== undefined && { run: call.run }),
      ...(call.traceId !== undefined && { traceId: call.traceId }),
      ...this.#arguments(call),
      decisions: recordedDecisions(decisions),
    }
  }

  #arguments(call: ToolCall): Pick<AuditIntent, 'arguments' | 'argumentsDigest'> {
    const policy = this.#policy.arguments
    if (policy === 'whole') return { arguments: recordable(call.arguments) }
    // Arguments that came as text and could not be read have no paths that could be redacted.
    if (policy === 'digest' || typeof call.arguments === 'string') return { argumentsDigest: digestOf(call) }
    return { arguments: recordable(call.arguments, policy.redact) }
  }
}

function digestOf(call: ToolCall): string {
  if (typeof call.arguments === 'string') return hash('sha256', call.arguments)
  try {
    return argumentsDigest(call)
  } catch {
    return hash('sha256', JSON.stringify(recordable(call.arguments)) ?? '')
  }
}

function entryOf(intent: AuditIntent, result: GateResult<unknown>): AuditEntry {
  const { blockedBy, reason, message, retryAfterMs, error, durationMs } = result
  const decisions = recordedDecisions(result.decisions)
  const cost = Object.values(decisions).find((decision) => decision.cost !== undefined)?.cost
  return {
    ...intent,
    decisions,
    outcome: outcomeOf(result),
    ...(blockedBy !== undefined && { blockedBy }),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(error !== undefined && { error: errorOf(error) }),
    ...(cost !== undefined && result.status !== 'blocked' && result.status !== 'pending' && { cost }),
    durationMs,
  }
}

function outcomeOf({ status, reason }: GateResult<unknown>): AuditOutcome {
  return status === 'failed' && reason !== 'tool_error' ? 'aborted' : status
}

function errorOf(error: unknown): { name: string; message: string } {
  if (error instanceof Error) return { name: error.name, message: error.message }
  return { name: typeof error, message: display(error) }
}

function recordedDecisions(decisions: AnyDecisions): Record<string, RecordedDecision> {
  const recorded: Record<string, RecordedDecision> = {}
  for (const [gate, decision] of Object.entries(decisions)) {
    if (decision?.kind !== 'replace') {
      if (decision !== undefined) recorded[gate] = decision
      continue
    }
    const { arguments: _, ...rest } = decision
    recorded[gate] = rest
  }
  return recorded
}

/** What a sink threw, so that also `undefined` thrown is a failure. */
interface Failure {
  readonly cause: unknown
}

interface Told {
  readonly error: Failure | undefined
  /** The first failure, once the sinks that need time have ended. */
  readonly pending: Promise<Failure | undefined> | undefined
}

/** Tells every sink, also after one has failed, and keeps the first failure. */
function tellAll(sinks: readonly AuditSink[], tell: (sink: AuditSink) => void | Promise<void>): Told {
  let error: Failure | undefined
  let pending: Promise<Failure | undefined>[] | undefined
  for (const sink of sinks) {
    try {
      const told = tell(sink)
      if (!isPromise(told)) continue
      pending ??= []
      pending.push(
        Promise.resolve(told).then(
          () => undefined,
          (cause: unknown) => ({ cause }),
        ),
      )
    } catch (cause) {
      error ??= { cause }
    }
  }
  return { error, pending: pending && Promise.all(pending).then((ended) => error ?? ended.find((each) => each)) }
}

function throwIfFailed(failure: Failure | undefined): void {
  if (failure !== undefined) throw failure.cause
}
