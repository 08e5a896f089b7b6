import {
  andThen,
  callIdentity,
  type Decision,
  GateFailure,
  isPromise,
  type JoinedAnswer,
  type JoinedCheckpoint,
  type Outcome,
  type SettledDecisions,
  type ToolCall,
  within,
} from '@toolgate/core'
import { type Attempt, type Attempts, attemptsAt } from './attempts.ts'
import type { Claim } from './claim.ts'
import type { GateSettlement, MaybeSettlement, QuotaPolicy } from './quota-policy.ts'
import {
  type ClaimReport,
  type Hold,
  type Peeked,
  type QuotaStore,
  QuotaTimeoutError,
  type Settlement,
  type Verdict,
} from './store.ts'
import type { Wait } from './wording.ts'

type Part = readonly Claim[] | GateFailure

/** What the members were answered, and what was taken for them. */
export interface QuotaAnswer extends JoinedAnswer {
  readonly parts: readonly Part[]
  readonly hold: Hold | undefined
  /** Whether the hold is that of an earlier request for the same call: somebody else took it. */
  readonly isRepeated: boolean
  readonly attempt: Attempt | undefined
}

type Asked = Verdict | Peeked

/** Neighbouring gates on one store, asked and settled in one request each. */
export class JoinedQuotas implements JoinedCheckpoint<QuotaAnswer> {
  readonly #policies: readonly QuotaPolicy<Decision>[]
  readonly #store: QuotaStore
  readonly #leaseMs: number
  readonly #timeoutMs: number
  readonly isBounded: boolean
  /** Set before the id of a call: two gates, or two runners, may meet the same call on the same store. */
  readonly #idPrefix: string
  readonly #attempts: Attempts

  constructor(policies: readonly QuotaPolicy<Decision>[]) {
    const [{ store, leaseMs, tool }] = policies as [QuotaPolicy<Decision>]
    this.#policies = policies
    this.#store = store
    this.#attempts = attemptsAt(store)
    this.#leaseMs = leaseMs
    this.#timeoutMs = Math.min(...policies.map(({ timeoutMs }) => timeoutMs))
    this.isBounded = store.timeoutMs !== undefined && store.timeoutMs <= this.#timeoutMs
    this.#idPrefix = JSON.stringify([tool.runner.name, ...policies.map(({ gate }) => gate)])
  }

  check(call: ToolCall): QuotaAnswer | Promise<QuotaAnswer> {
    const identity = callIdentity(call)
    if (identity === undefined) return this.#ask(call, undefined, false)
    return this.#ask(call, this.#attempts.begin(this.#idPrefix + identity), false)
  }

  preview(call: ToolCall): QuotaAnswer | Promise<QuotaAnswer> {
    return this.#ask(call, undefined, true)
  }

  settle(call: ToolCall, answer: QuotaAnswer, outcome: Outcome): SettledDecisions | Promise<SettledDecisions> {
    const { hold, attempt } = answer
    if (hold === undefined) return undefined
    if (outcome.kind === 'blocked' || outcome.kind === 'pending') {
      const left = this.#attempts.giveUp(attempt, ownHold(answer))
      return left && this.#giveBack(left, answer)
    }
    this.#attempts.finish(attempt)
    let settlements: MaybeSettlement<Decision>[]
    try {
      settlements = this.#policies.map((_, index) => this.#settlementOf(index, call, answer, outcome))
    } catch (error) {
      return this.#leave(attempt, error)
    }
    if (!settlements.some(isPromise)) return this.#settleAll(hold, answer, settlements as (Settled | undefined)[])
    return Promise.all(settlements).then(
      (all) => this.#settleAll(hold, answer, all),
      (error: unknown) => this.#leave(attempt, error),
    )
  }

