import type { AnyAuditGate } from './audit.ts'
import { type Clock, systemClock } from './clock.ts'
import type { AnyGate } from './gate.ts'
import { display } from './policy-error.ts'
import { PolicyFields } from './policy-fields.ts'
import { definitionNames } from './registration.ts'

export interface RunnerOptions<Gates extends readonly AnyGate[], Audit extends AnyAuditGate | undefined> {
  /** Asked in this order; the first block stops the call. */
  readonly gates?: Gates
  /** Records every call. Without it nothing is recorded. */
  readonly audit?: Audit
  /** Part of every quota key: runners of one name share quotas where they share a store. `default` by default. */
  readonly name?: string
  /** The longest JSON text that is taken for arguments, in characters. 1,048,576 by default. */
  readonly maxArgumentsChars?: number
  /** For tests. The process's own steady clock by default. */
  readonly clock?: Clock
}

/** The options of a runner, checked. */
export interface CheckedOptions {
  readonly name: string
  readonly gates: readonly AnyGate[]
  readonly audit: AnyAuditGate | undefined
  readonly maxArgumentsChars: number
  readonly clock: Clock
}

/** @throws PolicyError for an option that can not be used, and for two gates of one name. */
export function readRunnerOptions(options: object): CheckedOptions {
  const names = ['name', 'gates', 'audit', 'maxArgumentsChars', 'clock']
  const fields = new PolicyFields(options, { path: 'runner', names })
  const name = fields.raw('name') ?? 'default'
  if (typeof name !== 'string' || name === '') throw fields.error('name', 'a string that is not empty')
  return {
    name,
    gates: gatesOf(fields),
    audit: auditOf(fields),
    maxArgumentsChars: fields.wholeNumber('maxArgumentsChars', { least: 2 }) ?? 1_048_576,
    clock: fields.callback<Clock>('clock') ?? systemClock,
  }
}

function gatesOf(fields: PolicyFields): readonly AnyGate[] {
  const gates = fields.raw('gates') ?? []
  if (!Array.isArray(gates)) throw fields.error('gates', 'a list of gates, such as [rateGate(), budgetGate()]')
  gates.forEach((gate: Partial<AnyGate> | undefined, index) => {
    if (typeof gate === 'function') {
      throw fields.error('gates', `gates; number ${index} is ${display(gate)}, which makes one: call it`)
    }
    if (typeof gate?.name !== 'string' || typeof gate.compile !== 'function') {
      throw fields.error('gates', `gates only; number ${index} is \`${display(gate)}\``)
    }
    if (gate.name === 'audit') throw fields.error('gates', 'no audit gate; pass it beside them, as `audit`')
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
const reservedNames: ReadonlySet<string> = new Set([...definitionNames, 'registry', 'abort'])
