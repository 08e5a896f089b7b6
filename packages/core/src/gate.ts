import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ToolCall } from './call.ts'
import type { Decision, Unavailable } from './decision.ts'
import type { Outcome } from './outcome.ts'
import { longestTimerMs, type PolicyFields } from './policy-fields.ts'
import type { AnyDecisions } from './result.ts'

/** What a gate may know of the runner that a tool is registered on. */
export interface RunnerInfo {
  /** Part of every quota key, so that two runners never share a quota by accident. */
  readonly name: string
  /**
   * One instance per runner of what `factory` makes. Gates that are given no store of their own take it from here,
   * so the gates of one runner share one without knowing each other.
   */
  shared<Resource extends object>(factory: () => Resource): Resource
}

/** The tool whose policy a gate compiles. */
export interface ToolInfo {
  readonly name: string
  readonly description: string | undefined
  /** The schema of its arguments, and their JSON Schema where the registration has one; see `ToolDefinition`. */
  readonly input: StandardSchemaV1 | undefined
  readonly inputJsonSchema: Readonly<Record<string, unknown>> | undefined
  /** The longest that the tool may run; `undefined` when it is not bounded. */
  readonly timeoutMs: number | undefined
  readonly runner: RunnerInfo
}

/** What every gate can be told. */
export interface GateOptions {
  /** `enforce` (default), or `shadow`: decide and record, and never stop a call. */
  readonly mode?: 'enforce' | 'shadow' | undefined
  /** What the gate's own failure means: `block` (default) or `allow`. The decision says `unavailable` either way. */
  readonly onError?: 'block' | 'allow' | undefined
  /** The longest that it may take to decide, and again to settle. 5,000 by default. */
  readonly timeoutMs?: number | undefined
}

/**
 * A stage that decides on a call before its tool runs. A gate never throws to block: a decision is data, and a throw
 * means that the gate itself failed.
 */
export interface Gate<Name extends string, Policy, D extends Decision> extends GateOptions {
  /** The key of its policy in a registration, and of its decision in a result. */
  readonly name: Name
  /**
   * Set by a gate that has something to say of every tool: `compile` is then also asked for a tool that has no policy
   * for it, with `undefined`. Otherwise such a gate does not stand in the tool's way.
   */
  readonly coversEveryTool?: boolean | undefined
  /**
   * Turns a tool's policy into its checkpoint, once, at registration: whatever can be parsed or checked is done here.
   * @throws PolicyError for a policy that can not be used.
   */
  compile(tool: ToolInfo, policy: Policy): Checkpoint<D>
}

/** The names of the options that every gate has. */
export const gateOptionNames: readonly string[] = ['mode', 'onError', 'timeoutMs']

/** Reads the options that every gate has. @throws PolicyError for one that can not be used. */
export function readGateOptions(fields: PolicyFields): GateOptions {
  return {
    mode: fields.choice('mode', ['enforce', 'shadow']),
    onError: fields.choice('onError', ['block', 'allow']),
    timeoutMs: fields.durationMs('timeoutMs', longestTimerMs),
  }
}

/** Any gate, whatever its policy. */
export type AnyGate = Gate<string, never, Decision>

/** What a gate does for the calls of one tool. */
export interface Checkpoint<D extends Decision> {
  /** `earlier`: what the gates before this one have said of the call. */
  check(call: ToolCall, earlier: AnyDecisions): D | Promise<D>
  /**
   * Told how the call ended, exactly once for each call that `check` let pass, so that what was taken can be settled
   * or given back. It may return the decision as it stands now, for instance with the actual cost.
   */
  settle?(call: ToolCall, decision: D, outcome: Outcome): Settled<D> | Promise<Settled<D>>
  /**
   * What `check` would say, without taking anything. Needed only where `check` takes something: without it a dry run
   * asks `check`, and settles at once as `blocked`.
   */
  preview?(call: ToolCall, earlier: AnyDecisions): D | Promise<D>
  /**
   * Asked where `check` gave no decision: it failed, took too long, or the caller gave up. A gate that sanitises must not
   * let pass, or be kept, what it did not get round to. `letsPass`: the call goes on all the same (`onError: 'allow'`).
   */
  withhold?(call: ToolCall, letsPass: boolean): Withheld | undefined
  /**
   * Told of each call that `check` was asked about, once every gate has settled it, how it ended and what all of them
   * finally said: for instance what it cost. It can change nothing any more: it is not waited for, and may not throw.
   */
  ended?(call: ToolCall, outcome: Outcome, decisions: AnyDecisions, endedAtMs: number): void
  /** Set when the checkpoint can be asked together with its neighbours; see `Joint`. */
  readonly joint?: Joint
}