  #ask(call: ToolCall, attempt: Attempt | undefined, isDryRun: boolean): QuotaAnswer | Promise<QuotaAnswer> {
    const parts = new Array<Part | Promise<Part>>(this.#policies.length)
    let isPending = false
    for (let index = 0; index < parts.length; index++) {
      const part = claimsOf(this.#policies[index] as QuotaPolicy<Decision>, call)
      isPending ||= part instanceof Promise
      parts[index] = part
    }
    return isPending
      ? Promise.all(parts).then((all) => this.#request(call, all, attempt, isDryRun))
      : this.#request(call, parts as Part[], attempt, isDryRun)
  }

  #request(
    call: ToolCall,
    parts: readonly Part[],
    attempt: Attempt | undefined,
    isDryRun: boolean,
  ): QuotaAnswer | Promise<QuotaAnswer> {
    const late = (verdict: unknown) => void this.#giveUp(attempt, ownHold(verdict as Asked))
    const failed = (error: unknown): never => {
      void this.#giveUp(attempt)
      if (error instanceof QuotaTimeoutError) error.answer.then(late, () => undefined)
      throw error
    }
    try {
      const asked = this.#askStore(allClaims(parts), attempt, isDryRun)
      if (!isPromise(asked)) return this.#answer(call, parts, attempt, asked)
      return this.#inTime(asked, late).then((verdict) => this.#answer(call, parts, attempt, verdict), failed)
    } catch (error) {
      return failed(error)
    }
  }

  /** A timer for each request would be the largest part of what a shared store costs here. */
  #inTime(asked: PromiseLike<Asked>, late: (verdict: unknown) => void): Promise<Asked> {
    if (this.isBounded) return Promise.resolve(asked)
    return within(asked, { what: 'the quota store', timeoutMs: this.#timeoutMs, late })
  }

  #askStore(claims: readonly Claim[], attempt: Attempt | undefined, isDryRun: boolean): Asked | Promise<Asked> {
    if (claims.length === 0) return nothingAsked
    if (isDryRun) return this.#store.peek(claims)
    return this.#store.acquire({ claims, id: attempt?.storeId, leaseMs: this.#leaseMs })
  }

  /** Gives back what an attempt has left that came to nothing. A failure here is the lease's to mend. */
  async #giveUp(attempt: Attempt | undefined, taken?: Hold): Promise<void> {
    const left = this.#attempts.giveUp(attempt, taken)
    if (left === undefined) return
    try {
      await this.#release(left, attempt)
    } catch {
      return
    }
  }

