import type { Allow, Block, Replace } from '@toolgate/core'
import type { PolicyVerdict } from './engine/verdict.ts'

/** A rule that a call does not pass. */
export interface Violation {
  readonly rule: string
  readonly message: string
}

export type RuleDecision = RuleAllow | RuleReplace | RuleBlock

export interface RuleAllow extends Allow {
  /** What the gate's policy documents say, where it has any. */
  readonly policy?: PolicyVerdict
}

export interface RuleReplace extends Replace {
  /** The rules that have replaced arguments. */
  readonly rules: readonly string[]
  readonly policy?: PolicyVerdict
}

export interface RuleBlock extends Block {
  /** `approval_required`: a policy document wants a person to approve the call. */
  readonly reason: 'rule' | 'approval_required'
  /** The first, or with `checkAll` every, rule that the call does not pass. */
  readonly violations: readonly Violation[]
  readonly policy?: PolicyVerdict
}
