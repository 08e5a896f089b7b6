import type { ToolCall } from './call.ts'
import type { Decision } from './decision.ts'
import type { AnyGate, Checkpoint, JoinedAnswer, JoinedCheckpoint, SettledDecisions, ToolInfo } from './gate.ts'
import type { Outcome } from './outcome.ts'
import type { AnyDecisions } from './result.ts'
import { andThen } from './within.ts'

/** One gate of a stage, with what core needs to judge its answer. */
export interface Member {
  readonly name: string
  readonly isShadow: boolean
  readonly onError: 'block' | 'allow'
}

/** What the pipeline asks in one step: a gate, or neighbours that are asked together. */
export interface Stage {
  readonly members: readonly Member[]
  readonly timeoutMs: number
  readonly settleTimeoutMs: number
  readonly checkpoint: JoinedCheckpoint
}

/** The gates of one tool, each with its compiled policy. */
export interface CompiledGate {
  readonly gate: AnyGate
  readonly checkpoint: Checkpoint<Decision>
}

export const defaultGateTimeoutMs = 5_000

/** Compiles the policies of one tool, in the order of the gates. A gate without a policy does not stand in its way. */
export function compileGates(
  gates: readonly AnyGate[],
  tool: ToolInfo,
  policies: Readonly<Record<string, unknown>>,
): CompiledGate[] {
  return gates
    .filter((gate) => policies[gate.name] !== undefined || gate.coversEveryTool === true)
    .map((gate) => {
      const checkpoint: Checkpoint<Decision> | undefined = gate.compile(tool, policies[gate.name] as never)
      if (typeof checkpoint?.check === 'function') return { gate, checkpoint }
      throw new TypeError(`tool \`${tool.name}\`: the ${gate.name} gate compiled its policy to what is no checkpoint`)
    })
}

/**
 * Groups the gates into stages. Neighbours that share a source become one stage. A gate in shadow mode stays alone:
 * joined, its refusal would keep the others from taking anything.
 */
export function stagesOf(gates: readonly CompiledGate[]): Stage[] {
  const groups: CompiledGate[][] = []
  for (const compiled of gates) {
    const group = groups.at(-1)
    if (group?.[0] !== undefined && areJoinable(group[0], compiled)) group.push(compiled)
    else groups.push([compiled])
  }
  return groups.map(stageOf)
}

function areJoinable(first: CompiledGate, second: CompiledGate): boolean {
  const source = first.checkpoint.joint?.source
  if (source === undefined || source !== second.checkpoint.joint?.source) return false
  return first.gate.mode !== 'shadow' && second.gate.mode !== 'shadow'
}

function stageOf(group: readonly CompiledGate[]): Stage {
  const checkpoints = group.map(({ checkpoint }) => checkpoint)
  const [first] = checkpoints as [Checkpoint<Decision>]
  const times = group.map(({ gate }) => gate.timeoutMs ?? defaultGateTimeoutMs)
  return {
    members: group.map(({ gate }) => ({
      name: gate.name,
      isShadow: gate.mode === 'shadow',
      onError: gate.onError ?? 'block',
    })),
    // Asked one by one they could take as long together. A joined checkpoint bounds each of its members.
    timeoutMs: times.reduce((sum, timeMs) => sum + timeMs, 0),
    settleTimeoutMs: Math.max(...times),
    checkpoint: first.joint === undefined ? alone(first) : first.joint.join(checkpoints),
  }
}

/** A single checkpoint in the form of a joined one, so that the pipeline knows one form only. */
function alone(checkpoint: Checkpoint<Decision>): JoinedCheckpoint {
  const settleOne = (call: ToolCall, { decisions }: JoinedAnswer, outcome: Outcome) => {
    const decision = decisions[0] as Decision | undefined
    // A gate that stopped the call, or gave no decision, has taken nothing.
    if (decision?.kind !== 'allow' && decision?.kind !== 'replace') return undefined
    return andThen(checkpoint.settle?.(call, decision, outcome), (settled): SettledDecisions => [settled as Decision])
  }
  const preview = (call: ToolCall, earlier: AnyDecisions): JoinedAnswer | Promise<JoinedAnswer> => {
    if (checkpoint.preview !== undefined) return andThen(checkpoint.preview(call, earlier), answerOf)
    return andThen(checkpoint.check(call, earlier), (decision) => {
      const answer = answerOf(decision)
      return andThen(settleOne(call, answer, { kind: 'blocked' }), () => answer)
    })
  }
  return {
    check: (call, earlier) => andThen(checkpoint.check(call, earlier), answerOf),
    preview,
    ...(checkpoint.settle === undefined ? {} : { settle: settleOne }),
    ...(checkpoint.withhold === undefined ? {} : { withhold: checkpoint.withhold.bind(checkpoint) }),
    ...(checkpoint.ended === undefined ? {} : { ended: checkpoint.ended.bind(checkpoint) }),
  }
}

function answerOf(decision: Decision): JoinedAnswer {
  return { decisions: [decision] }
}