/** What a gate that could not decide wants of a call. */
export interface Withheld {
  /** Takes the place of the arguments: in the record, and for the tool if the call goes on. */
  readonly arguments?: { readonly value: unknown } | undefined
  /** The call may not run, whatever `onError` says. */
  readonly refuses: boolean
}

/** A gate with nothing to add to its decision returns nothing from `settle`. */
export type Settled<D extends Decision> = D | undefined | void

/**
 * How neighbouring gates are taken to one store in one request, without core knowing what a quota is.
 *
 * When a tool is registered, neighbouring checkpoints with the same `source` are handed to `join`, which makes one
 * checkpoint of them. At a call, that one is asked once and answers with a decision for each member, in order, up to
 * the first that stops the call. Core judges those decisions exactly as if it had asked gate by gate, so nothing of
 * the pipeline's order, modes or failing closed depends on whether gates were joined.
 */
export interface Joint {
  /** What the members share, compared by identity: a store. */
  readonly source: object
  /** The joined checkpoint bounds the time of each member by itself; core bounds only that of all together. */
  join(members: readonly Checkpoint<Decision>[]): JoinedCheckpoint
}

/** What the members of a joined checkpoint answered, and whatever its owner needs in order to settle. */
export interface JoinedAnswer {
  /**
   * One for each member, up to the first that stops the call. A member that failed by itself stands here as whatever
   * it threw, wrapped in `GateFailure`; it takes nothing and the others go on without it.
   */
  readonly decisions: readonly (Decision | GateFailure)[]
}

export interface JoinedCheckpoint<Answer extends JoinedAnswer = JoinedAnswer> {
  /** Whether it sees to its own time in every case, so that core need not set a timer beside it. */
  readonly isBounded?: boolean
  check(call: ToolCall, earlier: AnyDecisions): Answer | Promise<Answer>
  preview(call: ToolCall, earlier: AnyDecisions): JoinedAnswer | Promise<JoinedAnswer>
  /** As `Checkpoint.settle`, for all members at once; returns the decisions that have changed, by position. */
  settle?(call: ToolCall, answer: Answer, outcome: Outcome): SettledDecisions | Promise<SettledDecisions>
  /** As `Checkpoint.withhold`. */
  withhold?(call: ToolCall, letsPass: boolean): Withheld | undefined
  /** As `Checkpoint.ended`. */
  ended?(call: ToolCall, outcome: Outcome, decisions: AnyDecisions, endedAtMs: number): void
}

export type SettledDecisions = readonly (Decision | undefined)[] | undefined

/** A gate's own failure, where it has to stand in the place of a decision. */
export class GateFailure {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** The policy that a gate accepts. */
export type PolicyOf<G> = G extends { compile(tool: ToolInfo, policy: infer Policy): unknown } ? Policy : never

/** The decisions that a gate makes. */
export type DecisionOf<G> = G extends { compile(tool: ToolInfo, policy: never): Checkpoint<infer D> } ? D : never

/**
 * The policy keys that a registration accepts: the names of the gates installed, and no others. A function of a policy
 * that takes a `never` first, such as the budget gate's `actual`, is given what the tool returned: it gets that type.
 */
export type Policies<Gates extends readonly AnyGate[], Result = never> = {
  // Of gates whose names the compiler does not know, no policy can be checked, and none is accepted.
  readonly [Name in Gates[number]['name'] as string extends Name ? never : Name]?: WithResult<
    PolicyOf<Extract<Gates[number], { readonly name: Name }>>,
    Result
  >
}

type WithResult<Policy, Result> = { [Field in keyof Policy]: OfResult<Policy[Field], Result> }

/** As a method, so that it may be declared for a part of what the tool returns, or for what is known of it elsewhere. */
type OfResult<Value, Result> = Value extends (first: infer First, ...rest: infer Rest) => infer Returned
  ? [First] extends [never]
    ? { read(result: Result, ...rest: Rest): Returned }['read']
    : Value
  : Value

/** The decisions of a call by gate, for the gates that were asked. */
export type Decisions<Gates extends readonly AnyGate[]> = {
  readonly [Name in Gates[number]['name']]?: DecisionOf<Extract<Gates[number], { readonly name: Name }>> | Unavailable
}
