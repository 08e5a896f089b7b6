import type { Place } from '../document/place.ts'

/** What a tool declares where it is registered. */
export interface DeclaredTool {
  readonly name: string
  /** By default its name. */
  readonly action?: string | undefined
  readonly tags?: readonly string[] | undefined
}

export type LintCode =
  /** The conditions of a rule contradict each other. */
  | 'never-applies'
  /** A glob that matches the action of no declared tool. */
  | 'no-such-action'
  /** A declared tool that no rule allows, and the default effect neither. */
  | 'tool-without-rule'
  /** A deny that changes nothing. */
  | 'shadowed-deny'
  /** An allow or an approval of what is always denied. */
  | 'unreachable-allow'
  /** An allow of more than someone who reads the other rules would think. */
  | 'wide-allow'
  /** Numbers between the limits of two rules, of which neither speaks. */
  | 'amount-gap'
  /** Numbers within the limits of two rules, of which one always wins. */
  | 'amount-overlap'
  /** A glob, or a regular expression, that is compared as the text that it is. */
  | 'glob-in-equals'
  /** An allow of every text in which a regular expression is found, whatever stands around it. */
  | 'unanchored-allow'
  /** A deny or an approval by address, which counts for every host name as well. */
  | 'names-in-cidr'
  /** Documents that are all in shadow mode, so that every call is denied. */
  | 'nothing-enforced'

/** Something in a policy that loads, and is probably not meant. */
export interface LintFinding extends Place {
  readonly code: LintCode
  readonly message: string
}
