import type { FindingKind, RuleEffect } from '../document/document.ts'
import type { Place } from '../document/place.ts'
import type { PolicyCall } from '../engine/policy-call.ts'

/** When the call of a case is made that does not say it: noon in UTC on a Monday, 5 January 2026. */
export const defaultCaseTimeMs: number = Date.UTC(2026, 0, 5, 12)

/** What a policy is expected to decide, call by call: the contents of a case file. */
export interface PolicyCases {
  readonly file: string
  /** The documents that the file names, relative to its own folder; none where it leaves them to its own name. */
  readonly policy: readonly NamedFile[]
  /** The IANA name of the time zone of documents that name none. */
  readonly timeZone: string | undefined
  readonly cases: readonly PolicyCase[]
}

/** A file that a case file names, and where it does. */
export interface NamedFile {
  readonly path: string
  readonly place: Place
}

export interface PolicyCase {
  readonly name: string
  readonly call: PolicyCall
  readonly expected: ExpectedVerdict
  readonly place: Place
}

/** What is expected of a verdict. What is absent may be anything. */
export interface ExpectedVerdict {
  readonly effect?: RuleEffect | undefined
  /** The id of the rule that decides, or `defaultEffect`. */
  readonly rule?: string | undefined
  /** The name of the document that decides. */
  readonly document?: string | undefined
  /** The reason that the deciding rule gives. */
  readonly reason?: string | undefined
  /** The arguments as the tool would get them, all of them. */
  readonly arguments?: unknown
  /** The kinds of what is found in the arguments, all of them, in any order. */
  readonly found?: readonly FoundKind[] | undefined
}

/** `path` for a value that is redacted for the place where it stands. */
export type FoundKind = FindingKind | 'path'
