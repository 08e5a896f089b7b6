import type { PipelineCall } from './call.ts'
import { type Block, type Decision, isDecision, type Pend } from './decision.ts'
import type { PublishDecision } from './diagnostics.ts'
import { failClosed } from './fail-closed.ts'
import { GateFailure, type JoinedAnswer, type SettledDecisions } from './gate.ts'
import type { Outcome } from './outcome.ts'
import type { Member, Stage } from './stage.ts'
import { messageOf } from './thrown.ts'
import { isPromise, within } from './within.ts'

/** What stopped a call on its way through the gates. */
export type Stop =
  | { readonly by: string; readonly decision: Block | Pend; readonly error: unknown }
  | { readonly by: 'audit' | 'abort'; readonly decision: undefined; readonly error: unknown }

/** One call's way through the stages of its tool: what the gates said, what they took, and what stopped the call. */
export class Passage {
  readonly stages: readonly Stage[]
  readonly decisions: Record<string, Decision> = {}
  /** What each stage answered, by position; nothing for the stages that were not asked or failed. */
  readonly answers: (JoinedAnswer | undefined)[]
  stop: Stop | undefined
  readonly #call: PipelineCall
  readonly #publish: PublishDecision | undefined

  constructor(stages: readonly Stage[], call: PipelineCall, publish: PublishDecision | undefined) {
    this.stages = stages
    this.answers = new Array(stages.length)
    this.#call = call
    this.#publish = publish
  }

  /** Judges what a stage answered, gate by gate in order, and says whether the call may go on. */
  hear(index: number, answer: JoinedAnswer | GateFailure): boolean {
    const stage = this.stages[index] as Stage
    if (!(answer instanceof GateFailure)) this.answers[index] = answer
    const signal = this.#call.callerSignal
    if (signal?.aborted) {
      this.#withhold(stage, false)
      this.stop = { by: 'abort', decision: undefined, error: signal.reason }
      return false
    }
    const refuses = answer instanceof GateFailure && this.#withhold(stage, true)
    for (let position = 0; position < stage.members.length; position++) {
      const member = stage.members[position] as Member
      const said = answer instanceof GateFailure ? answer : answer.decisions[position]
      if (!this.#judge(refuses ? { ...member, onError: 'block' } : member, said)) return false
    }
    return true
  }

  /** A gate that sanitises has not come to it. Returns whether the call may not run, whatever was said of failures. */
  #withhold({ checkpoint, members }: Stage, isFailure: boolean): boolean {
    if (checkpoint.withhold === undefined || members.every(({ isShadow }) => isShadow)) return false
    const letsPass = isFailure && members.every(({ onError }) => onError === 'allow')
    try {
      const withheld = checkpoint.withhold(this.#call, letsPass)
      if (withheld?.arguments !== undefined) this.#call.arguments = withheld.arguments.value
      return withheld?.refuses === true
    } catch (error) {
      this.#call.arguments = `[not recorded: ${messageOf(error)}]`
      return true
    }
  }

  #judge(member: Member, said: unknown): boolean {
    try {
      return this.#take(member, failClosed(member.name, member.onError, said), said)
    } catch (error) {
      // A decision that throws when it is read is none.
      const failure = new GateFailure(error)
      return this.#take(member, failClosed(member.name, member.onError, failure), failure)
    }
  }

  #take(member: Member, decision: Decision, said: unknown): boolean {
    const record = member.isShadow ? { ...decision, shadow: true as const } : decision
    this.decisions[member.name] = record
    if (!member.isShadow) this.#takeArguments(decision)
    this.#publish?.(member.name, this.#call, record)
    if (member.isShadow) return true
    switch (decision.kind) {
      case 'allow':
      case 'replace':
        return true
      case 'block':
      case 'pend':
        this.stop = { by: member.name, decision, error: said instanceof GateFailure ? said.cause : undefined }
        return false
      default:
        return decision satisfies never
    }
  }

  /** Before anybody is told of the decision: what a gate has taken out of the arguments is nobody's business any more. */
  #takeArguments(decision: Decision): void {
    if (decision.kind === 'replace') this.#call.arguments = decision.arguments
    if (decision.kind !== 'block' || decision.recordedArguments === undefined) return
    this.#call.arguments = decision.recordedArguments.value
  }

  /** Takes up the decisions that have changed by settling. */
  revise(stage: Stage, settled: SettledDecisions): void {
    settled?.forEach((decision, index) => {
      const name = stage.members[index]?.name
      if (name === undefined || !isDecision(decision)) return
      this.decisions[name] = stage.members[index]?.isShadow ? { ...decision, shadow: true } : decision
    })
  }

  /** Notes on the stage's decisions that what they took could not be settled. */
  reviseFailed(stage: Stage, error: unknown): void {
    const settlementError = messageOf(error)
    for (const { name } of stage.members) {
      const decision = this.decisions[name]
      if (decision !== undefined) this.decisions[name] = { ...decision, settlementError }
    }
  }
}

