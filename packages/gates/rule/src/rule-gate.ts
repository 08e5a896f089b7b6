import { type Gate, type GateOptions, gateOptionNames, PolicyFields, readGateOptions } from '@toolgate/core'
import { ruleCheckpoint } from './checkpoint.ts'
import type { RuleDecision } from './decision.ts'
import type { RulePolicy } from './policy.ts'

export type RuleGate = Gate<'rule', RulePolicy, RuleDecision>

/**
 * Lets a call pass only when every rule of its tool does. Rules may also sanitise: they replace the arguments.
 *
 * @throws PolicyError for an option that can not be used.
 * @example
 * const noSsn = (call: ToolCall) => !/\d{3}-\d{2}-\d{4}/.test(JSON.stringify(call.arguments))
 * const runner = new GatedToolRunner({ gates: [ruleGate()] })
 * runner.register('search', { execute: search, rule: { rules: [noSsn] } })
 */
export function ruleGate(options: GateOptions = {}): RuleGate {
  const fields = new PolicyFields(options, { path: 'ruleGate', names: gateOptionNames })
  const gateOptions = readGateOptions(fields)
  return { name: 'rule', ...gateOptions, compile: ruleCheckpoint }
}
