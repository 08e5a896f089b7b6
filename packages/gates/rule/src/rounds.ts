import { isDeepStrictEqual } from 'node:util'
import { type ToolCall, withArguments } from '@toolgate/core'
import { type Passed, refusal, replacement } from './conclusions.ts'
import type { RuleBlock, RuleDecision } from './decision.ts'
import type { Judgement } from './engine/judgement.ts'
import type { PolicyVerdict } from './engine/verdict.ts'
import { mostPasses, type Predicates } from './predicates.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** Told of a call that is let pass, in the same step in which the documents let it: no other call comes between. */
export type Count = () => void

/** Arguments that the documents have judged, and what they made of them. */
interface Judged {
  readonly from: unknown
  readonly to: unknown
}

/**
 * Asks documents and predicates about one call. The documents come first, so that predicates never see what is
 * redacted. What predicates replace is shown to the documents again, and what documents now redact to the predicates,
 * until nobody changes the arguments any more: what the tool gets is what all have passed. The documents are asked about
 * what the caller sent, also where they redact it: a masked address is no longer the one that a rule allows. Once a
 * predicate has replaced arguments they have to pass these as well, with what was redacted in them.
 *
 * While a predicate takes its time, the policy and the run go on: the documents have the last word.
 */
export class Rounds {
  readonly #predicates: Predicates
  readonly #policy: ToolPolicy
  readonly #call: ToolCall
  readonly #count: Count
  readonly #replacedBy = new Set<string>()
  readonly #redacted: PolicyVerdict[] = []

  constructor(predicates: Predicates, policy: ToolPolicy, call: ToolCall, count: Count) {
    this.#predicates = predicates
    this.#policy = policy
    this.#call = call
    this.#count = count
  }

  /** @throws Error, or rejects, when a predicate failed and none refused. */
  decide(): RuleDecision | Promise<RuleDecision> {
    const judgement = this.#judge(this.#call.arguments)
    if (judgement.kind === 'refuse') return this.#refuse(judgement)
    const judged = this.#take(judgement, this.#call.arguments)
    const said = this.#ask(judged)
    return said === undefined ? this.#conclude(judgement, judged.to) : this.#goOn(judged, said)
  }

  async #goOn(first: Judged, firstSaid: Promise<Passed | RuleBlock>): Promise<RuleDecision> {
    let judged = first
    let said: Promise<Passed | RuleBlock> | undefined = firstSaid
    for (let round = 0; round < mostPasses; round++) {
      const passed: Passed | RuleBlock | undefined = await said
      if (passed !== undefined && 'kind' in passed) return { ...passed, ...this.#policy.record(this.#call) }
      const wanted = passed === undefined || passed.replacedBy.length === 0 ? judged.to : passed.arguments
      for (const name of passed?.replacedBy ?? []) this.#replacedBy.add(name)
      const from = wanted === judged.to ? judged.from : wanted
      const judgement = this.#judge(from)
      if (judgement.kind === 'refuse') return this.#refuse(judgement)
      judged = this.#take(judgement, from)
      if (isDeepStrictEqual(judged.to, wanted)) return this.#conclude(judgement, wanted)
      said = this.#ask(judged)
      if (said === undefined) return this.#conclude(judgement, judged.to)
    }
    throw new Error(`the rules ${[...this.#replacedBy].join(', ')} keep replacing the arguments that they get`)
  }

  /** What is refused of what the caller sent is refused, whatever predicates have made of it since. */
  #judge(args: unknown): Judgement {
    const sent = this.#policy.judge(this.#call, this.#call.arguments)
    return sent.kind === 'refuse' || args === this.#call.arguments ? sent : this.#policy.judge(this.#call, args)
  }

  #refuse(judgement: Extract<Judgement, { kind: 'refuse' }>): RuleBlock {
    return { ...this.#policy.record(this.#call), ...refusal(judgement) }
  }

  #take(judgement: Exclude<Judgement, { kind: 'refuse' }>, from: unknown): Judged {
    if (judgement.kind === 'allow') return { from, to: from }
    for (const name of judgement.rules) this.#replacedBy.add(name)
    this.#redacted.push(judgement.verdict)
    return { from, to: judgement.arguments }
  }

  #ask({ to }: Judged): Promise<Passed | RuleBlock> | undefined {
    return this.#predicates.ask(to === this.#call.arguments ? this.#call : withArguments(this.#call, to))
  }

  #conclude({ verdict }: Judgement, args: unknown): RuleDecision {
    this.#count()
    const policy = withRedactions(verdict, this.#redacted)
    if (args === this.#call.arguments) return { kind: 'allow', policy }
    return { ...replacement({ arguments: args, replacedBy: [...this.#replacedBy] }), policy }
  }
}

/** What an earlier round has redacted is not found again, and is as much part of the verdict. */
function withRedactions(verdict: PolicyVerdict, redacted: readonly PolicyVerdict[]): PolicyVerdict {
  const all = [...redacted, verdict]
  const found = all.flatMap((each) => each.found ?? [])
  if (found.length === (verdict.found ?? []).length) return verdict
  const distinct = new Map(found.map((finding) => [JSON.stringify(finding), finding]))
  const reasonCodes = [...new Set([...verdict.reasonCodes, ...all.flatMap((each) => each.reasonCodes)])]
  return { ...verdict, effect: 'redact', reasonCodes, found: [...distinct.values()] }
}
