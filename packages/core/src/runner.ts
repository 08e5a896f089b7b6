import { randomBytes } from 'node:crypto'
import type { AnyAuditGate } from './audit.ts'
import { type CallOptions, callIdentity, callOptionNames, checkCall, PipelineCall } from './call.ts'
import type { Refusal } from './conclusion.ts'
import { type CallTrace, callChannel, decisionPublisher } from './diagnostics.ts'
import { dryRun, refused } from './dry-run.ts'
import type { AnyGate, Decisions, Policies, PolicyOf, RunnerInfo } from './gate.ts'
import { OpenCalls } from './open-calls.ts'
import { defaultMaxParallel, inOrder } from './parallel.ts'
import { display, PolicyError } from './policy-error.ts'
import { PolicyFields } from './policy-fields.ts'
import {
  type ArgumentsInput,
  compileTool,
  type InputSchema,
  type RegisteredTool,
  type ToolDefinition,
  type ToolDescription,
} from './registration.ts'
import type { CheckResult, GateResult, ResultValue, SettledValue } from './result.ts'
import { type CallEnvironment, refuse, runCall } from './run-call.ts'
import { type CheckedOptions, type RunnerOptions, readRunnerOptions } from './runner-options.ts'
import { sharedResources } from './shared-resources.ts'
import { messageOf } from './thrown.ts'

/** What a registration may ask of the audit gate, where one is installed. */
export type AuditPolicy<Audit> = Audit extends AnyAuditGate ? { readonly audit?: PolicyOf<Audit> } : unknown

/** A tool's definition together with its policies, by the names of the gates installed. */
export type Registration<
  Gates extends readonly AnyGate[],
  Audit extends AnyAuditGate | undefined,
  Input extends InputSchema,
  Output,
> = ToolDefinition<Input, Output> & Policies<Gates, NoInfer<SettledValue<Output>>> & AuditPolicy<Audit>

