import { randomBytes } from 'node:crypto'
import type { AnyAuditGate } from './audit.ts'
import { type CallOptions, callIdentity, checkCallOptions, PipelineCall } from './call.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Refusal } from './conclusion.ts'
import { callChannel, decisionPublisher } from './diagnostics.ts'
import { dryRun, refused } from './dry-run.ts'
import type { AnyGate, Decisions, Policies, PolicyOf, RunnerInfo } from './gate.ts'
import { defaultMaxParallel, inOrder } from './parallel.ts'
import { display } from './policy-error.ts'
import { PolicyFields } from './policy-fields.ts'
import {
  type ArgumentsInput,
  compileTool,
  definitionNames,
  type InputSchema,
  type RegisteredTool,
  type ToolDefinition,
  type ToolDescription,
} from './registration.ts'
import type { CheckResult, GateResult, ResultValue } from './result.ts'
import { type CallEnvironment, refuse, runCall } from './run-call.ts'

export interface RunnerOptions<Gates extends readonly AnyGate[], Audit extends AnyAuditGate | undefined> {
  /** Asked in this order; the first block stops the call. */
  readonly gates?: Gates
  /** Records every call. Without it nothing is recorded. */
  readonly audit?: Audit
  /** Part of every quota key: runners of one name share quotas where they share a store. `default` by default. */
  readonly name?: string
  /** The longest JSON text that is taken for arguments, in characters. 1,048,576 by default. */
  readonly mostArgumentsChars?: number
  /** For tests. The process's own steady clock by default. */
  readonly clock?: Clock
}

/** What a registration may ask of the audit gate, where one is installed. */
export type AuditPolicy<Audit> = Audit extends AnyAuditGate ? { readonly audit?: PolicyOf<Audit> } : unknown

/** A tool's definition together with its policies, by the names of the gates installed. */
export type Registration<
  Gates extends readonly AnyGate[],
  Audit extends AnyAuditGate | undefined,
  Input extends InputSchema,
  Output,
> = ToolDefinition<Input, Output> & Policies<Gates> & AuditPolicy<Audit>

/** A registered tool as a function: the same call, with the types of its arguments and its result. */
export type GatedTool<Gates extends readonly AnyGate[], Input extends InputSchema, Output> = (
  args: ArgumentsInput<Input>,
  options?: CallOptions,
) => Promise<GateResult<ResultValue<Output>, Decisions<Gates>>>

/** One call among several. */
export interface CallRequest extends CallOptions {
  readonly tool: string
  readonly arguments?: unknown
}

export interface CallManyOptions extends Omit<CallOptions, 'callId'> {
  /** How many calls may run at the same time. 8 by default. */
  readonly maxParallel?: number
}

/**
 * Stands between an agent and its tools: every call passes the gates, in order, before its tool runs.
 *
 * @example
 * const runner = new GatedToolRunner({ gates: [rateGate(), budgetGate(), ruleGate()], audit: auditGate() })
 * const searchWeb = runner.register('search_web', {
 *   input: z.object({ query: z.string() }),
 *   execute: ({ query }) => search(query),
 *   rate: { maxCalls: 10, windowMs: 60_000 },
 * })
 * const result = await searchWeb({ query: 'news' }, { principal: 'agent:1' })
 */
export class GatedToolRunner<
  const Gates extends readonly AnyGate[] = readonly [],
  Audit extends AnyAuditGate | undefined = undefined,
