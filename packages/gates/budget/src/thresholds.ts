import type { ToolCall } from '@toolgate/core'
import type { AmountClaim, QuotaStore } from '@toolgate/quota'
import type { CompiledLimit, WriteAmount } from './compile.ts'

/** A budget has been spent and held up to a share of its limit. */
export interface ThresholdEvent {
  readonly tool: string
  /** Whose budget it is: `` tool `search`, principal `agent:1` ``. */
  readonly owner: string
  /** The share that was reached, such as 0.8. */
  readonly threshold: number
  /** What is spent and held, as a decimal string. */
  readonly used: string
  readonly maxSpend: string
  /** The call that reached it. */
  readonly call: ToolCall
}

export type ThresholdListener = (event: ThresholdEvent) => void

/**
 * Tells the listener of every threshold that a change of `used` from `beforeUnits` to `afterUnits` has reached, once
 * per window: the first report takes the only unit of a quota of its own in the same window, so that it holds over
 * all processes that share the store. A store that fails then can not keep the listener from being told.
 */
export async function reportThresholds(
  listener: ThresholdListener,
  store: QuotaStore,
  call: ToolCall,
  claim: AmountClaim,
  limit: CompiledLimit,
  change: { readonly beforeUnits: number; readonly afterUnits: number; readonly write: WriteAmount },
): Promise<void> {
  for (const { share, units } of limit.thresholds) {
    if (change.beforeUnits >= units || change.afterUnits < units) continue
    const first = {
      ...claim,
      quota: 'threshold',
      key: `${claim.key}/threshold=${share}`,
      limit: 1,
      units: 1,
      held: false,
    }
    try {
      const verdict = await store.acquire({ claims: [first] })
      if (!verdict.admitted) continue
    } catch {
      // Told twice is better than not told.
    }
    try {
      listener({
        tool: call.tool,
        owner: limit.scoped.owner(call),
        threshold: share,
        used: change.write(change.afterUnits),
        maxSpend: limit.maxSpend,
        call,
      })
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
}
