import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AnyAuditGate } from './audit.ts'
import { type CallOptions, callOptionNames } from './call.ts'
import type { AnyGate, Policies } from './gate.ts'
import { display, PolicyError } from './policy-error.ts'
import { PolicyFields } from './policy-fields.ts'
import { definitionNames } from './registration.ts'
import type { GateResult, ResultValue, SettledValue } from './result.ts'
import { type AuditPolicy, GatedToolRunner, type Registration } from './runner.ts'

/** A guarded function was stopped by a gate, or waits for a person. `result` has the gate, the reason and the rest. */
export class GateBlockedError extends Error {
  override readonly name = 'GateBlockedError'
  readonly result: Extract<GateResult<unknown>, { readonly status: 'blocked' | 'pending' }>

  constructor(result: GateBlockedError['result']) {
    super(result.message)
    this.result = result
  }
}

interface GuardDetails<Args extends readonly unknown[]> {
  /** The name that the runner knows the function by; the function's own name by default. */
  readonly name?: string
  /** The longest that the function may run, in milliseconds. */
  readonly timeoutMs?: number
  /** For a function of one object: the schema that validates it. `call.arguments` is then that object. */
  readonly input?: StandardSchemaV1<unknown, Args[0]>
  /**
   * For a function of several parameters: their names, so that rules can read `call.arguments.to`. With neither
   * `input` nor `parameters`, `call.arguments` is the list that the function was called with.
   */
  readonly parameters?: readonly string[]
  /** Who calls: always the same, or told by the arguments of each call. */
  readonly caller?: CallOptions | ((...args: Args) => CallOptions)
  /** What a stopped call does: `throw` a `GateBlockedError` (default), or `return` its message. */
  readonly onBlocked?: 'throw' | 'return'
}

/** How a function is guarded: its policies, by the names of the runner's gates, and how its calls are seen. */
export type GuardOptions<
  Args extends readonly unknown[],
  Gates extends readonly AnyGate[],
  Audit extends AnyAuditGate | undefined,
  Output = unknown,
> = GuardDetails<Args> & NoInfer<Policies<Gates, SettledValue<Output>>> & NoInfer<AuditPolicy<Audit>>

/** What a guarded function resolves to: with `onBlocked: 'return'` also the message of a stopped call. */
export type GuardedValue<Output, OnBlocked> = ResultValue<Output> | (OnBlocked extends 'return' ? string : never)

/**
 * Puts the gates of a runner around a plain function. The guarded function has the same name and parameters, and
 * returns a promise: of what the function returns, or, where it was told to, of the message of a stopped call.
 * What the function throws is thrown on. It is called without a `this`; pass a bound function where it needs one. The
 * function is a private tool of the runner: no model is told of it, or can call it by its name.
 *
 * @throws PolicyError as `register` does. The guarded function throws `GateBlockedError` when a gate stops it.
 * @example
 * const send = guard(sendMail, runner, { parameters: ['to', 'text'], rate: { maxCalls: 5, windowMs: 60_000 } })
 * await send('someone@example.com', 'Hello')
 */
export function guard<
  Args extends readonly unknown[],
  Output,
  const Gates extends readonly AnyGate[],
  Audit extends AnyAuditGate | undefined,
  OnBlocked extends 'throw' | 'return' = 'throw',
