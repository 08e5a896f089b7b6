export type { RuleBlock, RuleDecision, RuleReplace, Violation } from './decision.ts'
export type { NamedRule, Predicate, RulePolicy, RuleVerdict } from './policy.ts'
export { type RuleGate, ruleGate } from './rule-gate.ts'
