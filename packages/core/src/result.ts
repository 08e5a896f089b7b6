import type { BlockReason, Decision } from './decision.ts'

/** The decisions of a call by the names of the gates that were asked. */
export type AnyDecisions = Readonly<Record<string, Decision | undefined>>

interface ResultOf<D> {
  readonly tool: string
  readonly callId: string
  /** What each gate said, for the gates that were asked. After a stream they are final once it has ended. */
  readonly decisions: D
  /** From the call's arrival until this result, in milliseconds. */
  readonly durationMs: number
  /** Why the end of this call could not be recorded. For a stream it is set, if at all, when the stream has ended. */
  readonly auditError: Error | undefined
}

/** The tool ran and returned. */
export interface ExecutedResult<Result, D = AnyDecisions> extends ResultOf<D> {
  readonly status: 'executed'
  readonly allowed: true
  readonly result: Result
  readonly error: undefined
  readonly blockedBy: undefined
  readonly reason: undefined
  readonly message: undefined
  readonly retryAfterMs: undefined
}

/** The tool was started and did not return: it threw, or was stopped with its effect unknown. */
export interface FailedResult<D = AnyDecisions> extends ResultOf<D> {
  readonly status: 'failed'
  readonly allowed: false
  readonly result: undefined
  /** What the tool threw, or why it was stopped. */
  readonly error: unknown
  readonly blockedBy: undefined
  readonly reason: 'tool_error' | 'timeout' | 'aborted'
  readonly message: string
  readonly retryAfterMs: undefined
}

/**
 * What stopped a call before its tool ran: a gate, by its name, or one of core's own stages: `registry` (no such
 * tool), `input` (the arguments do not parse or fit, or the id is that of a call under way), `audit` (it can not be recorded), `abort` (the caller gave up).
 */
export type BlockedBy = 'registry' | 'input' | 'audit' | 'abort' | (string & Record<never, never>)

/** The tool did not run, and the call was charged nothing. */
export interface BlockedResult<D = AnyDecisions> extends ResultOf<D> {
  readonly status: 'blocked'
  readonly allowed: false
  readonly result: undefined
  /** What went wrong where the reason is a failure, such as a store that is down, or why the caller gave up. */
  readonly error: unknown
  readonly blockedBy: BlockedBy
  /** A gate's code, or one of core's: `unknown_tool`, `invalid_arguments`, `duplicate_call`, `aborted`. */
  readonly reason: BlockReason
  readonly message: string
  readonly retryAfterMs: number | undefined
}

/** The call waits for a person; nothing is charged meanwhile. */
export interface PendingResult<D = AnyDecisions> extends ResultOf<D> {
  readonly status: 'pending'
  readonly allowed: false
  readonly result: undefined
  readonly error: undefined
  /** The gate that waits. */
  readonly blockedBy: string
  readonly reason: 'pending'
  readonly message: string
  readonly retryAfterMs: undefined
  /** The id to resume by. */
  readonly pendingId: string
}

/**
 * How one call ended. `allowed` is true exactly when the tool ran and `result` is its answer; in every other case
 * `message` says, to a person or a model, what happened and what to do next.
 */
export type GateResult<Result, D = AnyDecisions> =
  | ExecutedResult<Result, D>
  | FailedResult<D>
  | BlockedResult<D>
  | PendingResult<D>

/** What the gates would say of a call that has not been made: a dry run. Nothing is taken, run or recorded. */
export interface CheckResult<D = AnyDecisions> {
  readonly status: 'allowed' | 'blocked' | 'pending'
  readonly allowed: boolean
  readonly tool: string
  /** The arguments as the tool would get them. */
  readonly arguments: unknown
  readonly blockedBy: BlockedBy | undefined
  readonly reason: BlockReason | undefined
  readonly message: string | undefined
  readonly retryAfterMs: number | undefined
  readonly decisions: D
}

/** What a gate is told that a tool returned: for a stream, what its generator returned, or else the last item. */
export type SettledValue<Output> = [Awaited<Output>] extends [never] ? never : EndOf<Awaited<Output>>

type EndOf<Value> =
  Value extends AsyncGenerator<infer Item, infer Returned>
    ? ReturnedOr<Returned, Item | undefined>
    : Value extends AsyncIterable<infer Item>
      ? Item | undefined
      : Value

type ReturnedOr<Returned, Last> = Returned extends void | undefined | null ? Last : Returned

/** What `execute` returned, as the result carries it: a stream is handed on as one that is watched to its end. */
export type ResultValue<Output> =
  Awaited<Output> extends AsyncIterable<infer Item> ? AsyncIterableIterator<Item> : Awaited<Output>
