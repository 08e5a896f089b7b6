export type { AnyAuditGate, AuditCheckpoint, AuditGate } from './audit.ts'
export { type CallOptions, callIdentity, type ToolCall, withArguments } from './call.ts'
export { argumentsDigest, canonicalJson } from './canonical-json.ts'
export { type Clock, systemClock } from './clock.ts'
export type { Allow, Block, BlockReason, Decision, DecisionNotes, Pend, Replace, Unavailable } from './decision.ts'
export type { CallTrace, DecisionEvent } from './diagnostics.ts'
export {
  type AnyGate,
  type Checkpoint,
  type DecisionOf,
  type Decisions,
  type Gate,
  GateFailure,
  type GateOptions,
  gateOptionNames,
  type JoinedAnswer,
  type JoinedCheckpoint,
  type Joint,
  type Policies,
  type PolicyOf,
  type RunnerInfo,
  readGateOptions,
  type Settled,
  type SettledDecisions,
  type ToolInfo,
  type Withheld,
} from './gate.ts'
export { GateBlockedError, type GuardOptions, guard } from './guard.ts'
export { didYouMean, oneOf } from './nearest.ts'
export type { Outcome } from './outcome.ts'
export { defaultMaxParallel, inOrder } from './parallel.ts'
export { display, PolicyError, type PolicyProblem } from './policy-error.ts'
export { longestTimerMs, PolicyFields, type PolicyPlace } from './policy-fields.ts'
export type { Arguments, ArgumentsInput, InputSchema, ToolDefinition, ToolDescription } from './registration.ts'
export type {
  AnyDecisions,
  BlockedBy,
  BlockedResult,
  CheckResult,
  ExecutedResult,
  FailedResult,
  GateResult,
  PendingResult,
  ResultValue,
} from './result.ts'
export {
  type AuditPolicy,
  type CallManyOptions,
  type CallRequest,
  type GatedTool,
  GatedToolRunner,
  type Registration,
} from './runner.ts'
export type { RunnerOptions } from './runner-options.ts'
export { defaultGateTimeoutMs } from './stage.ts'
export { isStream, StreamAbandonedError } from './stream.ts'
export { messageOf, nameOf } from './thrown.ts'
export { andThen, DeadlineError, isPromise, within } from './within.ts'