>(
  guarded: (...args: Args) => Output,
  runner: GatedToolRunner<Gates, Audit>,
  options: GuardOptions<Args, Gates, Audit, Output> & { readonly onBlocked?: OnBlocked } = {} as never,
): (...args: Args) => Promise<GuardedValue<Output, OnBlocked>> {
  const { name = guarded.name, parameters, caller, onBlocked, ...registration } = options
  const details = { name, parameters, onBlocked, input: options.input }
  const place = { path: 'guard', names: Object.keys(details) }
  const fields = new PolicyFields(details, name === '' ? place : { ...place, tool: name })
  if (!(runner instanceof GatedToolRunner)) {
    throw new TypeError(`guard: the runner of \`${name}\` is \`${display(runner)}\`; expected a GatedToolRunner`)
  }
  if (name === '') throw fields.error('name', 'a name, since the function has none of its own: give it as `name`')
  refuseOthers(name, registration)
  fields.choice('onBlocked', ['throw', 'return'])
  const shape = argumentShape(name, fields)

  const execute = (args: unknown) => guarded(...(shape.toList(args) as unknown as Args))
  const definition = { ...registration, execute, isPrivate: true }
  const call = runner.register(name, definition as unknown as Registration<Gates, Audit, undefined, unknown>)

  const gated = async (...args: Args): Promise<GuardedValue<Output, OnBlocked>> => {
    const callOptions = typeof caller === 'function' ? caller(...args) : caller
    return conclude(await call(shape.fromList(args), callOptions), onBlocked) as never
  }
  return Object.defineProperties(gated, {
    name: { value: guarded.name, configurable: true },
    length: { value: guarded.length, configurable: true },
  })
}

/** What a registration has and a guarded function has not, and what belongs in `caller`. */
function refuseOthers(tool: string, registration: Readonly<Record<string, unknown>>): void {
  const ofTools = definitionNames.filter((field) => field !== 'input' && field !== 'timeoutMs')
  for (const field of [...ofTools, ...callOptionNames]) {
    const value = registration[field]
    if (value === undefined) continue
    const expected = callOptionNames.includes(field)
      ? `it in \`caller\`, such as caller: { ${field}: … }`
      : 'no such field for a guarded function'
    throw new PolicyError({ tool, field: `guard.${field}`, value, expected })
  }
}

function conclude(result: GateResult<unknown>, onBlocked: 'throw' | 'return' | undefined): unknown {
  // A plain function has no result to be flagged, and what it did can not be undone: the process is warned.
  if (result.auditError !== undefined) process.emitWarning(result.auditError)
  switch (result.status) {
    case 'executed':
      return result.result
    case 'failed':
      throw result.error
    case 'blocked':
    case 'pending':
      if (onBlocked === 'return') return result.message
      throw new GateBlockedError(result)
    default:
      return result satisfies never
  }
}

/** How the list that a function is called with becomes the arguments of a call, and back. */
interface ArgumentShape {
  fromList(args: readonly unknown[]): unknown
  toList(args: unknown): readonly unknown[]
}

function argumentShape(tool: string, fields: PolicyFields): ArgumentShape {
  const parameters = fields.raw('parameters')
  if (fields.raw('input') !== undefined) {
    if (parameters !== undefined) throw fields.error('parameters', 'no names together with `input`; leave one of them')
    return { fromList: ([first]) => first, toList: (args) => [args] }
  }
  if (parameters === undefined) return { fromList: (args) => args, toList: listOf }
  const isName = (name: unknown) => typeof name === 'string' && name !== ''
  if (!Array.isArray(parameters) || !parameters.every(isName) || new Set(parameters).size !== parameters.length) {
    throw fields.error('parameters', 'a list of different names, such as ["to", "text"]')
  }
  const names: readonly string[] = parameters
  return {
    fromList: (args) => {
      if (args.length > names.length) {
        throw new TypeError(
          `\`${tool}\` is guarded with the parameters ${names.join(', ')}, and was called with ${args.length}`,
        )
      }
      return Object.fromEntries(args.map((value, index) => [names[index], value]))
    },
    toList: (args) => {
      const named = args as Readonly<Record<string, unknown>>
      // As many as it was called with: a default stands only where nothing was passed.
      return names.slice(0, names.findLastIndex((name) => Object.hasOwn(named, name)) + 1).map((name) => named[name])
    },
  }
}

function listOf(args: unknown): readonly unknown[] {
  if (!Array.isArray(args)) throw new TypeError('the arguments of a guarded function were replaced by what is no list')
  return args
}
