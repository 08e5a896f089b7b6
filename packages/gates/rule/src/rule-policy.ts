import type { ToolCall } from '@toolgate/core'

/**
 * What a rule says of a call: `true`, it passes; `false` or a message, it is refused; `replace`, it passes with other
 * arguments, which every rule of the tool must pass too. A rule returns new arguments and leaves those of the call as
 * they are: nobody would be asked about what it changed in place.
 */
export type RuleVerdict = boolean | string | { readonly replace: unknown }

/** A predicate over a call. What it throws, and whatever else it returns, is not an allow: the call is blocked. */
export type Predicate = (call: ToolCall) => RuleVerdict | Promise<RuleVerdict>

/** A rule under a name of its own. A bare predicate goes by the name of its function. */
export interface NamedRule {
  readonly name: string
  readonly check: Predicate
}

/** The rules of a tool. All of them must pass. */
export interface RulePolicy {
  /** Asked in this order. At least one. */
  readonly rules: readonly (Predicate | NamedRule)[]
  /** Ask every rule, and list all violations, instead of stopping at the first. */
  readonly checkAll?: boolean
}