  /** Takes the verdict apart again: to each gate its own claims, up to the first that is refused. */
  #answer(call: ToolCall, parts: readonly Part[], attempt: Attempt | undefined, verdict: Asked): QuotaAnswer {
    const decisions = new Array<Decision | GateFailure>(parts.length)
    let offset = 0
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as Part
      if (part instanceof GateFailure) {
        decisions[index] = part
        continue
      }
      if (!verdict.admitted && verdict.refused < offset) {
        decisions.length = index
        break
      }
      decisions[index] = this.#decide(index, call, part, offset, verdict)
      offset += part.length
    }
    const { hold, isRepeated } = 'hold' in verdict ? verdict : nothingTaken
    if (hold === undefined) void this.#giveUp(attempt)
    return { decisions, parts, hold, isRepeated, attempt }
  }

  #decide(
    index: number,
    call: ToolCall,
    claims: readonly Claim[],
    offset: number,
    verdict: Asked,
  ): Decision | GateFailure {
    const isAll = claims.length === verdict.reports.length
    const reports = isAll ? verdict.reports : verdict.reports.slice(offset, offset + claims.length)
    const isRefused = !verdict.admitted && verdict.refused < offset + claims.length
    try {
      return (this.#policies[index] as QuotaPolicy<Decision>).decide(call, claims, {
        reports,
        refused: isRefused ? verdict.refused - offset : undefined,
        wait: isRefused ? verdict : noWait,
      })
    } catch (error) {
      return new GateFailure(error)
    }
  }

  #giveBack(hold: Hold, answer: QuotaAnswer): SettledDecisions | Promise<SettledDecisions> {
    return andThen(this.#release(hold, answer.attempt), (reports) => {
      if (reports === undefined) return undefined
      return mapParts(answer.parts, reports, (own, index) => {
        const decision = answer.decisions[index]
        if (decision === undefined || decision instanceof GateFailure) return undefined
        return this.#policies[index]?.givenBack?.(decision, own as readonly ClaimReport[])
      })
    })
  }

  #release(hold: Hold, attempt: Attempt | undefined): ReturnType<QuotaStore['settle']> {
    const settlements = hold.claims.map(() => 'release' as const)
    return this.#close(hold, settlements, attempt)
  }

  /** Settles a hold at the store, and tells the attempts when that is done, or will be by the end of the lease. */
  #close(
    hold: Hold,
    settlements: readonly Settlement[],
    attempt: Attempt | undefined,
  ): ReturnType<QuotaStore['settle']> {
    const done = (reports: readonly ClaimReport[] | undefined) => {
      this.#attempts.closed(attempt)
      return reports
    }
    try {
      const settled = this.#store.settle(hold, settlements)
      if (!isPromise(settled)) return done(settled)
      return Promise.resolve(settled).then(done, (error: unknown) => this.#leave(attempt, error))
    } catch (error) {
      return this.#leave(attempt, error)
    }
  }

  /** Leaves a hold that could not be settled to the end of its lease. */
  #leave(attempt: Attempt | undefined, error: unknown): never {
    this.#attempts.closedAfter(attempt, this.#leaseMs)
    throw error
  }

  #settlementOf(index: number, call: ToolCall, answer: QuotaAnswer, outcome: Outcome): MaybeSettlement<Decision> {
    const policy = this.#policies[index] as QuotaPolicy<Decision>
    const part = answer.parts[index] as Part
    const decision = answer.decisions[index] as Decision | GateFailure
    if (part instanceof GateFailure || decision instanceof GateFailure) return undefined
    return policy.settle?.(call, part, decision, outcome)
  }

  /** Settles the claims of all gates in one request, unless they all stand as they were taken and need none. */
  #settleAll(
    hold: Hold,
    answer: QuotaAnswer,
    all: readonly (Settled | undefined)[],
  ): SettledDecisions | Promise<SettledDecisions> {
    const isKept = all.every((settled) => settled === undefined || settled.settlements.every((each) => each === 'keep'))
    if (isKept && !hold.mustSettle) {
      this.#attempts.closed(answer.attempt)
      return all.every((settled) => settled === undefined) ? undefined : revised(answer.parts, all, undefined)
    }
    const settlements = answer.parts.flatMap((part, index): readonly Settlement[] => {
      return part instanceof GateFailure ? [] : (all[index]?.settlements ?? part.map(() => 'keep'))
    })
    return andThen(this.#close(hold, settlements, answer.attempt), (reports) => {
      if (reports === undefined) throw new Error('what the call had taken was settled before, by a repetition of it')
      return revised(answer.parts, all, reports)
    })
  }
}

type Settled = GateSettlement<Decision>

/** What a request took by itself. */
function ownHold(answer: Asked | QuotaAnswer): Hold | undefined {
  return 'hold' in answer && !answer.isRepeated ? answer.hold : undefined
}

const noWait: Wait = { retryAfterMs: undefined, ownRetryAfterMs: undefined, isFinal: false }
const nothingTaken = { hold: undefined, isRepeated: false }
const nothingAsked: Asked = { admitted: true, reports: [] }

function revised(
  parts: readonly Part[],
  all: readonly (Settled | undefined)[],
  reports: readonly ClaimReport[] | undefined,
): SettledDecisions {
  return mapParts(parts, reports, (own, index) => all[index]?.revise?.(own))
}

/** Hands each gate the reports of its own claims. */
function mapParts<Value>(
  parts: readonly Part[],
  reports: readonly ClaimReport[] | undefined,
  read: (own: readonly ClaimReport[] | undefined, index: number) => Value,
): Value[] {
  let offset = 0
  return parts.map((part, index) => {
    const start = offset
    offset += part instanceof GateFailure ? 0 : part.length
    return read(reports?.slice(start, offset), index)
  })
}

function claimsOf(policy: QuotaPolicy<Decision>, call: ToolCall): Part | Promise<Part> {
  try {
    const claims = policy.claims(call)
    if (!isPromise(claims)) return claims
    return within(claims, { what: 'making its claims', timeoutMs: policy.timeoutMs }).catch(
      (error: unknown) => new GateFailure(error),
    )
  } catch (error) {
    return new GateFailure(error)
  }
}

function allClaims(parts: readonly Part[]): readonly Claim[] {
  if (parts.length === 1) return parts[0] instanceof GateFailure ? [] : (parts[0] as readonly Claim[])
  const claims: Claim[] = []
  for (const part of parts) if (!(part instanceof GateFailure)) claims.push(...part)
  return claims
}
