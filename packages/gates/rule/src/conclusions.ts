import type { RuleBlock, RuleReplace, Violation } from './decision.ts'
import type { RefuseJudgement } from './engine/judgement.ts'

/** Arguments as predicates, or policy documents, want them, and which of them wanted others. */
export interface Passed {
  readonly arguments: unknown
  readonly replacedBy: readonly string[]
}

export function replacement({ arguments: args, replacedBy }: Passed): RuleReplace {
  return {
    kind: 'replace',
    arguments: args,
    rules: replacedBy,
    message: `arguments replaced by ${replacedBy.join(', ')}`,
  }
}

/** What policy documents refuse. */
export function refusal(judgement: RefuseJudgement): RuleBlock {
  const { verdict, recordedArguments } = judgement
  const message = judgement.message()
  return {
    kind: 'block',
    reason: verdict.effect === 'require_approval' ? 'approval_required' : 'rule',
    violations: [{ rule: verdict.decidedBy?.rule ?? 'no-policy', message }],
    message,
    policy: verdict,
    ...(recordedArguments !== undefined && { recordedArguments }),
  }
}

/** What predicates refuse. */
export function violationRefusal(violations: readonly Violation[]): RuleBlock {
  const listed = violations.map(({ rule, message }) => `rule \`${rule}\`${message === '' ? '' : `: ${message}`}`)
  return {
    kind: 'block',
    reason: 'rule',
    violations,
    message: `not allowed by ${listed.join('; ')}; the same call will be refused again, so change it or do without it`,
  }
}
