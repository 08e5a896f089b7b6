import type { Block, Checkpoint, Decision, Gate, GateOptions, Outcome, ToolCall } from '@toolgate/core'

export interface ProbePolicy extends Partial<Checkpoint<Decision>> {}

/** A gate that does as each test tells it by its policy, and notes what it was asked and told. */
export function named<Name extends string>(
  name: Name,
  options: GateOptions = {},
  log: string[] = [],
): Gate<Name, ProbePolicy, Decision> & { readonly log: string[] } {
  return {
    name,
    ...options,
    log,
    compile: (_tool, policy) => {
      const settle = (call: ToolCall, decision: Decision, outcome: Outcome) => {
        log.push(`${name} ${outcome.kind}`)
        return policy.settle?.(call, decision, outcome)
      }
      return {
        check: (call, earlier) => {
          log.push(`${name}?`)
          return policy.check === undefined ? { kind: 'allow' } : policy.check(call, earlier)
        },
        settle,
        ...(policy.preview !== undefined && { preview: policy.preview }),
      }
    },
  }
}

export const refusal: Block = { kind: 'block', reason: 'rule', message: 'no' }

/** A promise and the hands to end it. */
export function deferred<T = void>() {
  return Promise.withResolvers<T>()
}
