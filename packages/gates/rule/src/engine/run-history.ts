import type { AnyDecisions, Outcome, ToolCall } from '@toolgate/core'
import type { Decimal } from 'decimal.js'
import { ExactSum } from '../condition/decimal.ts'
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

const zero = new ExactSum(0)
const nothing: RunSoFar = new Map()

interface Run {
  readonly actions: Map<string, ActionSoFar>
  lastCallAtMs: number
  /** Calls that have not ended: as long as there are any, the run is not idle. */
  open: number
}

interface Counted {
  readonly run: Run
  readonly key: string
  readonly action: string
  cost: Decimal
  /** Counted for good unless it ends without having run: an answer that comes too late takes nothing back. */
  readonly isLetPass: boolean
}

/** How a call ended. */
export interface CallEnd {
  readonly outcome: Outcome
  readonly decisions: AnyDecisions
  readonly endedAtMs: number
}

/**
 * What was called so far in each run, by the calls of one gate in one process. A call counts from when it is let pass,
 * so that calls made at the same time see each other, and no longer if it turns out not to run.
 */
export class RunHistory {
  /** In the order of their last calls: the first is the one that has been idle for longest. */
  readonly #runs = new Map<string, Run>()
  /** Calls under way. */
  readonly #counted = new WeakMap<ToolCall, Counted>()
  /** Calls that have ended: an answer about one of them comes too late. */
  readonly #over = new WeakSet<ToolCall>()
  readonly #maxRuns: number
  readonly #idleMs: number
  /** The latest time that was told. Calls are told of when they arrived, some of them long after. */
  #nowMs = Number.NEGATIVE_INFINITY
  /** Until then there may be runs that have made calls and are not remembered. */
  #hasGapsUntilMs = Number.NEGATIVE_INFINITY

  constructor({ maxRuns = defaultMaxRuns, idleMs = defaultIdleMs }: RunHistoryOptions = {}) {
    this.#maxRuns = maxRuns
    this.#idleMs = idleMs
  }

  /** `undefined` for a call that names no run, and for a run whose calls may not have been remembered. */
  soFar(call: CallFacts): RunSoFar | undefined {
    const key = keyOf(call)
    if (key === undefined) return undefined
    this.#advance(call.startedAtMs)
    const run = this.#touched(key)
    return run?.actions ?? (this.#nowMs < this.#hasGapsUntilMs ? undefined : nothing)
  }

  /**
   * Counts a call that is let pass.
   * @throws Error when its run is one too many to be remembered, or a gate says that it costs what is no amount.
   */
  begin(call: ToolCall, action: string, decisions: AnyDecisions, isLetPass: boolean = false): void {
    const key = keyOf(call)
    if (key === undefined || this.#counted.has(call) || this.#over.has(call)) return
    this.#advance(call.startedAtMs)
    const cost = costOf(decisions)
    const run = this.#touched(key) ?? this.#newRun(key)
    const counted = { run, key, action, cost, isLetPass }
    this.#counted.set(call, counted)
    run.open++
    add(counted, 1, cost)
  }

  /** An answer was not heard any more, or the call was given up. */
  giveBack(call: ToolCall): void {
    if (this.#counted.get(call)?.isLetPass !== true) this.#forget(call)
  }

  /** The call has ended: it counts if it ran, at what it cost in the end. */
  end(call: ToolCall, action: string, { outcome, decisions, endedAtMs }: CallEnd): void {
    this.#advance(endedAtMs)
    if (outcome.kind === 'blocked' || outcome.kind === 'pending') this.#forget(call)
    else this.#settle(call, action, decisions)
    this.#over.add(call)
  }

  #settle(call: ToolCall, action: string, decisions: AnyDecisions): void {
    // One that ran although the gate had not let it pass, as it does in shadow mode, counts as well.
    this.begin(call, action, decisions)
    const counted = this.#close(call)
    if (counted === undefined) return
    this.#keep(counted.key, counted.run)
    add(counted, 0, costOf(decisions).minus(counted.cost))
  }

  #forget(call: ToolCall): void {
    const counted = this.#close(call)
    if (counted === undefined) return
    add(counted, -1, counted.cost.negated())
    if (counted.run.actions.size === 0 && counted.run.open === 0) this.#runs.delete(counted.key)
  }

  #close(call: ToolCall): Counted | undefined {
    const counted = this.#counted.get(call)
    if (counted === undefined) return undefined
    this.#counted.delete(call)
    counted.run.open--
    return counted
  }

  #advance(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs
  }

  /** The run, as the latest that has had a call; `undefined` where there is none, or it has been idle for too long. */
  #touched(key: string): Run | undefined {
    const run = this.#runs.get(key)
    if (run === undefined) return undefined
    if (this.#isIdle(run)) {
      this.#runs.delete(key)
      return undefined
    }
    this.#keep(key, run)
    return run
  }

  #keep(key: string, run: Run): void {
    run.lastCallAtMs = this.#nowMs
    this.#runs.delete(key)
    this.#runs.set(key, run)
  }

  #newRun(key: string): Run {
    this.#forgetIdle()
    if (this.#runs.size >= this.#maxRuns) {
      this.#hasGapsUntilMs = this.#nowMs + this.#idleMs
      throw new Error(
        `the ${this.#maxRuns} runs that are remembered have all had a call in the last ${this.#idleMs} ms; raise ruleGate.runHistory.maxRuns`,
      )
    }
    const run: Run = { actions: new Map(), lastCallAtMs: this.#nowMs, open: 0 }
    this.#runs.set(key, run)
    return run
  }

  #forgetIdle(): void {
    for (const [key, run] of this.#runs) {
      if (this.#nowMs - run.lastCallAtMs < this.#idleMs) return
      if (this.#isIdle(run)) this.#runs.delete(key)
    }
  }

  #isIdle({ open, lastCallAtMs }: Run): boolean {
    return open === 0 && this.#nowMs - lastCallAtMs >= this.#idleMs
  }
}

/** The same run of two tenants is two runs; the principals of one run share it. */
function keyOf({ tenant, run }: CallFacts): string | undefined {
  if (run === undefined) return undefined
  return tenant === undefined ? `:${run}` : `${tenant.length}:${tenant}${run}`
}

function add({ run, action }: Pick<Counted, 'run' | 'action'>, calls: number, cost: Decimal): void {
  const before = run.actions.get(action) ?? { calls: 0, spent: zero }
  const after = { calls: before.calls + calls, spent: cost.isZero() ? before.spent : before.spent.plus(cost) }
  if (after.calls === 0) run.actions.delete(action)
  else run.actions.set(action, after)
}

function costOf(decisions: AnyDecisions): Decimal {
  let sum = zero
  for (const gate in decisions) {
    const cost = decisions[gate]?.cost
    if (cost !== undefined) sum = sum.plus(amountOf(gate, cost))
  }
  return sum
}

function amountOf(gate: string, cost: string): Decimal {
  const amount = new ExactSum(cost)
  if (amount.isFinite() && !amount.isNegative()) return amount
  throw new Error(`the ${gate} gate says that the call costs \`${cost}\`; expected a decimal of 0 or more`)
}

/** The run so far as it is told for a call outside of a runner. */
export function runSoFarOf(
  before: readonly { readonly action: string; readonly cost?: string | undefined }[],
): RunSoFar {
  const run: Run = { actions: new Map(), lastCallAtMs: 0, open: 0 }
  for (const { action, cost } of before) add({ run, action }, 1, new ExactSum(cost ?? 0))
  return run.actions
}
