import type { JournalCall } from '@toolgate/audit'
import type { DeclaredTool, PolicyCall, PolicyVerdict } from '@toolgate/rule'
import { everything, foundPlaces, type HiddenPlace, isWithheld, markedPlaces } from './hidden-arguments.ts'

/** A call as a journal tells it, for a policy that is asked about it again. */
export interface RecordedCall {
  /** Its action and tags are those that the file of tools says, where there is one. */
  readonly call: PolicyCall
  /** The same with those that were recorded, for the policy of then. */
  readonly asRecorded: PolicyCall
  /** Whether its tool ran, or may have. */
  readonly ran: boolean
  /** What gates charged for it, as decimal strings. */
  readonly costs: readonly string[]
  /** Why nothing can be said of it; absent where it can be compared. */
  readonly gap: Gap | undefined
  /** What of the record is not as it was when the call was decided on. */
  readonly flaws: readonly Flaw[]
  /** The places of the arguments that are not recorded, or not as they were. */
  readonly hidden: readonly HiddenPlace[]
  /** What the policy documents of its time said. */
  readonly verdict: RecordedVerdict | undefined
}

/**
 * What a record has to say for a call to be compared. `hiddenArguments`: a rule asks for arguments that are not recorded
 * as they were. `decidedOtherwise`: that the old policy decides otherwise than it did shows that they mattered.
 */
export type Gap =
  | 'digestOnly'
  | 'notRecorded'
  | 'hiddenArguments'
  | 'decidedOtherwise'
  | 'intentPruned'
  | 'neverAsked'
  | 'unreadable'

/**
 * `redacted`: values of the arguments were kept out of the record. `sanitised`: the record has the arguments as a gate
 * replaced them. `namedAfterTool`: nobody says what its action is, so the name of its tool is taken for it.
 * `declaredOtherwise`: the file of tools says another action, or other tags, than were recorded.
 */
export type Flaw = 'redacted' | 'sanitised' | 'namedAfterTool' | 'declaredOtherwise'

export type RecordedVerdict = Pick<PolicyVerdict, 'effect' | 'action' | 'tags' | 'decidedBy' | 'found' | 'reasonCodes'>

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
    const declared = this.#declared.get(entry.tool)
    const recorded = this.#recordedTool(entry.tool, verdict)
    const tool = declared ?? recorded
    const isOtherwise = declared !== undefined && verdict !== undefined && !isSameTool(declared, verdict)
    const marked = markedPlaces(entry.arguments)
    const replaced = replacedPlaces(entry, verdict)
    const flaws: Flaw[] = [
      ...(marked.length > 0 ? ['redacted' as const] : []),
      ...(replaced.length > 0 ? ['sanitised' as const] : []),
      ...(tool === undefined ? ['namedAfterTool' as const] : []),
      ...(isOtherwise ? ['declaredOtherwise' as const] : []),
    ]
    const call: PolicyCall = {
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
    }
    return {
      call,
      asRecorded: isOtherwise ? { ...call, action: verdict.action, tags: verdict.tags } : call,
      ran: entry.outcome !== 'blocked' && entry.outcome !== 'pending',
      costs: costsOf(entry),
      gap: gapOf(entry),
      flaws,
      hidden: [...marked, ...replaced],
      verdict,
    }
  }

  /** What the call says itself, or else what the latest call of the tool has said. */
  #recordedTool(name: string, verdict: RecordedVerdict | undefined): DeclaredTool | undefined {
    if (verdict === undefined) return this.#recorded.get(name)
    const tool = { name, action: verdict.action, tags: verdict.tags }
    if (this.#recorded.has(name) || this.#recorded.size < mostTools) this.#recorded.set(name, tool)
    return tool
  }
}

function isSameTool({ name, action = name, tags = [] }: DeclaredTool, recorded: RecordedVerdict): boolean {
  const sorted = (list: readonly string[]) => JSON.stringify([...new Set(list)].sort())
  return action === recorded.action && sorted(tags) === sorted(recorded.tags ?? [])
}

/** The stages of core that stop a call before any gate is asked. */
const beforeGates: readonly unknown[] = ['registry', 'input', 'abort']

function gapOf(entry: JournalCall): Gap | undefined {
  if (Number.isNaN(Date.parse(entry.time))) return 'unreadable'
  if (entry.principal === undefined) return 'intentPruned'
  if (entry.outcome === 'blocked' && beforeGates.includes(entry.blockedBy)) return 'neverAsked'
  if (isWithheld(entry.arguments)) return 'notRecorded'
  return entry.arguments === undefined ? 'digestOnly' : undefined
}

function verdictOf({ decisions }: JournalCall): RecordedVerdict | undefined {
  const { policy } = fieldsOf(fieldsOf(decisions).rule)
  const { effect, action, tags, decidedBy, found, reasonCodes } = fieldsOf(policy)
  if (typeof effect !== 'string' || typeof action !== 'string') return undefined
  return {
    effect: effect as PolicyVerdict['effect'],
    action,
    reasonCodes: isListOfText(reasonCodes) ? reasonCodes : [],
    ...(isListOfText(tags) && { tags }),
    ...(typeof fieldsOf(decidedBy).digest === 'string' && {
      decidedBy: decidedBy as NonNullable<PolicyVerdict['decidedBy']>,
    }),
    ...(Array.isArray(found) && { found }),
  }
}

/** Where gates have replaced arguments, or may have. One in shadow mode replaces nothing. */
function replacedPlaces({ decisions }: JournalCall, verdict: RecordedVerdict | undefined): readonly HiddenPlace[] {
  return Object.entries(fieldsOf(decisions)).flatMap(([gate, decision]) => {
    const { kind, shadow, reason, rules } = fieldsOf(decision)
    if (shadow === true) return []
    if (gate !== 'rule') return kind === 'replace' ? everything : []
    // A rule in code that refuses, and a gate that fails, leave no word of what documents have redacted then.
    if (verdict === undefined) return kind === 'allow' && reason !== 'unavailable' ? [] : everything
    const { found = [], reasonCodes } = verdict
    const isByDocuments = found.length > 0 && isListOfText(rules) && rules.every((rule) => reasonCodes.includes(rule))
    return kind !== 'replace' || isByDocuments ? foundPlaces(found) : everything
  })
}

const amount = /^\d{1,60}(?:\.\d{1,60})?$/

/** Of a call whose intent was pruned there is but the sum. */
function costsOf({ decisions, cost }: JournalCall): readonly string[] {
  const charged = Object.values(fieldsOf(decisions)).map((decision) => fieldsOf(decision).cost)
  const costs = charged.some((each) => each !== undefined) ? charged : [cost]
  return costs.filter((each): each is string => typeof each === 'string' && amount.test(each))
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value : {}
}
