import { type Policy, PolicyReplay, type PolicyVerdict } from '@toolgate/rule'
import { areAsked } from './hidden-arguments.ts'
import type { Gap, RecordedCall } from './recorded-call.ts'

/** What both policies say of a call, or why nothing can be said. */
export type Decided =
  | { readonly gap: Gap }
  | {
      readonly gap: undefined
      readonly old: PolicyVerdict
      readonly new: PolicyVerdict
      /** The old policy is that of the record, which decided otherwise on the same arguments. */
      readonly isOtherThanRecorded: boolean
    }

/** The old and the new policy over the same calls. The old one gets those that it decided on as it got them then. */
export class TwoReplays {
  readonly #old: PolicyReplay
  readonly #new: PolicyReplay
  readonly #oldDigests: ReadonlySet<string>

  constructor(old: Policy, candidate: Policy) {
    this.#old = new PolicyReplay([old])
    this.#new = new PolicyReplay([candidate])
    this.#oldDigests = new Set(old.documents.map(({ digest }) => digest))
  }

  /** Calls of more runs at a time than are remembered. */
  get uncounted(): number {
    return this.#old.uncounted
  }

  decide(recorded: RecordedCall): Decided {
    if (recorded.gap !== undefined) return { gap: recorded.gap }
    const { call, flaws, hidden, verdict } = recorded
    const oldCall = this.#oldCall(recorded)
    if (hidden.length > 0 && areAsked(hidden, [...this.#old.asked(oldCall), ...this.#new.asked(call)])) {
      return { gap: 'hiddenArguments' }
    }
    const [old] = this.#old.decide(oldCall)
    const [candidate] = this.#new.decide(call)
    if (old === undefined || candidate === undefined) return { gap: 'unreadable' }
    const isOtherwise = verdict !== undefined && verdict.effect !== old.effect
    const isOtherThanRecorded = isOtherwise && this.#isOfOld(recorded)
    // What a gate found is not found again in what it left.
    if (isOtherwise && flaws.includes('sanitised')) return { gap: 'decidedOtherwise' }
    if (isOtherThanRecorded && flaws.includes('redacted')) return { gap: 'decidedOtherwise' }
    return { gap: undefined, old, new: candidate, isOtherThanRecorded }
  }

  /** Counts a call that ran. */
  count(recorded: RecordedCall): void {
    this.#old.count(this.#oldCall(recorded), recorded.costs)
    this.#new.count(recorded.call, recorded.costs)
  }

  #oldCall(recorded: RecordedCall): RecordedCall['call'] {
    return this.#isOfOld(recorded) ? recorded.asRecorded : recorded.call
  }

  #isOfOld({ verdict }: RecordedCall): boolean {
    return verdict?.decidedBy !== undefined && this.#oldDigests.has(verdict.decidedBy.digest)
  }
}