/**
 * Leads a call through the stages, in order, until one stops it. This is the hot path: as long as gates answer at
 * once, so does this, and no promise is made.
 */
export function admit(
  stages: readonly Stage[],
  call: PipelineCall,
  publish: PublishDecision | undefined,
): Passage | Promise<Passage> {
  const passage = new Passage(stages, call, publish)
  for (let index = 0; index < stages.length; index++) {
    const answer = ask(stages[index] as Stage, passage, call, 'check')
    if (answer instanceof Promise) return admitLater(passage, call, index, answer)
    if (!passage.hear(index, answer)) break
  }
  return passage
}

/** The same, from the first stage on that has to be awaited. */
async function admitLater(
  passage: Passage,
  call: PipelineCall,
  first: number,
  pending: Promise<JoinedAnswer | GateFailure>,
): Promise<Passage> {
  if (!passage.hear(first, await pending)) return passage
  for (let index = first + 1; index < passage.stages.length; index++) {
    if (!passage.hear(index, await ask(passage.stages[index] as Stage, passage, call, 'check'))) break
  }
  return passage
}

/** Leads a call through the stages without taking anything. */
export async function preview(stages: readonly Stage[], call: PipelineCall): Promise<Passage> {
  const passage = new Passage(stages, call, undefined)
  for (let index = 0; index < stages.length; index++) {
    if (!passage.hear(index, await ask(stages[index] as Stage, passage, call, 'preview'))) break
  }
  return passage
}

type Asked = JoinedAnswer | GateFailure

function ask(
  stage: Stage,
  { decisions }: Passage,
  call: PipelineCall,
  how: 'check' | 'preview',
): Asked | Promise<Asked> {
  const { checkpoint } = stage
  try {
    const answer = how === 'check' ? checkpoint.check(call, decisions) : checkpoint.preview(call, decisions)
    if (!isPromise(answer)) return answer
    if (checkpoint.isBounded && call.callerSignal === undefined) return answer.then(undefined, failed)
    return within<Asked>(answer, {
      what: 'deciding',
      timeoutMs: stage.timeoutMs,
      signal: call.callerSignal,
      late: (late) => {
        if (how === 'check') giveBack(stage, call, late as JoinedAnswer)
      },
    }).catch(failed)
  } catch (error) {
    return failed(error)
  }
}

function failed(error: unknown): GateFailure {
  return new GateFailure(error)
}

/** Nobody waited for this answer any more: what it took goes back. A failure here is the lease's to mend. */
async function giveBack(stage: Stage, call: PipelineCall, answer: JoinedAnswer): Promise<void> {
  try {
    await stage.checkpoint.settle?.(call, answer, { kind: 'blocked' })
  } catch {
    return
  }
}

/** Tells every stage that took something how the call ended, the last first. It does not throw. */
export function settle(passage: Passage, call: PipelineCall, outcome: Outcome): void | Promise<void> {
  for (let index = passage.stages.length - 1; index >= 0; index--) {
    const pending = settleStage(passage, call, outcome, index)
    if (pending !== undefined) return settleLater(passage, call, outcome, index, pending)
  }
  end(passage, call, outcome)
}

async function settleLater(
  passage: Passage,
  call: PipelineCall,
  outcome: Outcome,
  last: number,
  pending: Promise<void>,
): Promise<void> {
  await pending
  for (let index = last - 1; index >= 0; index--) await settleStage(passage, call, outcome, index)
  end(passage, call, outcome)
}

/** Tells the gates that want to know what all of them have finally said. */
function end(passage: Passage, call: PipelineCall, outcome: Outcome): void {
  for (let index = 0; index < passage.stages.length; index++) {
    const { checkpoint, members } = passage.stages[index] as Stage
    if (checkpoint.ended === undefined || passage.decisions[members[0]?.name ?? ''] === undefined) continue
    try {
      checkpoint.ended(call, outcome, passage.decisions, call.startedAtMs + call.elapsedMs())
    } catch {
      // The call is over and settled: what a gate makes of it for itself changes nothing of it.
    }
  }
}

function settleStage(passage: Passage, call: PipelineCall, outcome: Outcome, index: number): Promise<void> | undefined {
  const stage = passage.stages[index] as Stage
  const answer = passage.answers[index]
  if (answer === undefined || stage.checkpoint.settle === undefined) return undefined
  try {
    const settled = stage.checkpoint.settle(call, answer, outcome)
    if (!isPromise(settled)) {
      passage.revise(stage, settled)
      return undefined
    }
    return within(settled, { what: 'settling', timeoutMs: stage.settleTimeoutMs })
      .then((changed) => passage.revise(stage, changed))
      .catch((error: unknown) => passage.reviseFailed(stage, error))
  } catch (error) {
    passage.reviseFailed(stage, error)
    return undefined
  }
}
