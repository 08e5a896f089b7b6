import type { Decision, Outcome, ToolCall, ToolInfo } from '@toolgate/core'
import type { Claim } from './claim.ts'
import type { ClaimReport, QuotaStore, Settlement } from './store.ts'
import type { Wait } from './wording.ts'

/** What the store said of the claims of one gate. */
export interface Standing {
  readonly reports: readonly ClaimReport[]
  /** The position of the first of the gate's claims that does not fit, `undefined` when they all do. */
  readonly refused: number | undefined
  /** How long to wait, when one is refused. */
  readonly wait: Wait
}

/** How a gate wants its claims settled, and what its decision is then. */
export interface GateSettlement<D extends Decision> {
  readonly settlements: readonly Settlement[]
  /** The decision as it stands after settling; `reports` has the gate's quotas, unless the store was not asked. */
  revise?(reports: readonly ClaimReport[] | undefined): D
}

/** A gate that draws on quotas, compiled for one tool: what it claims, and what it makes of the answer. */
export interface QuotaPolicy<D extends Decision, C extends Claim = Claim> {
  /** The name of the gate, and the tool: a call id names a call once for each gate of each runner. */
  readonly gate: string
  readonly tool: ToolInfo
  readonly store: QuotaStore
  readonly leaseMs: number
  /** The longest that the claims may take to be made, and the store to answer, in milliseconds. */
  readonly timeoutMs: number
  claims(call: ToolCall): readonly C[] | Promise<readonly C[]>
  decide(call: ToolCall, claims: readonly C[], standing: Standing): D
  /**
   * How the claims of a call that has run are to be settled; `undefined` to keep all as they were taken. What was
   * taken for a call that did not run is always given back, without asking here.
   */
  settle?(call: ToolCall, claims: readonly C[], decision: D, outcome: Outcome): MaybeSettlement<D>
  /** The decision on a call that did not run, now that what it took is given back: `reports` has the gate's quotas. */
  givenBack?(decision: D, reports: readonly ClaimReport[]): D
}

export type MaybeSettlement<D extends Decision> = GateSettlement<D> | undefined | Promise<GateSettlement<D>>
