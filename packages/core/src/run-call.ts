import type { PipelineCall } from './call.ts'
import { blocked, pending, type Refusal, resultOf } from './conclusion.ts'
import type { PublishDecision } from './diagnostics.ts'
import { execute } from './execution.ts'
import { type InputForm, readInput } from './input.ts'
import { failure, Lifetime } from './lifetime.ts'
import { admit, type Passage, settle } from './passage.ts'
import type { RegisteredTool } from './registration.ts'
import type { AnyDecisions, GateResult } from './result.ts'
import { defaultGateTimeoutMs } from './stage.ts'
import { isStream, WatchedStream } from './stream.ts'
import { asError, messageOf } from './thrown.ts'
import { isPromise, within } from './within.ts'

/** What a call needs of its runner. */
export interface CallEnvironment {
  readonly tool: RegisteredTool
  readonly input: InputForm
  readonly publish: PublishDecision | undefined
  /** Told once, when the call has ended: for a stream, when the stream has. */
  readonly onEnd: (() => void) | undefined
}

const noDecisions: AnyDecisions = Object.freeze({})

/**
 * One call from its arguments to its result: read, admit, begin the record, run, settle, end the record. It awaits
 * only what is a promise, so a call that nobody delays costs one turn of the microtask queue.
 */
export async function runCall(call: PipelineCall, environment: CallEnvironment): Promise<GateResult<unknown>> {
  const { tool } = environment
  const reading = readInput(environment.input, call)
  const input = reading instanceof Promise ? await reading : reading
  if (call.callerSignal?.aborted) return refuse(call, environment, abortedBefore(call))
  if (input.problem !== undefined) return refuse(call, environment, unusable(call, input.problem, input.error))
  call.arguments = input.value

  const admitting = admit(tool.stages, call, environment.publish)
  const passage = admitting instanceof Promise ? await admitting : admitting
  if (passage.stop !== undefined) return turnAway(call, passage, environment, undefined)

  let opened: unknown
  if (tool.audit !== undefined) {
    try {
      const beginning = tool.audit.begin(call, passage.decisions)
      opened = isPromise(beginning) ? await recording(tool, beginning, call.callerSignal) : beginning
    } catch (error) {
      passage.stop = { by: 'audit', decision: undefined, error }
    }
  }
  if (call.callerSignal?.aborted) passage.stop = { by: 'abort', decision: undefined, error: undefined }
  if (passage.stop !== undefined) return turnAway(call, passage, environment, opened)

  const lifetime = lifetimeOf(tool, call)
  const executing = execute(tool.execute, call, lifetime)
  let outcome = executing instanceof Promise ? await executing : executing
  if (outcome.kind === 'executed' && isStream(outcome.result)) {
    try {
      return handOn(outcome.result, { call, passage, environment, lifetime, opened })
    } catch (error) {
      outcome = failure(error, lifetime)
    }
  }
  lifetime?.end()
  const settling = settle(passage, call, outcome)
  if (settling !== undefined) await settling
  return record(call, environment, resultOf(call, passage.decisions, outcome), opened)
}

/** Bounds a run only where something can end it. */
function lifetimeOf({ timeoutMs }: RegisteredTool, call: PipelineCall): Lifetime | undefined {
  if (timeoutMs === undefined && call.callerSignal === undefined) return undefined
  return new Lifetime(`tool \`${call.tool}\``, timeoutMs, call.callerSignal)
}

interface Run {
  readonly call: PipelineCall
  readonly passage: Passage
  readonly environment: CallEnvironment
  readonly lifetime: Lifetime | undefined
  readonly opened: unknown
}

/** Gives the caller the tool's stream at once; the call is settled and recorded when the stream has ended. */
function handOn(source: AsyncIterable<unknown>, run: Run): GateResult<unknown> {
  const { call, passage, environment, lifetime, opened } = run
  const late: { auditError?: Error | undefined } = {}
  const stream = new WatchedStream(source, lifetime, async (outcome) => {
    await settle(passage, call, outcome)
    const ended = await record(call, environment, resultOf(call, passage.decisions, outcome), opened)
    late.auditError = ended.auditError
  })
  const result = resultOf(call, passage.decisions, { kind: 'executed', result: stream })
  return Object.defineProperty(result, 'auditError', { enumerable: true, get: () => late.auditError })
}

/** Ends a call that no gate was asked about. */
export async function refuse(
  call: PipelineCall,
  environment: CallEnvironment,
  refusal: Refusal,
): Promise<GateResult<unknown>> {
  return record(call, environment, blocked(call, noDecisions, refusal), undefined)
}

/** Ends a call that was stopped on its way: what the gates took is given back. */
async function turnAway(
  call: PipelineCall,
  passage: Passage,
  environment: CallEnvironment,
  opened: unknown,
): Promise<GateResult<unknown>> {
  const isPending = passage.stop?.decision?.kind === 'pend'
  const settling = settle(passage, call, { kind: isPending ? 'pending' : 'blocked' })
  if (settling !== undefined) await settling
  return record(call, environment, stoppedResult(call, passage), opened)
}

function stoppedResult(call: PipelineCall, { stop, decisions }: Passage): GateResult<unknown> {
  const { by, decision, error } = stop as NonNullable<Passage['stop']>
  if (decision?.kind === 'pend') return pending(call, decisions, by, decision)
  if (decision?.kind === 'block') return blocked(call, decisions, { ...decision, by, error })
  return blocked(call, decisions, by === 'audit' ? notRecordable(error) : abortedBefore(call))
}

export function unusable(call: PipelineCall, problem: string, error: unknown): Refusal {
  const message = `the arguments of tool \`${call.tool}\` can not be used: ${problem}; send them again, corrected`
  return { by: 'input', reason: 'invalid_arguments', message, error }
}

function notRecordable(error: unknown): Refusal {
  const message = `the call can not be recorded (${messageOf(error)}), and no tool runs unrecorded; it did not run`
  return { by: 'audit', reason: 'unavailable', message, error }
}

export function abortedBefore(call: PipelineCall): Refusal {
  const message = `the call was aborted before tool \`${call.tool}\` ran; nothing was charged`
  return { by: 'abort', reason: 'aborted', message, error: call.signal.reason }
}

/** Records the end of a call. What can not be recorded any more, since the call has ended, is flagged in its result. */
function record(
  call: PipelineCall,
  { tool, onEnd }: CallEnvironment,
  result: GateResult<unknown>,
  opened: unknown,
): GateResult<unknown> | Promise<GateResult<unknown>> {
  onEnd?.()
  if (tool.audit === undefined) return result
  const flag = (error: unknown): GateResult<unknown> => ({ ...result, auditError: asError(error) })
  try {
    const ending = tool.audit.end(call, result, opened)
    return isPromise(ending) ? recording(tool, ending).then(() => result, flag) : result
  } catch (error) {
    return flag(error)
  }
}

function recording<T>(tool: RegisteredTool, work: PromiseLike<T>, signal?: AbortSignal): Promise<T> {
  return within(work, { what: 'recording the call', timeoutMs: tool.auditTimeoutMs ?? defaultGateTimeoutMs, signal })
}
