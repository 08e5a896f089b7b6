import type { Condition } from './condition.ts'
import type { Path } from './path.ts'
import type { Place } from './place.ts'

/** What a rule does with a call that it applies to. */
export type RuleEffect = 'allow' | 'deny' | 'require_approval' | 'redact'

/** What becomes of a call that no rule decides on. */
export type DefaultEffect = 'allow' | 'deny' | 'require_approval'

/** A policy document as it was read: checked, and with the place of everything that can be spoken of. */
export interface PolicyDocument {
  readonly name: string
  /** As it is written: `1.0` is not `1`. */
  readonly version: string | undefined
  readonly description: string | undefined
  /** `shadow`: its rules are asked and what they would change is recorded; they decide nothing. */
  readonly mode: 'enforce' | 'shadow'
  readonly appliesTo: AppliesTo
  readonly rules: readonly PolicyRule[]
  readonly defaultEffect: DefaultEffect
  /** Where the default effect stands, or the document begins. */
  readonly defaultPlace: Place
  /** The document's own categories of tools, in their order, before the built-in ones. */
  readonly categories: readonly Category[]
  readonly file: string
  /** The SHA-256, in hex, of the document's text. */
  readonly digest: string
}

/** Whom and what a document is about: each that is given must match, by any one of its globs. */
export interface AppliesTo {
  readonly tags: readonly string[] | undefined
  readonly principals: readonly string[] | undefined
  readonly trustTiers: readonly string[] | undefined
}

/** A category of tools: by the name of the tool, or else by the host of its `url` argument. Both are globs. */
export interface Category {
  readonly name: string
  readonly tools: readonly string[]
  readonly hosts: readonly string[]
}

export interface PolicyRule {
  /** Its `id`, or `rule 3` for the third of a document that gives none. Unique in its document. */
  readonly id: string
  /** Its position in the document, from 1. */
  readonly number: number
  readonly effect: RuleEffect
  /** Globs over actions; at least one. */
  readonly actions: readonly ActionPattern[]
  /** Absent where the rule has none: it then applies to every call of its actions. */
  readonly conditions: Condition | undefined
  readonly reason: string | undefined
  /** There exactly when the effect is `redact`. */
  readonly redaction: Redaction | undefined
  readonly place: Place
}

export interface ActionPattern {
  readonly text: string
  readonly place: Place
}

/** What a detector finds; see `docs/policy.md`. */
export type FindingKind =
  | 'payment_card'
  | 'iban'
  | 'email'
  | 'phone'
  | 'national_id'
  | 'api_key'
  | 'token'
  | 'private_key'

/** What is done with what was found. `block` refuses the call. */
export type RedactionAction = 'mask' | 'hash' | 'drop' | 'block'

export interface Redaction {
  readonly kinds: ReadonlyMap<FindingKind, RedactionAction>
  /** Paths below `arguments`, whose values are redacted whatever they are; `*` stands for every key or index. */
  readonly paths: readonly RedactedPath[]
  /** The parts of the arguments that detectors look at; all of them when it is absent. */
  readonly within: readonly Path[] | undefined
}

export interface RedactedPath {
  readonly path: Path
  readonly action: RedactionAction
}
