import { messageOf, nameOf, type ToolCall } from '@toolgate/core'
import type { AmountClaim, QuotaStore, UsageReport } from '@toolgate/quota'
import type { CompiledLimit, WriteAmount } from './compile.ts'

/** A share of a budget has been spent. */
export interface ThresholdEvent {
  readonly tool: string
  /** Whose budget it is: `` tool `search`, principal `agent:1` ``. */
  readonly owner: string
  /** The share that was reached, such as 0.8. */
  readonly threshold: number
  /** What is spent, as a decimal string, without what is held of estimates. */
  readonly spent: string
  readonly maxSpend: string
  /** The call that reached it. */
  readonly call: ToolCall
}

export type ThresholdListener = (event: ThresholdEvent) => unknown

interface ThresholdWatch {
  readonly listener: ThresholdListener
  readonly store: QuotaStore
  readonly call: ToolCall
  /** What the call has taken of the budget. */
  readonly claim: AmountClaim
  readonly limit: CompiledLimit
  readonly write: WriteAmount
}

/**
 * Tells the listener of every threshold that spending has reached, once per window: the first report takes the only
 * unit of a quota of its own in the same window, so that it holds over all processes that share the store. Nothing
 * waits for this. A store that fails meanwhile leaves the report to the next call.
 */
export async function reportThresholds({ listener, store, call, claim, limit, write }: ThresholdWatch): Promise<void> {
  try {
    const { reports } = await store.peek([{ ...claim, units: 0 }])
    const { used, held } = reports[0] as UsageReport
    for (const { share, units } of limit.thresholds) {
      if (used - held < units) continue
      // Tools may have different limits on one budget.
      const key = `${claim.key}/threshold=${share}/of=${claim.limit}`
      const first = { ...claim, quota: 'threshold', key, limit: 1, units: 1, held: false }
      if (!(await store.acquire({ claims: [first] })).admitted) continue
      const owner = limit.scoped.owner(call)
      const spent = write(used - held)
      void tell(listener, { tool: call.tool, owner, threshold: share, spent, maxSpend: limit.maxSpend, call })
    }
  } catch {
    return
  }
}

async function tell(listener: ThresholdListener, event: ThresholdEvent): Promise<void> {
  try {
    await listener(event)
  } catch (error) {
    process.emitWarning(messageOf(error), nameOf(error) ?? 'Warning')
  }
}
