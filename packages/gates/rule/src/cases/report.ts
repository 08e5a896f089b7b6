import type { RuleEffect } from '../document/document.ts'
import type { Place } from '../document/place.ts'
import type { PolicyVerdict } from '../engine/verdict.ts'
import type { ExpectedVerdict } from './policy-cases.ts'

/** What became of policy cases. */
export interface PolicyCasesReport {
  readonly file: string
  readonly results: readonly PolicyCaseResult[]
  readonly passed: number
  readonly failed: number
  /**
   * Every rule that can decide, in the order of the documents: those of documents in shadow mode can not, and are left
   * out.
   */
  readonly coverage: readonly RuleCoverage[]
}

export interface PolicyCaseResult {
  readonly name: string
  /** Where the case stands. */
  readonly place: Place
  readonly passed: boolean
  readonly verdict: PolicyVerdict
  /** The reason that the deciding rule gives. */
  readonly reason: string | undefined
  /** What a caller is told of the call; `undefined` where it is allowed. */
  readonly message: string | undefined
  /** Whether a rule for the call, or whom a document is about, could not be evaluated. */
  readonly hasUnknown: boolean
  /** What is not as expected; none where the case passed. */
  readonly mismatches: readonly CaseMismatch[]
}

export interface CaseMismatch {
  readonly field: keyof ExpectedVerdict
  readonly expected: unknown
  /** `undefined` where there is none. */
  readonly found: unknown
  /** What is wrong with the expectation itself, such as a rule that there is not, or a kind that it leaves out. */
  readonly hint?: string | undefined
}

/** How often cases came to a rule. */
export interface RuleCoverage extends Place {
  readonly document: string
  /** Its id. */
  readonly rule: string
  /** Its position in the document, from 1. Rules made from one alias stand at the same place. */
  readonly number: number
  readonly effect: RuleEffect
  /** The cases that it decided, or in which it redacted something. */
  readonly cases: number
}
