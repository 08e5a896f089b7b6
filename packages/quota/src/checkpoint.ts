import { andThen, type Checkpoint, type Decision, GateFailure } from '@toolgate/core'
import type { Claim } from './claim.ts'
import { JoinedQuotas, type QuotaAnswer } from './joined-quotas.ts'
import type { QuotaPolicy } from './quota-policy.ts'
import type { QuotaStore } from './store.ts'

/** A checkpoint that is taken to its store together with its neighbours: one request, all or nothing. */
export function quotaCheckpoint<D extends Decision, C extends Claim = Claim>(policy: QuotaPolicy<D, C>): Checkpoint<D> {
  const anyPolicy = policy as unknown as QuotaPolicy<Decision>
  const alone = new JoinedQuotas([anyPolicy])
  // Core always joins, even a gate that stands alone. The rest serves gates that wrap this checkpoint.
  const answers = new WeakMap<Decision, QuotaAnswer>()
  const onlyDecision = (answer: QuotaAnswer): D => {
    const [decision] = answer.decisions
    if (decision === undefined || decision instanceof GateFailure) throw decision?.cause
    answers.set(decision, answer)
    return decision as D
  }
  const checkpoint: Checkpoint<D> = {
    check: (call) => andThen(alone.check(call), onlyDecision),
    preview: (call) => andThen(alone.preview(call), onlyDecision),
    settle: (call, decision, outcome) => {
      const answer = answers.get(decision)
      if (answer === undefined) return undefined
      return andThen(alone.settle(call, answer, outcome), (settled) => settled?.[0] as D | undefined)
    },
    joint: {
      source: sourceOf(policy),
      join: (members) => new JoinedQuotas(members.map(policyOf)),
    },
  }
  policies.set(checkpoint, anyPolicy)
  return checkpoint
}

/** One object for the policies that can be asked in one request: those of one store whose leases are equally long. */
function sourceOf({ store, leaseMs }: Pick<QuotaPolicy<Decision>, 'store' | 'leaseMs'>): object {
  const ofStore = sources.get(store) ?? new Map<number, object>()
  sources.set(store, ofStore)
  const source = ofStore.get(leaseMs) ?? {}
  ofStore.set(leaseMs, source)
  return source
}

const sources = new WeakMap<QuotaStore, Map<number, object>>()

/** The policy behind each checkpoint, for the one that joins them. */
const policies = new WeakMap<object, QuotaPolicy<Decision>>()

/** @throws TypeError for a checkpoint that took over another's `joint`: joined, its own `check` would never be asked. */
function policyOf(checkpoint: object): QuotaPolicy<Decision> {
  const policy = policies.get(checkpoint)
  if (policy === undefined) throw new TypeError('a checkpoint that wraps one of quotas has to leave out its `joint`')
  return policy
}
