import type { Subject } from '../condition/subject.ts'
import type { DefaultEffect } from '../document/document.ts'
import type { CompiledDocument, CompiledRule } from './compiled-rule.ts'
import type { DecidedBy, PolicyVerdict } from './verdict.ts'

/** What a program came to, made once and not again for each call. */
export interface Ruling {
  readonly verdict: PolicyVerdict
  /** Absent where a default effect decided, or nothing is about the call. */
  readonly rule: CompiledRule | undefined
}

/** A rule of the program's action, with what it comes to when it decides. */
interface BoundRule extends CompiledRule {
  readonly known: Ruling
  readonly unknown: Ruling
}

/**
 * All rules for one action, by their effect: what decides on a call is looked for among these alone, however many rules
 * there are. A deny beats an approval beats an allow beats the defaults, so their order never matters. What can not be
 * evaluated counts where it stops a call, and not where it lets one pass.
 */
export class Program {
  readonly action: string
  readonly #denies: readonly BoundRule[]
  readonly #approvals: readonly BoundRule[]
  readonly #allows: readonly BoundRule[]
  readonly #redactions: readonly CompiledRule[]
  readonly #defaults: readonly BoundDefault[]
  readonly #nobody: Ruling

  constructor(documents: readonly CompiledDocument[], action: string, tags: readonly string[]) {
    this.action = action
    const rules = documents.flatMap((document) => document.rules.filter((rule) => rule.coversAction(action)))
    // Frozen, as all calls that come to the same share one.
    const ruling = (effect: DefaultEffect, by: DecidedBy | undefined, more: object = {}): PolicyVerdict =>
      Object.freeze({
        effect,
        action,
        ...(tags.length > 0 && { tags }),
        ...(by !== undefined && { decidedBy: by }),
        reasonCodes: Object.freeze([by?.rule ?? 'no-policy']),
        ...more,
      })
    const bound = (effect: DefaultEffect) =>
      rules
        .filter(({ rule }) => rule.effect === effect)
        .map((rule): BoundRule => {
          const known = { verdict: ruling(effect, rule.by), rule }
          const unknown = { verdict: ruling(effect, rule.by, { isUnknown: true }), rule }
          return { ...rule, known, unknown }
        })
    this.#denies = bound('deny')
    this.#approvals = bound('require_approval')
    this.#allows = bound('allow')
    this.#redactions = rules.filter(({ rule }) => rule.effect === 'redact')
    this.#nobody = { verdict: ruling('deny', undefined), rule: undefined }
    this.#defaults = strictness.flatMap((effect) =>
      documents
        .filter(({ document }) => document.defaultEffect === effect)
        .map((of) => ({ of, effect, ruling: { verdict: ruling(effect, of.defaultBy), rule: undefined } })),
    )
  }

  /** The rules that could allow the call, or want a person to: what a refusal by default fell short of. */
  get openings(): readonly CompiledRule[] {
    return [...this.#allows, ...this.#approvals]
  }

  get hasDocuments(): boolean {
    return this.#defaults.length > 0
  }

  get hasRedactions(): boolean {
    return this.#redactions.length > 0
  }

  decide(subject: Subject): Ruling {
    return (
      stopping(this.#denies, subject) ??
      stopping(this.#approvals, subject) ??
      granting(this.#allows, subject) ??
      this.#byDefault(subject)
    )
  }

  /** The rules whose redactions apply: also those that can not be evaluated. */
  redactionsFor(subject: Subject): readonly CompiledRule[] {
    return this.#redactions.filter((rule) => rule.evaluate(subject) !== false)
  }

  /** The strictest default of the documents that are about the call. One that may be about it can not allow. */
  #byDefault(subject: Subject): Ruling {
    for (const { of, effect, ruling } of this.#defaults) {
      const applies = of.appliesTo(subject)
      if (applies === true || (applies === 'unknown' && effect !== 'allow')) return ruling
    }
    return this.#nobody
  }
}

interface BoundDefault {
  readonly of: CompiledDocument
  readonly effect: DefaultEffect
  readonly ruling: Ruling
}

const strictness: readonly DefaultEffect[] = ['deny', 'require_approval', 'allow']

/** A rule that holds is named rather than one that is unknown; either stops the call. */
function stopping(rules: readonly BoundRule[], subject: Subject): Ruling | undefined {
  let unknown: Ruling | undefined
  for (const rule of rules) {
    const truth = rule.evaluate(subject)
    if (truth === true) return rule.known
    if (truth === 'unknown') unknown ??= rule.unknown
  }
  return unknown
}

function granting(rules: readonly BoundRule[], subject: Subject): Ruling | undefined {
  for (const rule of rules) if (rule.evaluate(subject) === true) return rule.known
  return undefined
}
