import type { PipelineCall } from './call.ts'
import type { Pend } from './decision.ts'
import type { Outcome } from './outcome.ts'
import type { AnyDecisions, BlockedResult, ExecutedResult, FailedResult, GateResult, PendingResult } from './result.ts'
import { messageOf, nameOf } from './thrown.ts'

/** Why a call is stopped before its tool runs. */
export interface Refusal {
  readonly by: string
  readonly reason: string
  readonly message: string
  readonly retryAfterMs?: number
  readonly error?: unknown
}

/** The result of a call whose tool was started. */
export function resultOf(call: PipelineCall, decisions: AnyDecisions, outcome: Outcome): GateResult<unknown> {
  return outcome.kind === 'executed' ? executed(call, decisions, outcome.result) : failed(call, decisions, outcome)
}

/** Written out field by field, for this is on the hot path. */
function executed(call: PipelineCall, decisions: AnyDecisions, result: unknown): ExecutedResult<unknown> {
  return {
    status: 'executed',
    allowed: true,
    tool: call.tool,
    callId: call.id,
    result,
    error: undefined,
    blockedBy: undefined,
    reason: undefined,
    message: undefined,
    retryAfterMs: undefined,
    decisions,
    durationMs: call.elapsedMs(),
    auditError: undefined,
  }
}

/** What all results of calls that did not execute have in common. */
function notExecuted(call: PipelineCall, decisions: AnyDecisions) {
  return {
    allowed: false,
    tool: call.tool,
    callId: call.id,
    result: undefined,
    error: undefined,
    blockedBy: undefined,
    retryAfterMs: undefined,
    decisions,
    durationMs: call.elapsedMs(),
    auditError: undefined,
  } as const
}

function failed(call: PipelineCall, decisions: AnyDecisions, outcome: Outcome): FailedResult {
  const error = 'error' in outcome ? outcome.error : undefined
  const what = messageOf(error)
  const ending = { ...notExecuted(call, decisions), status: 'failed', error } as const
  if (outcome.kind === 'failed') {
    return { ...ending, reason: 'tool_error', message: `tool \`${call.tool}\` failed: ${what}` }
  }
  const isTimeout = nameOf(error) === 'TimeoutError'
  // The pipeline's own time-out names the tool by itself.
  const tool = `tool \`${call.tool}\``
  const stopped = what.startsWith(tool) ? `${what} and was stopped` : `${tool} was stopped (${what})`
  return {
    ...ending,
    reason: isTimeout ? 'timeout' : 'aborted',
    message: `${stopped}; whether it took effect is unknown`,
  }
}

/** The result of a call that was stopped before its tool ran. */
export function blocked(call: PipelineCall, decisions: AnyDecisions, refusal: Refusal): BlockedResult {
  const { by, reason, message, retryAfterMs, error } = refusal
  return {
    ...notExecuted(call, decisions),
    status: 'blocked',
    error,
    blockedBy: by,
    reason,
    message,
    retryAfterMs,
  }
}

/** The result of a call that waits for a person. */
export function pending(call: PipelineCall, decisions: AnyDecisions, by: string, decision: Pend): PendingResult {
  return {
    ...notExecuted(call, decisions),
    status: 'pending',
    blockedBy: by,
    reason: 'pending',
    message: decision.message,
    pendingId: decision.id,
  }
}
