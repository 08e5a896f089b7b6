import { type AuditGate, defaultGateTimeoutMs, display, longestTimerMs, PolicyFields } from '@toolgate/core'
import type { AuditSink } from './entry.ts'
import { memorySink } from './memory-sink.ts'
import { parsePath } from './recordable.ts'
import { type CompiledPolicy, Recorder, type Recording } from './recorder.ts'

/** What is recorded of the calls of a tool. */
export interface AuditPolicy {
  /**
   * Whether a call that can not be recorded is blocked before its tool runs. True by default. A record that fails
   * after the tool has run is flagged in the result either way.
   */
  readonly required?: boolean
  /**
   * What is recorded of the arguments: `whole` (default), only their `digest`, or all but some paths, such as
   * `{ redact: ['card.number', 'items.*.email'] }`.
   */
  readonly arguments?: 'whole' | 'digest' | { readonly redact: readonly string[] }
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
  const defaults = readPolicy(fields, { required: true, arguments: 'whole' })
  const recording: Recording = { sinks, timeoutMs, isReticent: false }
  return {
    name: 'audit',
    timeoutMs,
    sinks,
    compile: (tool, policy) => {
      if (policy === undefined) return new Recorder(tool.runner.name, recording, defaults)
      const toolFields = new PolicyFields(policy, { tool: tool.name, path: 'audit', names: policyNames })
      return new Recorder(tool.runner.name, recording, readPolicy(toolFields, defaults))
    },
    close: async () => {
      const closed = await Promise.allSettled(sinks.map(async (sink: AuditSink) => sink.close?.()))
      for (const result of closed) if (result.status === 'rejected') throw result.reason
    },
  }
}

const policyNames = ['required', 'arguments']

function readPolicy(fields: PolicyFields, defaults: CompiledPolicy): CompiledPolicy {
  const required = fields.raw('required') ?? defaults.required
  if (typeof required !== 'boolean') throw fields.error('required', 'true or false')
  const args = fields.raw('arguments')
  if (args === undefined) return { required, arguments: defaults.arguments }
  if (args === 'whole' || args === 'digest') return { required, arguments: args }
  const { redact } = (args ?? {}) as { readonly redact?: readonly unknown[] }
  const paths = Array.isArray(redact) ? redact.map(parsePath) : [undefined]
  if (paths.every((path) => path !== undefined)) return { required, arguments: { redact: paths } }
  const wrong = paths.indexOf(undefined)
  const which = Array.isArray(redact) ? `; ${display(redact[wrong])} is none` : ''
  throw fields.error(
    'arguments',
    `"whole", "digest", or { redact } with paths such as "card.number" or "items.*.email"${which}`,
  )
}
