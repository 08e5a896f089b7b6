export { type LoadedPolicyCases, loadPolicyCases } from './cases/load-cases.ts'
export type { ExpectedVerdict, NamedFile, PolicyCase, PolicyCases } from './cases/policy-cases.ts'
export { readPolicyCall } from './cases/read-call.ts'
export { type ReadPolicyCasesOptions, readPolicyCases } from './cases/read-cases.ts'
export { readTools } from './cases/read-tools.ts'
export type { CaseMismatch, PolicyCaseResult, PolicyCasesReport, RuleCoverage } from './cases/report.ts'
export { runPolicyCases } from './cases/run-cases.ts'
export type { RuleAllow, RuleBlock, RuleDecision, RuleReplace, Violation } from './decision.ts'
export type { DefaultEffect, FindingKind, PolicyDocument, RedactionAction, RuleEffect } from './document/document.ts'
export { type DocumentProblem, PolicyDocumentError } from './document/problem.ts'
export type {
  ExplainedCondition,
  ExplainedCriterion,
  ExplainedDocument,
  ExplainedRule,
  Explanation,
} from './engine/explanation.ts'
export { loadPolicy, type PolicyOptions, type PolicyText, parsePolicy } from './engine/load.ts'
export type { Policy, PolicySource } from './engine/policy.ts'
export type { EarlierCall, PolicyCall } from './engine/policy-call.ts'
export type { RunHistoryOptions } from './engine/run-history.ts'
export type { DecidedBy, PolicyVerdict, ShadowVerdict } from './engine/verdict.ts'
export { type PolicyWatch, type Reload, type WatchPolicyOptions, watchPolicy } from './engine/watch.ts'
export type { DeclaredTool, LintCode, LintFinding } from './lint/finding.ts'
export { PolicyReplay } from './replay/policy-replay.ts'
export { type RuleGate, type RuleGateOptions, ruleGate } from './rule-gate.ts'
export type { NamedRule, Predicate, RulePolicy, RuleVerdict } from './rule-policy.ts'
export type { Finding } from './sanitise/finding.ts'
