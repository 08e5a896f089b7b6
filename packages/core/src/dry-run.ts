import type { PipelineCall } from './call.ts'
import type { Refusal } from './conclusion.ts'
import { type InputForm, readInput } from './input.ts'
import { preview } from './passage.ts'
import type { RegisteredTool } from './registration.ts'
import type { AnyDecisions, CheckResult } from './result.ts'
import { abortedBefore, unusable } from './run-call.ts'

/** Asks the gates of a tool what they would say of a call, and takes nothing. */
export async function dryRun(call: PipelineCall, tool: RegisteredTool, form: InputForm): Promise<CheckResult> {
  const input = await readInput(form, call)
  if (call.callerSignal?.aborted) return refused(call, abortedBefore(call))
  if (input.problem !== undefined) return refused(call, unusable(call, input.problem, input.error))
  call.arguments = input.value
  const { stop, decisions } = await preview(tool.stages, call)
  if (stop === undefined) return checked(call, 'allowed', decisions)
  const { by, decision } = stop
  const stopped = { blockedBy: by, reason: 'aborted', message: 'the check was aborted' }
  if (decision === undefined) return { ...checked(call, 'blocked', decisions), ...stopped }
  if (decision.kind === 'pend') {
    return { ...checked(call, 'pending', decisions), blockedBy: by, reason: 'pending', message: decision.message }
  }
  return refused(call, { ...decision, by }, decisions)
}

/** A check that ends in a block. */
export function refused(call: PipelineCall, refusal: Refusal, decisions: AnyDecisions = {}): CheckResult {
  const { by, reason, message, retryAfterMs } = refusal
  return { ...checked(call, 'blocked', decisions), blockedBy: by, reason, message, retryAfterMs }
}

function checked(call: PipelineCall, status: CheckResult['status'], decisions: AnyDecisions): CheckResult {
  return {
    status,
    allowed: status === 'allowed',
    tool: call.tool,
    arguments: call.arguments,
    blockedBy: undefined,
    reason: undefined,
    message: undefined,
    retryAfterMs: undefined,
    decisions,
  }
}
