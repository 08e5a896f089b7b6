import type { Allow, Block, Decision } from './decision.ts'
import { isDecision } from './decision.ts'
import { GateFailure } from './gate.ts'
import { display } from './policy-error.ts'
import { messageOf } from './thrown.ts'

/**
 * Fails closed. This is the only place where what is not a decision becomes one: a gate that threw, ran out of time,
 * lost its store, or returned something else blocks the call as `unavailable`, unless it was installed with
 * `onError: 'allow'`. Either way the decision says `unavailable`: a gate that can not tell has not found a limit.
 */
export function failClosed(gate: string, onError: 'block' | 'allow', answer: unknown): Decision {
  if (isDecision(answer)) return answer
  const message = `the ${gate} gate could not decide: ${problem(answer)}`
  return onError === 'allow'
    ? ({ kind: 'allow', reason: 'unavailable', message } satisfies Allow)
    : ({ kind: 'block', reason: 'unavailable', message: `${message}; the call did not run` } satisfies Block)
}

function problem(answer: unknown): string {
  if (!(answer instanceof GateFailure)) return `it returned \`${display(answer)}\`, which is no decision`
  return messageOf(answer.cause)
}
