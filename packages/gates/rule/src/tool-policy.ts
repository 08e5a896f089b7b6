import type { AnyDecisions, ToolCall, Withheld } from '@toolgate/core'
import type { Subject } from './condition/subject.ts'
import type { Judge, Judgement } from './engine/judgement.ts'
import type { Policy, PolicySource } from './engine/policy.ts'
import { tagsOf } from './engine/policy-call.ts'
import type { RecordedArguments } from './engine/rule-redaction.ts'
import type { CallEnd, RunHistory } from './engine/run-history.ts'

/** What a tool declares to policy documents. */
export interface ToolDeclaration {
  readonly action: string
  readonly tags: readonly string[]
}

/** The policy documents of a gate, as they stand, for the calls of one tool. */
export class ToolPolicy {
  readonly #source: PolicySource
  readonly #tool: ToolDeclaration
  readonly #history: RunHistory
  #policy: Policy
  #judge: Judge

  constructor(source: PolicySource, tool: ToolDeclaration, history: RunHistory) {
    this.#source = source
    this.#tool = tool
    this.#history = history
    this.#policy = source.current
    this.#judge = this.#policy.judgeOf(tool.action, tool.tags)
  }

  judge(call: ToolCall, args: unknown): Judgement {
    return this.#currentJudge().judge(this.#subject(call, args))
  }

  /** What may be kept of the arguments of a call that predicates refuse. */
  record(call: ToolCall): RecordedArguments {
    return this.#currentJudge().record(this.#subject(call, call.arguments))
  }

  #currentJudge(): Judge {
    const policy = this.#source.current
    if (policy !== this.#policy) {
      this.#judge = policy.judgeOf(this.#tool.action, this.#tool.tags)
      this.#policy = policy
    }
    return this.#judge
  }

  #subject(call: ToolCall, args: unknown): Subject {
    const facts = args === call.arguments ? call : { ...factsOf(call), arguments: args }
    const tags = tagsOf(this.#tool.tags, call)
    return { call: facts, action: this.#tool.action, tags, soFar: this.#history.soFar(call) }
  }

  /** Counts a call that is let pass. @throws Error when its run can not be remembered, and the policy asks for it. */
  begin(call: ToolCall, decisions: AnyDecisions, isLetPass: boolean = false): void {
    if (!this.#isRemembering) return
    try {
      this.#history.begin(call, this.#tool.action, decisions, isLetPass)
    } catch (error) {
      if (this.#policy.needsRunSoFar) throw error
    }
  }

  /** Where a predicate has failed, hangs or is given up, the documents decide alone: what they refuse does not run. */
  withhold(call: ToolCall, letsPass: boolean): Withheld {
    const judgement = this.judge(call, call.arguments)
    if (judgement.kind === 'refuse') return { arguments: judgement.recordedArguments, refuses: true }
    if (letsPass) this.begin(call, nothing, true)
    if (judgement.kind === 'allow') return { refuses: false }
    return { arguments: { value: judgement.arguments }, refuses: false }
  }

  forget(call: ToolCall): void {
    this.#history.giveBack(call)
  }

  end(call: ToolCall, end: CallEnd): void {
    if (this.#isRemembering) this.#history.end(call, this.#tool.action, end)
  }

  /** Documents that can change may ask tomorrow for what is called today. */
  get #isRemembering(): boolean {
    return this.#policy.asksRunSoFar || this.#source !== this.#policy
  }
}

const nothing: AnyDecisions = {}

function factsOf(call: ToolCall) {
  const { tool, principal, tenant, session, run, traceId, metadata, startedAtMs } = call
  return { tool, principal, tenant, session, run, traceId, metadata, startedAtMs }
}
