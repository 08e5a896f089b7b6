import {
  type AuditGate,
  defaultGateTimeoutMs,
  display,
  longestTimerMs,
  PolicyFields,
  type ToolInfo,
} from '@toolgate/core'
import type { AuditSink, Durability } from './entry.ts'
import { memorySink } from './memory-sink.ts'
import { parsePath, type Redaction } from './recordable.ts'
import { type CompiledPolicy, Recorder, type Recording } from './recorder.ts'
import { secretPaths } from './secret-paths.ts'

/** What is recorded of the calls of a tool. */
export interface AuditPolicy {
  /**
   * Whether a call that can not be recorded is blocked before its tool runs. True by default. A record that fails
   * after the tool has run is flagged in the result either way.
   */
  readonly required?: boolean
  /**
   * What is on the disk, and when: `intent` (default), the intent before the tool runs; `outcome`, the outcome before
   * the result is returned; `relaxed`, both within the journal's `flushMs`. Only a journal syncs to a disk, so there
   * has to be one among the sinks to name it.
   */
  readonly durability?: Durability
  /**
   * What is recorded of the arguments: `whole` (default), only their `digest`, or all but the values at some paths. What
   * the tool's schema marks as secret is never recorded.
   */
  readonly arguments?: 'whole' | 'digest' | ArgumentRedactions
}

/** Paths such as `card.number` or `items.*.email`; `*` stands for every key or index. */
export interface ArgumentRedactions {
  /** Values that are recorded nowhere. */
  readonly redact?: readonly string[]
  /** Values that stand in the record as salted digests. A journal keeps them apart, where they can be erased. */
  readonly erasable?: readonly string[]
}

export interface AuditGateOptions extends AuditPolicy {
  /** Where records go; a record is kept when all of them have it. One `memorySink()` by default. */
  readonly sinks?: readonly AuditSink[]
  /** The longest that the sinks may take, before the tool runs and again after it. 5,000 by default. */
  readonly timeoutMs?: number
}

/** The audit gate, with what reads and ends its sinks. */
export interface ToolAuditGate extends AuditGate<AuditPolicy> {
  readonly sinks: readonly AuditSink[]
  /** Closes the sinks: what they still hold is written. */
  close(): Promise<void>
}

/**
 * Records every call once, whatever stopped it. What is given here are the defaults of the tools' own `audit` policies.
 *
 * @throws PolicyError for an option that can not be used.
 * @example
 * const trail = memorySink()
 * const runner = new GatedToolRunner({ gates: [rateGate()], audit: auditGate({ sinks: [trail] }) })
 */
export function auditGate(options: AuditGateOptions = {}): ToolAuditGate {
  const fields = new PolicyFields(options, { path: 'auditGate', names: ['sinks', 'timeoutMs', ...policyNames] })
  const sinks = fields.raw('sinks') ?? [memorySink()]
  const isSink = (sink: Partial<AuditSink> | undefined) => typeof sink?.end === 'function'
  if (!Array.isArray(sinks) || sinks.length === 0 || !sinks.every(isSink)) {
    const isFactory = Array.isArray(sinks) && sinks.some((sink) => typeof sink === 'function')
    const mend = isFactory ? '; a function that makes one has to be called' : ''
    throw fields.error('sinks', `a list of at least one sink, such as [jsonlSink({ path: "audit.jsonl" })]${mend}`)
  }
  const timeoutMs = fields.durationMs('timeoutMs', longestTimerMs) ?? defaultGateTimeoutMs
  const canSync = sinks.some((sink: AuditSink) => sink.isDurable === true)
  const standard: GivenPolicy = { required: true, durability: 'intent', arguments: undefined }
  const defaults = readPolicy(fields, standard, canSync)
  const recording: Recording = { sinks, timeoutMs, isReticent: false }
  return {
    name: 'audit',
    timeoutMs,
    sinks,
    compile: (tool, policy) => {
      if (policy === undefined) return new Recorder(tool.runner.name, recording, withSecrets(defaults, tool))
      const toolFields = new PolicyFields(policy, { tool: tool.name, path: 'audit', names: policyNames })
      const given = readPolicy(toolFields, defaults, canSync)
      return new Recorder(tool.runner.name, recording, withSecrets(given, tool))
    },
    close: async () => {
      const closed = await Promise.allSettled(sinks.map(async (sink: AuditSink) => sink.close?.()))
      for (const result of closed) if (result.status === 'rejected') throw result.reason
    },
  }
}

const policyNames = ['required', 'durability', 'arguments']

/** A policy before the tool's schema is asked; `arguments` is `undefined` where nobody has said anything. */
interface GivenPolicy extends Omit<CompiledPolicy, 'arguments'> {
  readonly arguments: CompiledPolicy['arguments'] | undefined
}

function readPolicy(fields: PolicyFields, defaults: GivenPolicy, canSync: boolean): GivenPolicy {
  const required = fields.raw('required') ?? defaults.required
  if (typeof required !== 'boolean') throw fields.error('required', 'true or false')
  const durability = fields.choice('durability', ['intent', 'outcome', 'relaxed'])
  if (durability !== undefined && !canSync) {
    throw fields.error('durability', 'nothing, for no sink here syncs to a disk; add journal({ directory: "audit" })')
  }
  return {
    required,
    durability: durability ?? defaults.durability,
    arguments: readArguments(fields) ?? defaults.arguments,
  }
}

function readArguments(fields: PolicyFields): CompiledPolicy['arguments'] | undefined {
  const args = fields.raw('arguments')
  if (args === undefined || args === 'whole' || args === 'digest') return args
  const { redact, erasable, ...others } = (args ?? {}) as ArgumentRedactions
  const lists = [redact, erasable].filter((list) => list !== undefined)
  const paths = lists.flatMap((list) => (Array.isArray(list) ? list : [list]))
  const wrong = paths.findIndex((path) => parsePath(path) === undefined)
  if (lists.length === 0 || wrong !== -1 || !lists.every(Array.isArray) || Object.keys(others).length > 0) {
    const which = lists.every(Array.isArray) && wrong !== -1 ? `; ${display(paths[wrong])} is none` : ''
    throw fields.error(
      'arguments',
      `"whole", "digest", or { redact, erasable } with paths such as "card.number" or "items.*.email"${which}`,
    )
  }
  return [...redactionsOf(redact ?? [], false), ...redactionsOf(erasable ?? [], true)]
}

function redactionsOf(paths: readonly string[], isErasable: boolean): Redaction[] {
  return paths.map((path) => ({ path: parsePath(path) ?? [], isErasable }))
}

/** What a schema marks as secret is not recorded. Where it can not say, and nobody else has, it could be anything. */
function withSecrets(policy: GivenPolicy, tool: ToolInfo): CompiledPolicy {
  const secrets = secretPaths(tool)
  const given = policy.arguments ?? (secrets === undefined ? 'digest' : 'whole')
  if (given === 'digest' || secrets === undefined || secrets.length === 0) return { ...policy, arguments: given }
  if (secrets.some((path) => path.length === 0)) return { ...policy, arguments: 'digest' }
  const redactions = secrets.map((path): Redaction => ({ path, isErasable: false }))
  return { ...policy, arguments: given === 'whole' ? redactions : [...redactions, ...given] }
}
