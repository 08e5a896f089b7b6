import type { Allow, Block, Replace } from '@toolgate/core'

/** A rule that a call does not pass. */
export interface Violation {
  readonly rule: string
  readonly message: string
}

export type RuleDecision = Allow | RuleReplace | RuleBlock

export interface RuleReplace extends Replace {
  /** The rules that have replaced arguments. */
  readonly rules: readonly string[]
}

export interface RuleBlock extends Block {
  readonly reason: 'rule'
  /** The first, or with `checkAll` every, rule that the call does not pass. */
  readonly violations: readonly Violation[]
}
