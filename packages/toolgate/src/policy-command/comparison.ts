import type { JournalCall } from '@toolgate/audit'
import type { Policy, PolicyVerdict } from '@toolgate/rule'
import type { Flaw, Gap, RecordedCall } from './recorded-call.ts'
import type { Decided } from './two-replays.ts'

/** What a comparison came to, with what it was of. */
export interface Difference {
  readonly old: Policy
  readonly new: Policy
  readonly comparison: Comparison
  /** Calls that took so long that their place in their run is not exact. */
  readonly late: number
  /** Calls of more runs at a time than are remembered. */
  readonly uncounted: number
}

/** Calls that both policies decide on in the same two ways. */
export interface ChangeGroup {
  readonly old: PolicyVerdict
  readonly new: PolicyVerdict
  calls: number
  /** The first of them. */
  readonly examples: JournalCall[]
}

/** A policy with a great many rules, and a journal that comes to all of them, still have an end. */
const mostGroups = 1_000
const mostExamples = 3
const mostToolNames = 1_000

/** What two policies say of the same calls, in one pass and in bounded memory. */
export class Comparison {
  readonly #groups = new Map<string, ChangeGroup>()
  readonly gaps: Record<Gap, number> = {
    digestOnly: 0,
    notRecorded: 0,
    hiddenArguments: 0,
    decidedOtherwise: 0,
    intentPruned: 0,
    neverAsked: 0,
    unreadable: 0,
  }
  readonly flaws: Record<Flaw, number> = { redacted: 0, sanitised: 0, namedAfterTool: 0, declaredOtherwise: 0 }
  /** The tools whose names are taken for their actions, as far as they are told apart. */
  readonly toolNames: Set<string> = new Set()
  compared = 0
  changed = 0
  /** Calls that are decided the same, by another rule. */
  byAnotherRule = 0
  /** Changed calls of groups beyond those that are told apart. */
  others = 0
  /** Calls that the old policy, by the record, decided otherwise, although their arguments are those of then. */
  otherThanRecorded = 0
  first: string | undefined
  last: string | undefined

  add(entry: JournalCall, { flaws }: RecordedCall, decided: Decided): void {
    if (decided.gap !== undefined) {
      this.gaps[decided.gap]++
      return
    }
    const { old, new: candidate, isOtherThanRecorded } = decided
    this.compared++
    this.first ??= entry.time
    this.last = entry.time
    for (const flaw of flaws) this.flaws[flaw]++
    if (flaws.includes('namedAfterTool') && this.toolNames.size < mostToolNames) this.toolNames.add(entry.tool)
    if (isOtherThanRecorded) this.otherThanRecorded++
    if (isChanged(old, candidate)) this.#change(entry, old, candidate)
    else if (ruleOf(old) !== ruleOf(candidate)) this.byAnotherRule++
  }

  /** The groups with the most calls first. */
  groups(): readonly ChangeGroup[] {
    return [...this.#groups.values()].sort((one, other) => other.calls - one.calls)
  }

  #change(entry: JournalCall, old: PolicyVerdict, candidate: PolicyVerdict): void {
    this.changed++
    const key = JSON.stringify([old.effect, ruleOf(old), candidate.effect, ruleOf(candidate)])
    let group = this.#groups.get(key)
    if (group === undefined) {
      if (this.#groups.size >= mostGroups) {
        this.others++
        return
      }
      group = { old, new: candidate, calls: 0, examples: [] }
      this.#groups.set(key, group)
    }
    group.calls++
    if (group.examples.length < mostExamples) group.examples.push(entry)
  }
}

/** Whether the caller would notice: another effect, or other arguments. */
function isChanged(old: PolicyVerdict, candidate: PolicyVerdict): boolean {
  if (old.effect !== candidate.effect) return true
  return old.effect === 'redact' && JSON.stringify(old.found) !== JSON.stringify(candidate.found)
}

function ruleOf({ decidedBy }: PolicyVerdict): string {
  return decidedBy === undefined ? '' : JSON.stringify([decidedBy.document, decidedBy.rule])
}
