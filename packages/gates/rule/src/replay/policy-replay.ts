import type { AnyDecisions, ToolCall } from '@toolgate/core'
import type { Policy } from '../engine/policy.ts'
import { type PolicyCall, subjectOf } from '../engine/policy-call.ts'
import { RunHistory, type RunHistoryOptions } from '../engine/run-history.ts'
import type { PolicyVerdict } from '../engine/verdict.ts'
import { type AskedArguments, AskedPaths } from './asked-paths.ts'

/**
 * Decides again on calls that were made, as they are told in the order of time: what ran before in the same run is what
 * was told before. `before` of a call is not looked at.
 */
export class PolicyReplay {
  readonly #policies: readonly Policy[]
  readonly #asked: readonly AskedPaths[]
  readonly #history: RunHistory
  /** Calls that could not be counted, since there are more runs at a time than are remembered. */
  uncounted = 0

  constructor(policies: readonly Policy[], options: RunHistoryOptions = {}) {
    this.#policies = policies
    this.#asked = policies.map(({ documents }) => new AskedPaths(documents))
    this.#history = new RunHistory(options)
  }

  /** What each policy says of the call, in their order. @throws TypeError for a call that names neither a tool nor an action. */
  decide(call: PolicyCall): PolicyVerdict[] {
    const subject = subjectOf(call)
    const asked = { ...subject, soFar: this.#history.soFar(subject.call) }
    return this.#policies.map((policy) => policy.judge(asked).verdict)
  }

  /**
   * What each policy wants to know of the arguments of such a call. Where a record does not have it, what they decide
   * here need not be what they would have decided. @throws as `decide`
   */
  asked(call: PolicyCall): AskedArguments[] {
    const { action } = subjectOf(call)
    return this.#asked.map((paths) => paths.of(action))
  }

  /** Counts a call that ran, at what it cost, as decimal strings. @throws as `decide` */
  count(call: PolicyCall, costs: readonly string[] = []): void {
    const { call: facts, action } = subjectOf(call)
    const decisions = costs.map((cost, index) => [String(index), { kind: 'allow', cost }] as const)
    try {
      const told: AnyDecisions = Object.fromEntries(decisions)
      const outcome = { kind: 'executed', result: undefined } as const
      this.#history.end({ ...facts, ...notMade }, action, { outcome, decisions: told, endedAtMs: facts.startedAtMs })
    } catch {
      this.uncounted++
    }
  }
}

/** What a call has besides the facts, while it is made. */
const notMade: Pick<ToolCall, 'id' | 'hasCallerId' | 'signal'> = {
  id: '',
  hasCallerId: false,
  signal: new AbortController().signal,
}
