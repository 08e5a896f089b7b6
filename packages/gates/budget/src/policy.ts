import type { ToolCall } from '@toolgate/core'
import type { CalendarUnit, Scope } from '@toolgate/quota'
import type { Amount } from './amount.ts'

/** One limit on what the calls of a tool may cost together. */
export interface BudgetLimit {
  /** The most that may be spent and held in the window. */
  readonly maxSpend?: Amount
  /**
   * The length of a rolling window, in milliseconds. It is counted in at most 60 slices, each of them whole until its
   * last charge has left the window. With neither `windowMs` nor `calendar` the budget is for ever.
   */
  readonly windowMs?: number
  /** The day, week (from Monday) or month in `timeZone`, instead of a rolling window. */
  readonly calendar?: CalendarUnit
  /** An IANA time zone for `calendar`, such as `Europe/Berlin`. `UTC` by default. */
  readonly timeZone?: string
  /** What the budget is kept per: tool and principal by default, and tenant for the calls that have one. */
  readonly per?: Scope | readonly Scope[]
  /** Shares of `maxSpend`, such as 0.8, at which the gate's `onThreshold` is told, once per window each. */
  readonly thresholds?: readonly number[]
}

/** What the calls of a tool cost, and the limits on it. All hold; a call takes from all of them or from none. */
export interface BudgetPolicy extends BudgetLimit {
  /** Further limits, such as one per tenant beside one per principal. */
  readonly limits?: readonly BudgetLimit[]
  /** What every call costs. Either this or `estimate`. */
  readonly cost?: Amount
  /**
   * The most that a call may cost, as far as is known before it runs: it is held meanwhile. A function should only
   * compute, since it is asked before it is known whether the call passes.
   */
  readonly estimate?: Amount | ((call: ToolCall) => Amount | Promise<Amount>)
  /**
   * What a call did cost, from what its tool returned; for a stream, from what its generator returned, or else its
   * last item. It is booked in full, also above the estimate. Without it a call costs its estimate.
   */
  readonly actual?: (result: never, call: ToolCall) => Amount | Promise<Amount>
  /** What a call costs whose tool threw: nothing (`release`, by default), or as if it had not (`charge`). */
  readonly onFailure?: 'release' | 'charge'
  /**
   * How long an estimate stays held at most, in milliseconds: whether the call's process has died, or it still runs. So
   * longer than the tool may run. 10 s over the tool's `timeoutMs` by default, or 5 minutes for a tool without one.
   */
  readonly leaseMs?: number
}
