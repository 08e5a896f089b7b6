import type { ToolCall } from '@toolgate/core'
import type { Scope } from '@toolgate/quota'

/** One limit on the calls of a tool. At least one of `maxCalls`, `cooldownMs` and `maxInFlight` must be there. */
export interface RateLimit {
  /** The most calls, or the most weight, in any window of `windowMs`; for ever where no window is given. */
  readonly maxCalls?: number
  /** The length of the rolling window, in milliseconds. A call counts no more at exactly its end. */
  readonly windowMs?: number
  /** The shortest time from one call to the next, in milliseconds. */
  readonly cooldownMs?: number
  /** The most calls under way at the same time. */
  readonly maxInFlight?: number
  /** What the limit is kept per: tool and principal by default, and tenant for the calls that have one. */
  readonly per?: Scope | readonly Scope[]
}

/** The limits on a tool. All of them hold; a call takes from all of them or from none. */
export interface RatePolicy extends RateLimit {
  /** Further limits, such as one per tenant beside one per principal. */
  readonly limits?: readonly RateLimit[]
  /** How much a call counts for under `maxCalls`: a whole number, or a function that returns one. 1 by default. */
  readonly weight?: number | ((call: ToolCall) => number)
  /**
   * How long a call counts as under way at most, in milliseconds: whether its process has died, or it still runs. So
   * longer than the tool may run. 10 s over the tool's `timeoutMs` by default, or 5 minutes for a tool without one.
   */
  readonly leaseMs?: number
}
