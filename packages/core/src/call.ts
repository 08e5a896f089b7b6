import type { Clock } from './clock.ts'
import { display } from './policy-error.ts'

/** One attempt to use a tool, as gates and the tool itself see it. */
export interface ToolCall {
  readonly id: string
  /**
   * Whether the caller chose the id. Such an id names the call across repetitions: seen again before the call has
   * ended, it is not charged again. An id made by the runner is never seen twice.
   */
  readonly hasCallerId: boolean
  readonly tool: string
  /** The parsed arguments, as the tool's input schema returned them, or as a gate replaced them. */
  readonly arguments: unknown
  /** Who calls: the agent's identity. `global` when the caller named none. */
  readonly principal: string
  readonly tenant: string | undefined
  readonly session: string | undefined
  readonly run: string | undefined
  readonly traceId: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  /** Aborts when the caller gives up, and while the tool runs also when its `timeoutMs` has passed. */
  readonly signal: AbortSignal
  /** When the call arrived, in milliseconds since the epoch. */
  readonly startedAtMs: number
}

/** Who makes a call, and in which surroundings. */
export interface CallOptions {
  /** Names the call across repetitions; see `ToolCall.hasCallerId`. Made by the runner when absent. */
  readonly callId?: string | undefined
  readonly principal?: string | undefined
  readonly tenant?: string | undefined
  readonly session?: string | undefined
  readonly run?: string | undefined
  readonly traceId?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly signal?: AbortSignal | undefined
}

const noOptions: CallOptions = {}
const noMetadata: Readonly<Record<string, unknown>> = Object.freeze({})

/** The one implementation of `ToolCall`. Only the pipeline, which owns the call, changes it. */
export class PipelineCall implements ToolCall {
  readonly id: string
  readonly hasCallerId: boolean
  readonly tool: string
  readonly principal: string
  readonly tenant: string | undefined
  readonly session: string | undefined
  readonly run: string | undefined
  readonly traceId: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
  readonly startedAtMs: number
  arguments: unknown
  readonly #clock: Clock
  #signal: AbortSignal | undefined

  constructor(tool: string, args: unknown, options: CallOptions | undefined, clock: Clock, nextId: () => string) {
    const given = options ?? noOptions
    this.tool = tool
    this.arguments = args
    this.startedAtMs = clock()
    this.#clock = clock
    this.hasCallerId = given.callId !== undefined
    this.id = given.callId ?? nextId()
    this.principal = given.principal ?? 'global'
    this.tenant = given.tenant
    this.session = given.session
    this.run = given.run
    this.traceId = given.traceId
    this.metadata = given.metadata ?? noMetadata
    this.#signal = given.signal
  }

  /** The time since the call arrived, in milliseconds and to the microsecond. */
  elapsedMs(): number {
    return Math.round((this.#clock() - this.startedAtMs) * 1_000) / 1_000
  }

  /** Made on demand: most calls have no signal, and most tools never look at one. */
  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal
    return this.#signal
  }

  set signal(signal: AbortSignal) {
    this.#signal = signal
  }

  /** The signal only if the caller gave one, so that nobody waits on a signal that can not fire. */
  get callerSignal(): AbortSignal | undefined {
    return this.#signal
  }
}

/** The same call with other arguments, for a gate that tries some before it replaces them. */
export function withArguments(call: ToolCall, args: unknown): ToolCall {
  return {
    id: call.id,
    hasCallerId: call.hasCallerId,
    tool: call.tool,
    arguments: args,
    principal: call.principal,
    tenant: call.tenant,
    session: call.session,
    run: call.run,
    traceId: call.traceId,
    metadata: call.metadata,
    startedAtMs: call.startedAtMs,
    get signal() {
      return call.signal
    },
  }
}

/**
 * What makes two calls one and the same: the id that the caller chose, among the calls of the same caller to the same
 * tool. `undefined` for a call whose id the runner made, which is like no other.
 */
export function callIdentity(call: ToolCall): string | undefined {
  if (!call.hasCallerId) return undefined
  return JSON.stringify([call.tool, call.tenant, call.principal, call.session, call.run, call.id])
}

/** @throws TypeError when an option is not of its type: a programmer's mistake, the only thing `call` rejects for. */
export function checkCall(tool: unknown, options: CallOptions | undefined): void {
  if (typeof tool !== 'string') throw new TypeError(`the name of the tool is \`${display(tool)}\`; expected a string`)
  if (options === undefined) return
  if (typeof options !== 'object' || options === null) throw wrongOption(tool, 's are', options, 'an object')
  for (const name in options) checkOption(tool, name, options[name as keyof CallOptions])
}

/** A misspelt option is refused: under a misspelt principal, a call would count and be recorded as another's. */
function checkOption(tool: string, name: string, value: unknown): void {
  switch (name) {
    case 'callId':
    case 'principal':
    case 'tenant':
    case 'session':
    case 'run':
    case 'traceId':
      if (value === undefined || (typeof value === 'string' && value !== '')) return
      throw wrongOption(tool, ` ${name} is`, value, 'a string that is not empty')
    case 'signal':
      if (value === undefined || value instanceof AbortSignal) return
      throw wrongOption(tool, ' signal is', value, 'an AbortSignal')
    case 'metadata':
      if (value === undefined || (typeof value === 'object' && value !== null)) return
      throw wrongOption(tool, ' metadata is', value, 'an object')
    default:
      throw wrongOption(tool, ` ${name} is`, value, `no such option; there are ${callOptionNames.join(', ')}`)
  }
}

export const callOptionNames: readonly string[] = [
  'callId',
  'principal',
  'tenant',
  'session',
  'run',
  'traceId',
  'metadata',
  'signal',
]

function wrongOption(tool: string, which: string, value: unknown, expected: string): TypeError {
  return new TypeError(`tool \`${tool}\`: call option${which} \`${display(value)}\`; expected ${expected}`)
}
