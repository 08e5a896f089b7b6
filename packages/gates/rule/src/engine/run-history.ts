import type { AnyDecisions, Outcome, ToolCall } from '@toolgate/core'
import { Decimal } from 'decimal.js'
import type { ActionSoFar, CallFacts, RunSoFar } from '../condition/subject.ts'

/** How much is kept of runs. */
export interface RunHistoryOptions {
  /** How many runs are remembered. 100,000 by default. A call of one more can not be decided on until one is idle. */
  readonly maxRuns?: number | undefined
  /** How long after its last call a run is remembered. A day by default. */
  readonly idleMs?: number | undefined
}

const defaultMaxRuns = 100_000
const defaultIdleMs = 86_400_000

/** Sums of money must not be rounded. */
const Exact = Decimal.clone({ precision: 1_000 })
const zero = new Exact(0)
const nothing: RunSoFar = new Map()

interface Run {
  readonly actions: Map<string, ActionSoFar>
  lastCallAtMs: number
}

interface Counted {
  readonly run: Run
  readonly action: string
  cost: Decimal
}

/**
 * What was called so far in each run, by the calls of one gate in one process. A call counts from when it is let pass,
 * so that calls made at the same time see each other, and no longer if it turns out not to run.
 */
export class RunHistory {
  readonly #runs = new Map<string, Run>()
  readonly #counted = new WeakMap<ToolCall, Counted>()
  readonly #maxRuns: number
  readonly #idleMs: number

  constructor({ maxRuns = defaultMaxRuns, idleMs = defaultIdleMs }: RunHistoryOptions = {}) {
    this.#maxRuns = maxRuns
    this.#idleMs = idleMs
  }

  /** `undefined` for a call that names no run. */
  soFar(call: CallFacts): RunSoFar | undefined {
    const key = keyOf(call)
    return key === undefined ? undefined : (this.#runs.get(key)?.actions ?? nothing)
  }

  /** Counts a call that is let pass. @throws Error when its run is one too many to be remembered. */
  begin(call: ToolCall, action: string, decisions: AnyDecisions): void {
    const key = keyOf(call)
    if (key === undefined || this.#counted.has(call)) return
    const run = this.#runOf(key, call.startedAtMs)
    const counted = { run, action, cost: costOf(decisions) }
    this.#counted.set(call, counted)
    add(counted, 1, counted.cost)
  }

  /** The call did not run. */
  forget(call: ToolCall): void {
    const counted = this.#counted.get(call)
    if (counted === undefined) return
    this.#counted.delete(call)
    add(counted, -1, counted.cost.negated())
  }

  /** The call has ended: it counts if it ran, at what it cost in the end. */
  end(call: ToolCall, action: string, outcome: Outcome, decisions: AnyDecisions): void {
    if (outcome.kind === 'blocked' || outcome.kind === 'pending') {
      this.forget(call)
      return
    }
    // One that ran although the gate had not let it pass, as it does in shadow mode, counts as well.
    this.begin(call, action, decisions)
    const counted = this.#counted.get(call)
    if (counted === undefined) return
    const cost = costOf(decisions)
    add(counted, 0, cost.minus(counted.cost))
    counted.cost = cost
  }

  #runOf(key: string, nowMs: number): Run {
    const known = this.#runs.get(key)
    if (known !== undefined) {
      // Kept in the order of their last calls: the first is the one that has been idle for longest.
      this.#runs.delete(key)
      this.#runs.set(key, known)
      known.lastCallAtMs = nowMs
      return known
    }
    this.#forgetIdle(nowMs)
    if (this.#runs.size >= this.#maxRuns) {
      throw new Error(
        `the ${this.#maxRuns} runs that are remembered have all had a call in the last ${this.#idleMs} ms; raise ruleGate.runHistory.maxRuns`,
      )
    }
    const run: Run = { actions: new Map(), lastCallAtMs: nowMs }
    this.#runs.set(key, run)
    return run
  }

  #forgetIdle(nowMs: number): void {
    for (const [key, run] of this.#runs) {
      if (nowMs - run.lastCallAtMs < this.#idleMs) return
      this.#runs.delete(key)
    }
  }
}

/** The same run of two tenants is two runs; the principals of one run share it. */
function keyOf({ tenant, run }: CallFacts): string | undefined {
  if (run === undefined) return undefined
  return tenant === undefined ? `:${run}` : `${tenant.length}:${tenant}${run}`
}

function add({ run, action }: Counted, calls: number, cost: Decimal): void {
  const before = run.actions.get(action) ?? { calls: 0, spent: zero }
  const after = { calls: before.calls + calls, spent: cost.isZero() ? before.spent : before.spent.plus(cost) }
  if (after.calls === 0) run.actions.delete(action)
  else run.actions.set(action, after)
}

function costOf(decisions: AnyDecisions): Decimal {
  let sum = zero
  for (const gate in decisions) {
    const cost = decisions[gate]?.cost
    if (cost !== undefined) sum = sum.plus(cost)
  }
  return sum
}

/** The run so far as it is told for a call outside of a runner. */
export function runSoFarOf(
  before: readonly { readonly action: string; readonly cost?: string | undefined }[],
): RunSoFar {
  const run: Run = { actions: new Map(), lastCallAtMs: 0 }
  for (const { action, cost } of before) add({ run, action, cost: zero }, 1, new Exact(cost ?? 0))
  return run.actions
}
