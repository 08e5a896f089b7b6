/**
 * Why a gate stopped a call, as a stable code: a quota is used up (`limit`), a rule forbids it (`rule`), or the gate
 * could not decide (`unavailable`). A gate of one's own may add codes.
 */
export type BlockReason = 'limit' | 'rule' | 'unavailable' | (string & Record<never, never>)

/** What core and every gate may note on any decision. */
export interface DecisionNotes {
  /** The gate was in shadow mode: this was recorded and not enforced. */
  readonly shadow?: true
  /** What the call was charged, as a decimal string. Set by gates that charge, and final once the call has ended. */
  readonly cost?: string
  /** Why what the gate took could not be settled when the call ended. */
  readonly settlementError?: string
}

/** The gate lets the call pass. */
export interface Allow extends DecisionNotes {
  readonly kind: 'allow'
  /** Set when the gate could not decide and was told to allow such calls (`onError: 'allow'`). */
  readonly reason?: 'unavailable'
  readonly message?: string
}

/** The gate stops the call. */
export interface Block extends DecisionNotes {
  readonly kind: 'block'
  readonly reason: BlockReason
  /** For people and models: which limit, whose, what is left, and when to retry or that retrying is useless. */
  readonly message: string
  /** The shortest wait after which the call would pass, all else unchanged. Absent when no wait is known to help. */
  readonly retryAfterMs?: number
  /** What stands in the record in place of the arguments that came, where a gate refuses what must not be kept. */
  readonly recordedArguments?: { readonly value: unknown }
}

/** The gate lets the call pass with other arguments: it has sanitised them. */
export interface Replace extends DecisionNotes {
  readonly kind: 'replace'
  /** The arguments that later gates, the tool and the audit record see. They are not validated again. */
  readonly arguments: unknown
  readonly message?: string
}

/** A person must decide before the call may run. */
export interface Pend extends DecisionNotes {
  readonly kind: 'pend'
  /** The id to resume by. */
  readonly id: string
  readonly message: string
}

/** What stands in the place of a gate's own decision when it could not decide. */
export type Unavailable = (Allow | Block) & { readonly reason: 'unavailable' }

/** What one gate says of one call. */
export type Decision = Allow | Block | Replace | Pend

/** Whether a value is a decision, whoever made it. It never throws. */
export function isDecision(value: unknown): value is Decision {
  try {
    return typeof value === 'object' && value !== null && hasFields(value)
  } catch {
    return false
  }
}

function hasFields(value: object): boolean {
  const decision = value as Partial<Record<string, unknown>>
  switch (decision.kind) {
    case 'allow':
      return true
    case 'block':
      return typeof decision.reason === 'string' && typeof decision.message === 'string'
    case 'replace':
      return 'arguments' in decision
    case 'pend':
      return typeof decision.id === 'string' && typeof decision.message === 'string'
    default:
      return false
  }
}
