import { type ToolCall, withArguments } from '@toolgate/core'
import { type Passed, refusal, replacement } from './conclusions.ts'
import type { RuleBlock, RuleDecision } from './decision.ts'
import type { Judgement } from './engine/judgement.ts'
import { mostPasses, type Predicates } from './predicates.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** Told of a call that is let pass, in the same step in which the documents let it: no other call comes between. */
export type Count = () => void

type Said = Promise<Passed | RuleBlock> | undefined

/**
 * Asks predicates and documents about one call where both have something to say of its arguments. What documents
 * redact is shown to the predicates, and what predicates replace to the documents, until nobody changes them any more:
 * what the tool gets is what all have passed. The documents themselves are asked about what they got, and not about
 * what they made of it: a masked address is no longer the one that a rule allows.
 */
export class Rounds {
  readonly #predicates: Predicates
  readonly #policy: ToolPolicy
  readonly #call: ToolCall
  readonly #count: Count
  readonly #replacedBy = new Set<string>()
  #sanitised: { readonly from: unknown; readonly to: unknown } | undefined

  constructor(predicates: Predicates, policy: ToolPolicy, call: ToolCall, count: Count) {
    this.#predicates = predicates
    this.#policy = policy
    this.#call = call
    this.#count = count
  }

  /** From what the predicates say of the call. @throws Error when a predicate failed and none refused. */
  async decide(said: Said): Promise<RuleDecision> {
    let args = this.#call.arguments
    let answer = said
    for (let round = 0; round < mostPasses; round++) {
      const passed = await answer
      if (passed !== undefined) {
        if ('kind' in passed) return { ...passed, ...this.#policy.record(this.#call) }
        args = passed.arguments
        for (const name of passed.replacedBy) this.#replacedBy.add(name)
      }
      const source = this.#sanitised?.to === args ? this.#sanitised : undefined
      const judgement = this.#policy.judge(this.#call, source === undefined ? args : source.from)
      if (judgement.kind === 'refuse') return refusal(judgement)
      if (judgement.kind === 'allow' || source !== undefined) {
        this.#count()
        return this.#conclude(judgement, args)
      }
      this.#sanitised = { from: args, to: judgement.arguments }
      for (const name of judgement.rules) this.#replacedBy.add(name)
      args = judgement.arguments
      answer = this.#predicates.ask(withArguments(this.#call, args))
    }
    throw new Error(`the rules ${this.#replacers().join(', ')} keep replacing the arguments that they get`)
  }

  #conclude({ verdict }: Judgement, args: unknown): RuleDecision {
    if (this.#replacedBy.size === 0) return { kind: 'allow', policy: verdict }
    return { ...replacement({ arguments: args, replacedBy: this.#replacers() }), policy: verdict }
  }

  #replacers(): string[] {
    return [...this.#replacedBy]
  }
}
