import type { RuleEffect } from '../document/document.ts'
import type { Finding } from '../sanitise/finding.ts'

/** The rule, or the default effect, that decided. In the journal it stands with each decision. */
export interface DecidedBy {
  /** The name of the document. */
  readonly document: string
  readonly version?: string
  /** The SHA-256, in hex, of the document's text. */
  readonly digest: string
  readonly file: string
  readonly line: number
  /** The id of the rule, or `defaultEffect`. */
  readonly rule: string
}

/** What the policy documents say of a call. */
export interface PolicyVerdict {
  /** `redact`: allowed, with arguments in which something was redacted. */
  readonly effect: RuleEffect
  readonly action: string
  /** The tags that the tool declares. */
  readonly tags?: readonly string[]
  /** Absent only where no document is about the call, which is a deny. */
  readonly decidedBy?: DecidedBy
  /** Set where the rule counts although its conditions, or whom its document is about, could not be evaluated. */
  readonly isUnknown?: true
  /** The id of the rule that decided, then those of the `redact` rules that applied, then `found:` with each kind found. */
  readonly reasonCodes: readonly string[]
  /** What was found in the arguments, by kind and path; never the value. Of a call that is refused: what was not recorded. */
  readonly found?: readonly Finding[]
  /** What the call would have got with the documents in shadow mode, where that is something else. */
  readonly shadow?: ShadowVerdict
}

export interface ShadowVerdict {
  readonly effect: RuleEffect
  readonly decidedBy?: DecidedBy
  readonly found?: readonly Finding[]
}
