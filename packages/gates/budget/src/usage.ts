import { type CallOptions, PolicyFields, type ToolCall } from '@toolgate/core'
import type { AmountClaim, QuotaStore, UsageReport } from '@toolgate/quota'
import type { CompiledBudget, CompiledLimit } from './compile.ts'

/** Whose budgets to look at: a tool and a caller, as in a call. */
export interface UsageScope extends Omit<CallOptions, 'callId' | 'signal'> {
  readonly tool: string
  /** The name of the runner. `default` by default. */
  readonly runner?: string
  /** For budgets that are kept per arguments, or per a function that reads them. */
  readonly arguments?: unknown
}

/** How one budget stands. Amounts are decimal strings. */
export interface BudgetUsage {
  /** Whose budget it is: `` tool `search`, principal `agent:1` ``. */
  readonly owner: string
  readonly maxSpend: string
  /** What calls that have ended did cost. */
  readonly spent: string
  /** What calls under way may cost. */
  readonly held: string
  readonly remaining: string
  /** When the budget will be wholly free if nothing more is spent. `undefined` when time alone does not free it. */
  readonly resetAfterMs: number | undefined
}

const names = ['tool', 'runner', 'principal', 'tenant', 'session', 'run', 'traceId'] as const

/** @throws PolicyError for a scope that can not be meant. */
export function usageFields(scope: UsageScope): PolicyFields {
  const fields = new PolicyFields(scope, { path: 'usage', names: [...names, 'arguments', 'metadata'] })
  for (const name of names) {
    const value = fields.raw(name)
    if (value === undefined ? name !== 'tool' : typeof value === 'string' && value !== '') continue
    throw fields.error(name, 'a string that is not empty')
  }
  return fields
}

/** Looks at the budgets of a tool for a caller, and takes nothing. */
export async function usageOf(
  { limits, write }: CompiledBudget,
  store: QuotaStore,
  scope: UsageScope,
): Promise<BudgetUsage[]> {
  const call = callOf(scope)
  const claims = limits.map(({ scoped, limitUnits, window }): AmountClaim => {
    return {
      kind: 'amount',
      quota: 'maxSpend',
      key: scoped.key(call),
      limit: limitUnits,
      units: 0,
      window,
      held: false,
    }
  })
  const { reports } = await store.peek(claims)
  return limits.map(({ scoped, maxSpend }: CompiledLimit, index) => {
    const { used, held, remaining, resetAfterMs } = reports[index] as UsageReport
    return {
      owner: scoped.owner(call),
      maxSpend,
      spent: write(used - held),
      held: write(held),
      remaining: write(remaining),
      resetAfterMs,
    }
  })
}

/** The call that such a caller would make. */
function callOf(scope: UsageScope): ToolCall {
  return {
    id: '',
    hasCallerId: false,
    tool: scope.tool,
    arguments: scope.arguments ?? {},
    principal: scope.principal ?? 'global',
    tenant: scope.tenant,
    session: scope.session,
    run: scope.run,
    traceId: scope.traceId,
    metadata: scope.metadata ?? {},
    signal: new AbortController().signal,
    startedAtMs: 0,
  }
}
