import type { JournalCall } from '@toolgate/audit'
import type { DeclaredTool, PolicyCall, PolicyVerdict } from '@toolgate/rule'

/** A call as a journal tells it, for a policy that is asked about it again. */
export interface RecordedCall {
  readonly call: PolicyCall
  /** Whether its tool ran, or may have. */
  readonly ran: boolean
  /** What gates charged for it, as decimal strings. */
  readonly costs: readonly string[]
  /** Why nothing can be said of it; absent where it can be compared. */
  readonly gap: Gap | undefined
  /** What of the record is not as it was when the call was decided on. */
  readonly flaws: readonly Flaw[]
  /** What the policy documents of its time said. */
  readonly verdict: RecordedVerdict | undefined
}

/** What a record has to say for a call to be compared. */
export type Gap = 'digestOnly' | 'intentPruned' | 'neverAsked' | 'unreadable'

/**
 * `redacted`: values of the arguments were kept out of the record. `sanitised`: the record has the arguments as a gate
 * replaced them. `namedAfterTool`: nobody says what its action is, so the name of its tool is taken for it.
 */
export type Flaw = 'redacted' | 'sanitised' | 'namedAfterTool'

export type RecordedVerdict = Pick<PolicyVerdict, 'effect' | 'action' | 'tags' | 'decidedBy' | 'found'>

/** A model can make up any number of names. */
const mostTools = 10_000

/** Makes calls of entries. A journal that was tampered with can hold anything, so nothing is taken for granted. */
export class RecordedCalls {
  readonly #declared: ReadonlyMap<string, DeclaredTool>
  /** What the calls so far have recorded of their tools. */
  readonly #recorded = new Map<string, DeclaredTool>()

  constructor(declared: readonly DeclaredTool[]) {
    this.#declared = new Map(declared.map((tool) => [tool.name, tool]))
  }

  callOf(entry: JournalCall): RecordedCall {
    const verdict = verdictOf(entry)
    const tool = this.#toolOf(entry.tool, verdict)
    const sanitised = isSanitised(entry, verdict)
    const flaws: Flaw[] = [
      ...(hasMarks(entry.arguments) ? ['redacted' as const] : []),
      ...(sanitised ? ['sanitised' as const] : []),
      ...(tool === undefined ? ['namedAfterTool' as const] : []),
    ]
    return {
      call: {
        tool: entry.tool,
        action: tool?.action,
        tags: tool?.tags,
        arguments: entry.arguments,
        principal: textOf(entry.principal),
        tenant: textOf(entry.tenant),
        session: textOf(entry.session),
        run: textOf(entry.run),
        traceId: textOf(entry.traceId),
        atMs: Date.parse(entry.time),
      },
      ran: entry.outcome !== 'blocked' && entry.outcome !== 'pending',
      costs: costsOf(entry),
      gap: gapOf(entry),
      flaws,
      verdict,
    }
  }

  /** What the call says itself, else what the file says, else what the latest call of the tool has said. */
  #toolOf(name: string, verdict: RecordedVerdict | undefined): DeclaredTool | undefined {
    if (verdict === undefined) return this.#declared.get(name) ?? this.#recorded.get(name)
    const tool = { name, action: verdict.action, tags: verdict.tags }
    if (this.#recorded.has(name) || this.#recorded.size < mostTools) this.#recorded.set(name, tool)
    return tool
  }
}

/** The stages of core that stop a call before any gate is asked. */
const beforeGates: readonly unknown[] = ['registry', 'input', 'abort']

function gapOf(entry: JournalCall): Gap | undefined {
  if (Number.isNaN(Date.parse(entry.time))) return 'unreadable'
  if (entry.principal === undefined) return 'intentPruned'
  if (entry.outcome === 'blocked' && beforeGates.includes(entry.blockedBy)) return 'neverAsked'
  return entry.arguments === undefined ? 'digestOnly' : undefined
}

function verdictOf({ decisions }: JournalCall): RecordedVerdict | undefined {
  const { policy } = fieldsOf(fieldsOf(decisions).rule)
  const { effect, action, tags, decidedBy, found } = fieldsOf(policy)
  if (typeof effect !== 'string' || typeof action !== 'string') return undefined
  const isTagged = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')
  return {
    effect: effect as PolicyVerdict['effect'],
    action,
    ...(isTagged && { tags }),
    ...(typeof fieldsOf(decidedBy).digest === 'string' && {
      decidedBy: decidedBy as NonNullable<PolicyVerdict['decidedBy']>,
    }),
    ...(Array.isArray(found) && { found }),
  }
}

function isSanitised({ decisions }: JournalCall, verdict: RecordedVerdict | undefined): boolean {
  const isReplaced = Object.values(fieldsOf(decisions)).some((decision) => fieldsOf(decision).kind === 'replace')
  return isReplaced || (verdict?.found ?? []).length > 0
}

const amount = /^\d{1,60}(?:\.\d{1,60})?$/

/** Of a call whose intent was pruned there is but the sum. */
function costsOf({ decisions, cost }: JournalCall): readonly string[] {
  const charged = Object.values(fieldsOf(decisions)).map((decision) => fieldsOf(decision).cost)
  const costs = charged.some((each) => each !== undefined) ? charged : [cost]
  return costs.filter((each): each is string => typeof each === 'string' && amount.test(each))
}

/** What stands in a record for what is not recorded. */
const marks: readonly unknown[] = ['[redacted]', '[too large]', '[too deep]', '[circular]', '[unreadable]']
const mostLookedAt = 100_000

/** Not by recursion: a line that somebody has written can be nested deeper than any call. */
function hasMarks(value: unknown): boolean {
  const left = [value]
  for (let count = 0; left.length > 0 && count < mostLookedAt; count++) {
    const one = left.pop()
    if (marks.includes(one)) return true
    if (typeof one !== 'object' || one === null) continue
    if (Object.hasOwn(one, '$erasable')) return true
    for (const field of Object.values(one)) left.push(field)
  }
  return false
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value : {}
}
