import type { CompiledCondition } from '../condition/compiled-condition.ts'
import { describeCondition } from '../condition/describe.ts'
import type { Subject } from '../condition/subject.ts'
import type { Truth } from '../condition/truth.ts'
import type { PolicyDocument, PolicyRule } from '../document/document.ts'
import type { Place } from '../document/place.ts'
import type { CompiledDocument } from './compiled-rule.ts'
import type { PolicyVerdict } from './verdict.ts'

/** Why a policy decides on a call as it does: every rule for the call's action, and what each condition found. */
export interface Explanation {
  readonly verdict: PolicyVerdict
  /** What a caller is told: why, and what to do next. `undefined` for a call that is allowed. */
  readonly message: string | undefined
  /** The arguments as the tool would get them. */
  readonly arguments: unknown
  readonly documents: readonly ExplainedDocument[]
}

export interface ExplainedDocument {
  readonly document: PolicyDocument
  /** Whether the document is about this call. Unknown where it asks for what the call does not say. */
  readonly applies: Truth
  readonly criteria: readonly ExplainedCriterion[]
  /** The rules whose actions match, in their order. Those of other actions are not considered. */
  readonly rules: readonly ExplainedRule[]
  /** Whether its default effect decided. */
  readonly isDecisive: boolean
}

/** One of the things that a document asks of a call to be about it, such as `trustTiers: trusted, verified`. */
export interface ExplainedCriterion {
  readonly text: string
  readonly truth: Truth
  readonly found: unknown
}

export interface ExplainedRule {
  readonly rule: PolicyRule
  /** What its conditions come to, and whether its document is about the call. */
  readonly truth: Truth
  /** Whether its effect counts: an unknown deny, approval or redaction does, an unknown allow does not. */
  readonly counts: boolean
  readonly isDecisive: boolean
  /** Absent for a rule without conditions. */
  readonly condition: ExplainedCondition | undefined
}

export interface ExplainedCondition {
  /** The condition in one line: `arguments.amount max 100`. */
  readonly text: string
  readonly truth: Truth
  /** The value that it looked at; `undefined` where there was none. */
  readonly found: unknown
  readonly place: Place
  /** The parts of `all`, `any` and `not`. */
  readonly parts: readonly ExplainedCondition[]
}

export function explainDocument(
  { document, criteria, rules, appliesTo, defaultBy }: CompiledDocument,
  subject: Subject,
  { decidedBy }: PolicyVerdict,
): ExplainedDocument {
  return {
    document,
    applies: appliesTo(subject),
    criteria: criteria.map(({ text, evaluate, find }) => ({ text, truth: evaluate(subject), found: find(subject) })),
    rules: rules
      .filter((rule) => rule.coversAction(subject.action))
      .map((rule) => {
        const truth = rule.evaluate(subject)
        return {
          rule: rule.rule,
          truth,
          counts: truth === true || (truth === 'unknown' && rule.rule.effect !== 'allow'),
          isDecisive: rule.by === decidedBy,
          condition: rule.condition && explainCondition(rule.condition, subject),
        }
      }),
    isDecisive: defaultBy === decidedBy,
  }
}

function explainCondition(compiled: CompiledCondition, subject: Subject): ExplainedCondition {
  return {
    text: describeCondition(compiled.condition),
    truth: compiled.evaluate(subject),
    found: compiled.find(subject),
    place: compiled.condition.place,
    parts: compiled.parts.map((part) => explainCondition(part, subject)),
  }
}