/** A registered tool as a function: the same call, with the types of its arguments and its result. */
export type GatedTool<Gates extends readonly AnyGate[], Input extends InputSchema, Output> = (
  ...call: Input extends undefined
    ? [args?: unknown, options?: CallOptions]
    : [args: ArgumentsInput<Input>, options?: CallOptions]
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
  readonly #options: CheckedOptions
  readonly #info: RunnerInfo
  readonly #publisher: ReturnType<typeof decisionPublisher>
  readonly #tools = new Map<string, RegisteredTool>()
  readonly #open: OpenCalls
  readonly #idPrefix = `${randomBytes(12).toString('base64url')}-`
  #lastId = 0
  readonly #nextId = () => `${this.#idPrefix}${++this.#lastId}`

  /** The longest JSON text that is taken for arguments, in characters. */
  get maxArgumentsChars(): number {
    return this.#options.maxArgumentsChars
  }

  /** @throws PolicyError for an option that can not be used, and for two gates of one name. */
  constructor(options: RunnerOptions<Gates, Audit> = {}) {
    this.#options = readRunnerOptions(options)
    this.name = this.#options.name
    this.#info = { name: this.name, shared: sharedResources() }
    this.#publisher = decisionPublisher(this.name)
    this.#open = new OpenCalls(this.name, this.#options.gates)
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
      const expected = 'a name that is not taken: this runner has a tool of that name already; give this one another'
      throw new PolicyError({ tool: name, field: 'name', value: name, expected })
    }
    const definition = registration as unknown as Parameters<typeof compileTool>[1]
    const tool = compileTool(name, definition, this.#options.gates, this.#options.audit, this.#info)
    this.#tools.set(name, tool)
    // A tool that is called by its own function takes values: text is JSON only where a model may have written it.
    const gated = (args: unknown = tool.isPrivate ? undefined : {}, options?: CallOptions) => {
      return this.#call(name, tool, args, options, undefined)
    }
    return gated as unknown as GatedTool<Gates, Input, Output>
  }

  /**
   * Passes one call through the gates and, if all let it, runs its tool. Arguments may be an object or its JSON text.
   *
   * A block, a failure of the tool and a store that is down are results: it rejects, with a `TypeError`, only for
   * options that can not be meant, which is a programmer's mistake.
   */
  call(tool: string, args?: unknown, options?: CallOptions): Promise<GateResult<unknown, Decisions<Gates>>> {
    return this.#call(tool, this.#publicTool(tool), args, options, this.maxArgumentsChars) as Promise<never>
  }

  /** Makes several calls, at most `maxParallel` at a time; the results stand in the order of the calls. */
  async callMany(
    calls: readonly CallRequest[],
    options: CallManyOptions = {},
  ): Promise<GateResult<unknown, Decisions<Gates>>[]> {
    const { maxParallel = defaultMaxParallel, ...shared } = options
    for (const name of Object.keys(shared)) {
      if (name !== 'callId' && callOptionNames.includes(name)) continue
      const there = ['maxParallel', ...callOptionNames.filter((option) => option !== 'callId')].join(', ')
      throw new TypeError(`callMany was given the option ${name}; for all of its calls there are ${there}`)
    }
    if (!Array.isArray(calls)) throw new TypeError(`callMany was given \`${display(calls)}\`; expected a list of calls`)
    const requests = calls.map((call, index) => readRequest(call, index, shared))
    return inOrder(requests, maxParallel, (request) => this.call(request.tool, request.args, request.options))
  }

  /** A dry run: what the gates would say now. Nothing is taken, run or recorded. */
  async check(tool: string, args?: unknown, options?: CallOptions): Promise<CheckResult<Decisions<Gates>>> {
    checkCall(tool, options)
    const call = this.#newCall(tool, args, options)
    const known = this.#publicTool(tool)
    const form = { schema: known?.input, mostTextChars: this.maxArgumentsChars }
    const checked = known === undefined ? refused(call, this.#unknown(tool)) : dryRun(call, known, form)
    return (await checked) as CheckResult<Decisions<Gates>>
  }

  /** The tools that can be called by name, as an adapter needs them to describe them to a model. */
  tools(): ToolDescription[] {
    return [...this.#tools.values()].filter((tool) => !tool.isPrivate).map(({ description }) => description)
  }

  #publicTool(name: string): RegisteredTool | undefined {
    const tool = this.#tools.get(name)
    return tool?.isPrivate ? undefined : tool
  }

  #call(
    name: string,
    tool: RegisteredTool | undefined,
    args: unknown,
    options: CallOptions | undefined,
    mostTextChars: number | undefined,
  ): Promise<GateResult<unknown>> {
    let call: PipelineCall
    try {
      checkCall(name, options)
      call = this.#newCall(name, args, options)
    } catch (error) {
      return Promise.reject(error)
    }
    if (!callChannel.hasSubscribers) return this.#run(call, tool, mostTextChars)
    const trace: CallTrace = { runner: this.name, tool: name, arguments: args, options }
    return callChannel.tracePromise(() => this.#run(call, tool, mostTextChars), trace)
  }

  async #refuseUnknown(call: PipelineCall): Promise<GateResult<unknown>> {
    return refuse(call, this.#environment(this.#unregistered(call.tool), undefined), this.#unknown(call.tool))
  }

  #run(
    call: PipelineCall,
    tool: RegisteredTool | undefined,
    mostTextChars: number | undefined,
  ): Promise<GateResult<unknown>> {
    if (tool === undefined) return this.#refuseUnknown(call)
    const identity = callIdentity(call)
    if (identity === undefined) return runCall(call, this.#environment(tool, mostTextChars))
    if (this.#open.has(identity)) return refuse(call, this.#environment(tool, mostTextChars), duplicateOf(call))
    this.#open.add(identity)
    return runCall(
      call,
      this.#environment(tool, mostTextChars, () => this.#open.delete(identity)),
    )
  }

  #environment(tool: RegisteredTool, mostTextChars: number | undefined, onEnd?: () => void): CallEnvironment {
    return { tool, input: { schema: tool.input, mostTextChars }, publish: this.#publisher(), onEnd }
  }

  #newCall(tool: string, args: unknown, options: CallOptions | undefined): PipelineCall {
    return new PipelineCall(tool, args, options, this.#options.clock, this.#nextId)
  }

  /** Compiled for each call, since a model may make up any number of names: only its audit checkpoint is used. */
  #unregistered(name: string): RegisteredTool {
    return compileTool(name, { execute: () => undefined }, [], this.#options.audit, this.#info)
  }

  #unknown(name: string): Refusal {
    const names = this.tools().map((tool) => tool.name)
    const listed = names.slice(0, mostNames).join(', ')
    const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : ''
    const mend = names.length === 0 ? 'there is none at all' : `call one of these, by its exact name: ${listed}${more}`
    return { by: 'registry', reason: 'unknown_tool', message: `there is no tool ${display(name)}; ${mend}` }
  }
}

interface ReadRequest {
  readonly tool: string
  readonly args: unknown
  readonly options: CallOptions
}

/** @throws TypeError for a call that can not be meant, before any of them is made. */
function readRequest(request: CallRequest, index: number, shared: CallOptions): ReadRequest {
  try {
    const { tool, arguments: args, ...own } = request
    // An option that a call leaves undefined is that of all.
    const given = Object.entries(own).filter(([, value]) => value !== undefined)
    const options = { ...shared, ...Object.fromEntries(given) }
    checkCall(tool, options)
    return { tool, args, options }
  } catch (error) {
    throw new TypeError(`call ${index} of callMany, of { tool, arguments } and call options: ${messageOf(error)}`)
  }
}

/** How many tools a message lists. */
const mostNames = 20

function duplicateOf(call: PipelineCall): Refusal {
  const message = `a call with the id ${display(call.id)} to tool \`${call.tool}\` is under way; wait for its result, or give this call an id of its own`
  return { by: 'input', reason: 'duplicate_call', message }
}
