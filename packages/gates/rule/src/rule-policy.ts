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

/** The rules of a tool: predicates, all of which must pass, and what it is to the gate's policy documents. */
export interface RulePolicy {
  /** Asked in this order. At least one, unless the gate has policy documents. */
  readonly rules?: readonly (Predicate | NamedRule)[] | undefined
  /** Ask every predicate, and list all violations, instead of stopping at the first. */
  readonly checkAll?: boolean | undefined
  /** What the tool does, as policy documents call it: `write:refund`. The name of the tool by default. */
  readonly action?: string | undefined
  /** What else documents may know the tool by; see their `appliesTo`. */
  readonly tags?: readonly string[] | undefined
}
