import {
  type Allow,
  type Block,
  type Checkpoint,
  defaultGateTimeoutMs,
  type Gate,
  type GateOptions,
  gateOptionNames,
  PolicyFields,
  readGateOptions,
  type ToolCall,
  type ToolInfo,
} from '@toolgate/core'
import {
  type Claim,
  type ClaimReport,
  describeRetry,
  memoryQuotaStore,
  type QuotaStore,
  quotaCheckpoint,
  readStore,
  type Standing,
} from '@toolgate/quota'
import { type CompiledRate, compileRate, type RateQuota, type RateQuotaName } from './compile.ts'
import type { RatePolicy } from './policy.ts'

export interface RateGateOptions extends GateOptions {
  /** Where the quotas are kept. By default in memory, in one store with the other gates of the gate's first runner. */
  readonly store?: QuotaStore
}

/** What the rate gate says of a call, with its quotas in the order of the policy. */
export type RateDecision = RateAllow | RateBlock

export interface RateAllow extends Allow {
  readonly quotas: readonly ClaimReport[]
}

export interface RateBlock extends Block {
  readonly reason: 'limit'
  /** The quota that is used up. */
  readonly quota: RateQuotaName
  readonly quotas: readonly ClaimReport[]
}

export type RateGate = Gate<'rate', RatePolicy, RateDecision>

/**
 * Limits how often tools are called: calls per window (exact: no window ever holds more), time between calls, and
 * calls under way.
 *
 * @throws PolicyError for an option that can not be used.
 * @example
 * const runner = new GatedToolRunner({ gates: [rateGate()] })
 * runner.register('search', { execute: search, rate: { maxCalls: 10, windowMs: 60_000, maxInFlight: 2 } })
 */
export function rateGate(options: RateGateOptions = {}): RateGate {
  const fields = new PolicyFields(options, { path: 'rateGate', names: [...gateOptionNames, 'store'] })
  const gateOptions = readGateOptions(fields)
  let store = readStore(fields)
  return {
    name: 'rate',
    ...gateOptions,
    compile: (tool, policy) => {
      store ??= tool.runner.shared(memoryQuotaStore)
      return rateCheckpoint(tool, policy, store, gateOptions.timeoutMs ?? defaultGateTimeoutMs)
    },
  }
}

function rateCheckpoint(
  tool: ToolInfo,
  policy: RatePolicy,
  store: QuotaStore,
  timeoutMs: number,
): Checkpoint<RateDecision> {
  const rate = compileRate(tool, policy)
  const { quotas } = rate
  return quotaCheckpoint<RateDecision>({
    gate: 'rate',
    tool,
    store,
    leaseMs: rate.leaseMs,
    timeoutMs,
    claims: (call) => claimsOf(rate, call),
    decide: (call, claims, standing) => {
      const { reports } = standing
      if (standing.refused === undefined) return { kind: 'allow', quotas: reports }
      const quota = quotas[standing.refused] as RateQuota
      return {
        kind: 'block',
        reason: 'limit',
        quota: quota.name,
        quotas: reports,
        message: describeRefusal(quota, call, claims[standing.refused] as Claim, standing),
        ...(standing.wait.retryAfterMs !== undefined && { retryAfterMs: standing.wait.retryAfterMs }),
      }
    },
    givenBack: (decision, quotas) => ({ ...decision, quotas }),
  })
}

/** On the hot path: one object for each quota, and their keys. */
function claimsOf({ quotas, weightOf }: CompiledRate, call: ToolCall): readonly Claim[] {
  const weight = weightOf(call)
  const claims = new Array<Claim>(quotas.length)
  for (let index = 0; index < quotas.length; index++) claims[index] = (quotas[index] as RateQuota).claim(call, weight)
  return claims
}

function describeRefusal(quota: RateQuota, call: ToolCall, claim: Claim, standing: Standing): string {
  const { remaining } = standing.reports[standing.refused as number] as Standing['reports'][number]
  const wants = claim.units === 1 ? '' : `, and this call counts for ${claim.units}`
  const retry = describeRetry(standing.wait)
  return `rate limit of ${quota.allowance} (${quota.scoped.owner(call)}): ${remaining} left${wants}; ${retry}`
}
