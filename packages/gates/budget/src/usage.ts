import { type CallOptions, PolicyFields, type ToolCall, type ToolInfo } from '@toolgate/core'
import type { QuotaStore, UsageReport } from '@toolgate/quota'
import { claimsOf } from './checkpoint.ts'
import type { CompiledBudget, CompiledLimit } from './compile.ts'

/** Whose budgets to look at: a tool and a caller, as in a call. */
export interface UsageScope extends Omit<CallOptions, 'callId' | 'signal'> {
  readonly tool: string
  /** The name of the runner; needed where the gate serves tools of this name on several. */
  readonly runner?: string
  /** For budgets that are kept per arguments, or per a function that reads them. */
  readonly arguments?: unknown
}

/** How one budget stands. Amounts are decimal strings. */
export interface BudgetUsage {
  /** Whose budget it is: `` tool `search`, principal `agent:1` ``. */
  readonly owner: string
  readonly maxSpend: string
  /** What has been charged: with a fixed `cost` also for calls that later gates have yet to decide on. */
  readonly spent: string
  /** What calls under way may cost. */
  readonly held: string
  readonly remaining: string
  /** When the budget will be wholly free if nothing more is spent. `undefined` when time alone does not free it. */
  readonly resetAfterMs: number | undefined
}

/** A tool's budgets, where they are kept. */
interface RegisteredBudget {
  readonly tool: ToolInfo
  readonly budget: CompiledBudget
  readonly store: QuotaStore
}

/** The budgets of the tools that a gate has compiled, by runner and tool. */
export class CompiledBudgets {
  readonly #byRunner = new Map<string, Map<string, RegisteredBudget>>()

  add(registered: RegisteredBudget): void {
    const { name, runner } = registered.tool
    const ofRunner = this.#byRunner.get(runner.name) ?? new Map<string, RegisteredBudget>()
    this.#byRunner.set(runner.name, ofRunner.set(name, registered))
  }

  /** @throws PolicyError for a scope that can not be meant, or that fits no tool or the tools of several runners. */
  find(scope: UsageScope): RegisteredBudget {
    const fields = usageFields(scope)
    const runners = [...this.#byRunner].filter(([runner, tools]) => {
      return tools.has(scope.tool) && (scope.runner === undefined || scope.runner === runner)
    })
    const [found, ...others] = runners
    if (found === undefined) throw fields.error('tool', 'a tool that was registered with a budget of this gate')
    if (others.length > 0) {
      const names = runners.map(([runner]) => `"${runner}"`).join(', ')
      throw fields.error('runner', `one of the runners that have such a tool: ${names}`)
    }
    return found[1].get(scope.tool) as RegisteredBudget
  }
}

const names = ['tool', 'runner', 'principal', 'tenant', 'session', 'run', 'traceId'] as const

function usageFields(scope: UsageScope): PolicyFields {
  const fields = new PolicyFields(scope, { path: 'usage', names: [...names, 'arguments', 'metadata'] })
  for (const name of names) {
    const value = fields.raw(name)
    if (value === undefined ? name !== 'tool' : typeof value === 'string' && value !== '') continue
    throw fields.error(name, 'a string that is not empty')
  }
  return fields
}

/** Looks at the budgets of a tool for a caller, and takes nothing. */
export async function usageOf(budget: CompiledBudget, store: QuotaStore, scope: UsageScope): Promise<BudgetUsage[]> {
  const { limits, write } = budget
  const call = callOf(scope)
  const { reports } = await store.peek(claimsOf(budget, call, 0))
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
