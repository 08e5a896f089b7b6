import { type Allow, type Checkpoint, PolicyFields, type ToolCall, type ToolInfo } from '@toolgate/core'
import { type Passed, refusal, replacement } from './conclusions.ts'
import type { RuleBlock, RuleDecision } from './decision.ts'
import type { PolicySource } from './engine/policy.ts'
import type { RunHistory } from './engine/run-history.ts'
import { type Predicates, readPredicates } from './predicates.ts'
import { type Count, Rounds } from './rounds.ts'
import type { RulePolicy } from './rule-policy.ts'
import { type ToolDeclaration, ToolPolicy } from './tool-policy.ts'

/** What the tools of one gate share. */
export interface Documents {
  readonly source: PolicySource
  readonly history: RunHistory
}

/** @throws PolicyError for a policy that can not be used. */
export function ruleCheckpoint(
  tool: ToolInfo,
  policy: RulePolicy | undefined,
  documents: Documents | undefined,
): Checkpoint<RuleDecision> {
  const names = ['rules', 'checkAll', 'action', 'tags']
  const fields = new PolicyFields(policy ?? {}, { tool: tool.name, path: 'rule', names })
  const declaration = readDeclaration(tool, fields, documents !== undefined)
  const predicates = readPredicates(fields, documents === undefined)
  if (documents === undefined) return predicateCheckpoint(predicates)
  return documentCheckpoint(predicates, new ToolPolicy(documents.source, declaration, documents.history))
}

function readDeclaration(tool: ToolInfo, fields: PolicyFields, hasDocuments: boolean): ToolDeclaration {
  for (const field of ['action', 'tags']) {
    if (fields.raw(field) === undefined || hasDocuments) continue
    throw fields.error(field, 'none, for the gate has no policy documents: install ruleGate({ policy }) with them')
  }
  const action = fields.raw('action') ?? tool.name
  if (!isName(action)) throw fields.error('action', 'text that is not empty, such as "write:refund"')
  if (fields.raw('action') !== undefined && /[*?]/.test(action))
    throw fields.error('action', 'one action, such as "write:refund": globs stand in documents')
  const tags = fields.raw('tags') ?? []
  if (!Array.isArray(tags) || !tags.every(isName)) throw fields.error('tags', 'a list of text, such as ["support"]')
  return { action, tags: Object.freeze([...tags]) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

const allow: Allow = Object.freeze({ kind: 'allow' })

function predicateCheckpoint(predicates: Predicates): Checkpoint<RuleDecision> {
  return {
    check: (call) => {
      const said = predicates.ask(call)
      return said === undefined ? allow : said.then(conclusionOf)
    },
  }
}

function conclusionOf(passed: Passed | RuleBlock): RuleDecision {
  if ('kind' in passed) return passed
  return passed.replacedBy.length === 0 ? allow : replacement(passed)
}

function documentCheckpoint(predicates: Predicates, policy: ToolPolicy): Checkpoint<RuleDecision> {
  const decide = (call: ToolCall, count: Count): RuleDecision | Promise<RuleDecision> => {
    if (!predicates.isEmpty) return new Rounds(predicates, policy, call, count).decide()
    const judgement = policy.judge(call, call.arguments)
    if (judgement.kind === 'refuse') return refusal(judgement)
    count()
    if (judgement.kind === 'allow') return { kind: 'allow', policy: judgement.verdict }
    const { arguments: args, rules, verdict } = judgement
    return { ...replacement({ arguments: args, replacedBy: rules }), policy: verdict }
  }
  return {
    check: (call, earlier) => decide(call, () => policy.begin(call, earlier)),
    preview: (call) => decide(call, () => undefined),
    withhold: (call, letsPass) => policy.withhold(call, letsPass),
    settle: (call, _, outcome) => {
      if (outcome.kind === 'blocked' || outcome.kind === 'pending') policy.forget(call)
    },
    ended: (call, outcome, decisions, endedAtMs) => policy.end(call, { outcome, decisions, endedAtMs }),
  }
}
