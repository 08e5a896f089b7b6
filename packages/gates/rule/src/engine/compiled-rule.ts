import { conjunction } from '../condition/combine.ts'
import { compileCondition } from '../condition/compile.ts'
import type { CompiledCondition } from '../condition/compiled-condition.ts'
import { compileGlob } from '../condition/glob.ts'
import type { Subject } from '../condition/subject.ts'
import type { Truth } from '../condition/truth.ts'
import type { PolicyDocument, PolicyRule } from '../document/document.ts'
import { type Criterion, criteriaOf } from './applicability.ts'
import type { DecidedBy } from './verdict.ts'

/** A document whose rules are ready to be asked. */
export interface CompiledDocument {
  readonly document: PolicyDocument
  readonly criteria: readonly Criterion[]
  readonly rules: readonly CompiledRule[]
  /** Whether it is about the call. */
  appliesTo(subject: Subject): Truth
  /** Named as what decides where no rule does. */
  readonly defaultBy: DecidedBy
}

export interface CompiledRule {
  readonly rule: PolicyRule
  readonly condition: CompiledCondition | undefined
  readonly by: DecidedBy
  coversAction(action: string): boolean
  /** Whether its document is about the call, and its conditions hold. */
  evaluate(subject: Subject): Truth
}

export function compileDocument(document: PolicyDocument): CompiledDocument {
  const criteria = criteriaOf(document.appliesTo)
  const appliesTo = conjunction(criteria.map((each) => each.evaluate))
  const by = (rule: string, line: number): DecidedBy =>
    Object.freeze({
      document: document.name,
      ...(document.version !== undefined && { version: document.version }),
      digest: document.digest,
      file: document.file,
      line,
      rule,
    })
  return {
    document,
    criteria,
    rules: document.rules.map((rule) => {
      const globs = rule.actions.map(({ text }) => compileGlob(text))
      const condition = rule.conditions && compileCondition(rule.conditions, document.categories)
      const asked = condition === undefined ? [] : [condition.evaluate]
      return {
        rule,
        condition,
        by: by(rule.id, rule.place.line),
        coversAction: (action) => globs.some((glob) => glob(action)),
        evaluate: conjunction([...(criteria.length === 0 ? [] : [appliesTo]), ...asked]),
      }
    }),
    appliesTo,
    defaultBy: by('defaultEffect', document.defaultPlace.line),
  }
}