> {
  readonly name: string
  readonly #gates: readonly AnyGate[]
  readonly #audit: AnyAuditGate | undefined
  readonly #clock: Clock
  readonly #most: number
  readonly #info: RunnerInfo
  readonly #publisher: ReturnType<typeof decisionPublisher>
  readonly #tools = new Map<string, RegisteredTool>()
  /** The calls under way whose ids their callers chose. */
  readonly #open = new Set<string>()
  readonly #idPrefix = `${randomBytes(12).toString('base64url')}-`
  #lastId = 0
  readonly #nextId = () => `${this.#idPrefix}${++this.#lastId}`

  /** @throws PolicyError for an option that can not be used, and for two gates of one name. */
  constructor(options: RunnerOptions<Gates, Audit> = {}) {
    const names = ['name', 'gates', 'audit', 'mostArgumentsChars', 'clock']
    const fields = new PolicyFields(options, { path: 'runner', names })
    const name = fields.raw('name') ?? 'default'
    if (typeof name !== 'string' || name === '') throw fields.error('name', 'a string that is not empty')
    this.#gates = gatesOf(fields)
    this.#audit = auditOf(fields)
    this.#clock = fields.callback<Clock>('clock') ?? systemClock
    this.#most = fields.wholeNumber('mostArgumentsChars', { least: 2 }) ?? 1_048_576
    this.name = name
    this.#info = { name, shared: sharedResources() }
    this.#publisher = decisionPublisher(name)
  }

  /**
   * Registers a tool with its policies, and returns it as a typed function.
   * @throws PolicyError that names the tool, the field, the value and the mend.
   */
  register<Input extends InputSchema = undefined, Output = unknown>(
    name: string,
    registration: Registration<Gates, Audit, Input, Output>,
  ): GatedTool<Gates, Input, Output> {
    const fields = new PolicyFields({ name }, { path: 'register', names: ['name'] })
    if (typeof name !== 'string' || name === '') throw fields.error('name', 'a string that is not empty')
    if (this.#tools.has(name)) {
      throw fields.error('name', 'a name that is not taken; this runner has a tool of that name already')
    }
    const definition = registration as unknown as Parameters<typeof compileTool>[1]
    this.#tools.set(name, compileTool(name, definition, this.#gates, this.#audit, this.#info))
    return ((args, options) => this.call(name, args, options)) as GatedTool<Gates, Input, Output>
  }

  /**
   * Passes one call through the gates and, if all let it, runs its tool. Arguments may be an object or its JSON text.
   *
   * A block, a failure of the tool and a store that is down are results: it rejects, with a `TypeError`, only for
   * options of the wrong type, which is a programmer's mistake.
   */
  call(tool: string, args?: unknown, options?: CallOptions): Promise<GateResult<unknown, Decisions<Gates>>> {
    try {
      checkCallOptions(tool, options)
    } catch (error) {
      return Promise.reject(error)
    }
    if (!callChannel.hasSubscribers) return this.#run(tool, args, options) as Promise<never>
    const trace = { runner: this.name, tool, arguments: args, options }
    return callChannel.tracePromise(() => this.#run(tool, args, options), trace) as Promise<never>
  }

  /** Makes several calls, at most `maxParallel` at a time; the results stand in the order of the calls. */
  async callMany(
    calls: readonly CallRequest[],
    options: CallManyOptions = {},
  ): Promise<GateResult<unknown, Decisions<Gates>>[]> {
    const { maxParallel = defaultMaxParallel, ...shared } = options
    const requests = calls.map(({ tool, arguments: args, ...own }) => ({ tool, args, options: { ...shared, ...own } }))
    for (const request of requests) checkCallOptions(request.tool, request.options)
    return inOrder(requests, maxParallel, (request) => this.call(request.tool, request.args, request.options))
  }

  /** A dry run: what the gates would say now. Nothing is taken, run or recorded. */
  async check(tool: string, args?: unknown, options?: CallOptions): Promise<CheckResult<Decisions<Gates>>> {
    checkCallOptions(tool, options)
    const call = this.#newCall(tool, args, options)
    const known = this.#tools.get(tool)
    const checked = known === undefined ? refused(call, this.#unknown(tool)) : await dryRun(call, known, this.#most)
    return checked as CheckResult<Decisions<Gates>>
  }

  /** The tools registered here, as an adapter needs them to describe them to a model. */
  tools(): ToolDescription[] {
    return [...this.#tools.values()].map(({ description }) => description)
  }

  #run(name: string, args: unknown, options: CallOptions | undefined): Promise<GateResult<unknown>> {
    const call = this.#newCall(name, args, options)
    const tool = this.#tools.get(name)
    if (tool === undefined) return refuse(call, this.#environment(this.#unregistered(name)), this.#unknown(name))
    const identity = callIdentity(call)
    if (identity === undefined) return runCall(call, this.#environment(tool))
    if (this.#open.has(identity)) return refuse(call, this.#environment(tool), duplicateOf(call))
    this.#open.add(identity)
    return runCall(
      call,
      this.#environment(tool, () => this.#open.delete(identity)),
    )
  }

  #environment(tool: RegisteredTool, onEnd?: () => void): CallEnvironment {
    return { tool, mostArgumentsChars: this.#most, publish: this.#publisher(), onEnd }
  }

  #newCall(tool: string, args: unknown, options: CallOptions | undefined): PipelineCall {
    return new PipelineCall(tool, args, options, this.#clock, this.#nextId)
  }

  /** Compiled for each call, since a model may make up any number of names: only its audit checkpoint is used. */
  #unregistered(name: string): RegisteredTool {
    return compileTool(name, { execute: () => undefined }, [], this.#audit, this.#info)
  }

  #unknown(name: string): Refusal {
    const names = [...this.#tools.keys()]
    const list = names.length === 0 ? 'none is registered' : `there are ${names.slice(0, mostNames).join(', ')}`
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : ''
    const message = `there is no tool ${display(name)}: ${list}${more}; call one of these, by its exact name`
    return { by: 'registry', reason: 'unknown_tool', message }
  }
}

/** How many tools a message lists. */
const mostNames = 20

function duplicateOf(call: PipelineCall): Refusal {
  const message = `a call with the id ${display(call.id)} to tool \`${call.tool}\` is under way; wait for its result, or give this call an id of its own`
  return { by: 'input', reason: 'duplicate_call', message }
}

function gatesOf(fields: PolicyFields): readonly AnyGate[] {
  const gates = fields.raw('gates') ?? []
  if (!Array.isArray(gates)) throw fields.error('gates', 'a list of gates, such as [rateGate(), budgetGate()]')
  gates.forEach((gate: Partial<AnyGate> | undefined, index) => {
    if (typeof gate?.name !== 'string' || typeof gate.compile !== 'function') {
      throw fields.error('gates', `gates only; number ${index} is none`)
    }
    if (reservedNames.has(gate.name)) throw fields.error('gates', `gates of other names; \`${gate.name}\` is reserved`)
    if (gates.findIndex((other: AnyGate) => other.name === gate.name) !== index) {
      throw fields.error('gates', `one gate of each name; \`${gate.name}\` stands there twice`)
    }
  })
  return [...gates]
}

function auditOf(fields: PolicyFields): AnyAuditGate | undefined {
  const audit = fields.raw('audit') as Partial<AnyAuditGate> | undefined
  if (audit === undefined || (audit?.name === 'audit' && typeof audit.compile === 'function')) {
    return audit as AnyAuditGate | undefined
  }
  throw fields.error('audit', 'an audit gate, such as auditGate()')
}

/** The fields of a registration and the stages of core, which no gate can be named after. */
const reservedNames: ReadonlySet<string> = new Set([...definitionNames, 'registry', 'abort', 'audit'])

/** Keeps one of each resource that the gates of a runner share, by the factory that makes it. */
function sharedResources(): RunnerInfo['shared'] {
  const resources = new Map<() => object, object>()
  return <Resource extends object>(factory: () => Resource): Resource => {
    const known = resources.get(factory) ?? factory()
    resources.set(factory, known)
    return known as Resource
  }
}
