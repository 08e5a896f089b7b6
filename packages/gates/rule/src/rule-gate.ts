import { type Gate, type GateOptions, gateOptionNames, PolicyFields, readGateOptions } from '@toolgate/core'
import { type Documents, ruleCheckpoint } from './checkpoint.ts'
import type { RuleDecision } from './decision.ts'
import type { PolicySource } from './engine/policy.ts'
import { RunHistory, type RunHistoryOptions } from './engine/run-history.ts'
import type { RulePolicy } from './rule-policy.ts'

export interface RuleGateOptions extends GateOptions {
  /** Policy documents, of `loadPolicy`, `parsePolicy` or `watchPolicy`. They decide on every tool of the runner. */
  readonly policy?: PolicySource | undefined
  /** How much is remembered of runs, for conditions on what was called before. */
  readonly runHistory?: RunHistoryOptions | undefined
}

export type RuleGate = Gate<'rule', RulePolicy, RuleDecision>

/**
 * Lets a call pass only when every rule of its tool does: predicates in code, and policy documents. Both may also
 * sanitise: they replace the arguments. With documents it stands before every tool, also one without a policy.
 *
 * @throws PolicyError for an option that can not be used.
 * @example
 * const runner = new GatedToolRunner({ gates: [ruleGate({ policy: loadPolicy('policies') })] })
 * runner.register('process_refund', { execute: refund, rule: { action: 'write:refund', tags: ['support'] } })
 */
export function ruleGate(options: RuleGateOptions = {}): RuleGate {
  const fields = new PolicyFields(options, { path: 'ruleGate', names: [...gateOptionNames, 'policy', 'runHistory'] })
  const gateOptions = readGateOptions(fields)
  const documents = readDocuments(fields)
  return {
    name: 'rule',
    ...gateOptions,
    coversEveryTool: documents !== undefined,
    compile: (tool, policy) => ruleCheckpoint(tool, policy, documents),
  }
}

function readDocuments(fields: PolicyFields): Documents | undefined {
  const source = fields.raw('policy')
  const runHistory = fields.raw('runHistory')
  if (source === undefined) {
    if (runHistory === undefined) return undefined
    throw fields.error('runHistory', 'none without a `policy`, whose conditions it is for')
  }
  if (!isSource(source)) throw fields.error('policy', 'what loadPolicy, parsePolicy or watchPolicy returns')
  return { source, history: readRunHistory(runHistory) }
}

function isSource(value: unknown): value is PolicySource {
  return typeof (value as Partial<PolicySource> | null)?.current?.judgeOf === 'function'
}

function readRunHistory(options: unknown = {}): RunHistory {
  const fields = new PolicyFields(options, { path: 'ruleGate.runHistory', names: ['maxRuns', 'idleMs'] })
  return new RunHistory({ maxRuns: fields.wholeNumber('maxRuns', { least: 1 }), idleMs: fields.durationMs('idleMs') })
}
