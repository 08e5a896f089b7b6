import { type Channel, channel, type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import type { CallOptions, ToolCall } from './call.ts'
import type { Decision } from './decision.ts'
import type { GateResult } from './result.ts'

/** What the tracing channel `toolgate:call` carries through one call; `result` is set when the caller gets it. */
export interface CallTrace {
  readonly runner: string
  readonly tool: string
  readonly arguments: unknown
  readonly options: CallOptions | undefined
  result?: GateResult<unknown>
}

/** One event of the channel `toolgate:decision`. */
export interface DecisionEvent {
  readonly runner: string
  readonly gate: string
  readonly call: ToolCall
  readonly decision: Decision
}

/**
 * Every call, from its arrival to its result: `tracing:toolgate:call:start`, `:end`, `:asyncStart`, `:asyncEnd` and
 * `:error`. OpenTelemetry, metrics and logs subscribe here; when nobody does, a call pays a property read.
 */
export const callChannel: TracingChannel<CallTrace> = tracingChannel<CallTrace>('toolgate:call')

/** Every decision, as it is made. A dry run makes none. */
const decisionChannel: Channel = channel('toolgate:decision')

export type PublishDecision = (gate: string, call: ToolCall, decision: Decision) => void

/** Publishes the decisions of one runner; `undefined` while nobody listens, so that a call can skip the work. */
export function decisionPublisher(runner: string): () => PublishDecision | undefined {
  const publish: PublishDecision = (gate, call, decision) => {
    decisionChannel.publish({ runner, gate, call, decision } satisfies DecisionEvent)
  }
  return () => (decisionChannel.hasSubscribers ? publish : undefined)
}
