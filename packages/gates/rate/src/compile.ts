import { display, PolicyFields, type ToolCall, type ToolInfo } from '@toolgate/core'
import { type Claim, describeWindow, leaseMsFor, refuseTwins, type ScopedQuota, scopedQuota } from '@toolgate/quota'
import type { RateLimit, RatePolicy } from './policy.ts'

/** The field of a limit that a quota comes from, by which a decision names it. */
export type RateQuotaName = 'maxCalls' | 'cooldownMs' | 'maxInFlight'

/** One quota of a tool's policy. */
export interface RateQuota {
  readonly name: RateQuotaName
  readonly scoped: ScopedQuota
  /** What is allowed, for a message: `3 calls per minute`. */
  readonly allowance: string
  claim(call: ToolCall, weight: number): Claim
}

export interface CompiledRate {
  readonly quotas: readonly RateQuota[]
  readonly leaseMs: number
  /** @throws Error when a weight function returns what is no weight. */
  weightOf(call: ToolCall): number
}

const limitNames = ['maxCalls', 'windowMs', 'cooldownMs', 'maxInFlight', 'per']
const policyNames = [...limitNames, 'limits', 'weight', 'leaseMs']

/** @throws PolicyError for a policy that can not be used. */
export function compileRate(tool: ToolInfo, policy: RatePolicy): CompiledRate {
  const fields = new PolicyFields(policy, { tool: tool.name, path: 'rate', names: policyNames })
  const limits = fields.raw('limits') ?? []
  if (!Array.isArray(limits))
    throw fields.error('limits', 'a list of limits, such as [{ maxCalls: 10, windowMs: 1000 }]')
  const weight = fields.raw('weight')
  if (typeof weight !== 'function') fields.wholeNumber('weight', { least: 1 })
  const staticWeight = typeof weight === 'number' ? weight : 1
  const hasOwnLimit = limits.length === 0 || fields.hasAny(limitNames)
  const own = hasOwnLimit ? limitQuotas(fields, tool, staticWeight) : []
  const leaseMs = fields.durationMs('leaseMs') ?? leaseMsFor(tool)
  const further = limits.flatMap((limit: RateLimit, index) => {
    const ownFields = new PolicyFields(limit, { tool: tool.name, path: `rate.limits[${index}]`, names: limitNames })
    return limitQuotas(ownFields, tool, staticWeight)
  })
  const quotas = [...own, ...further]
  refuseTwins(fields, quotas)
  return {
    quotas,
    leaseMs,
    weightOf: typeof weight === 'function' ? (call) => checkWeight(weight(call)) : () => staticWeight,
  }
}

function limitQuotas(fields: PolicyFields, tool: ToolInfo, weight: number): RateQuota[] {
  const maxCalls = fields.wholeNumber('maxCalls', { least: 1 })
  const windowMs = fields.durationMs('windowMs')
  const cooldownMs = fields.durationMs('cooldownMs')
  const maxInFlight = fields.wholeNumber('maxInFlight', { least: 1 })
  if (maxCalls === undefined && windowMs !== undefined)
    throw fields.error('maxCalls', 'a whole number, since there is a windowMs')
  if (maxCalls !== undefined && weight > maxCalls) {
    throw fields.error('maxCalls', `at least the weight of a call, which is ${weight}: no call could ever pass`)
  }
  const quotas: RateQuota[] = []
  const add = (
    name: RateQuotaName,
    counted: string,
    allowance: string,
    claim: (key: string, weight: number) => Claim,
  ) => {
    const scoped = scopedQuota(fields, tool, counted)
    quotas.push({ name, scoped, allowance, claim: (call, units) => claim(scoped.key(call), units) })
  }
  if (maxCalls !== undefined) {
    const window = windowMs === undefined ? 'in all' : `per ${describeWindow(windowMs)}`
    add('maxCalls', `calls:${windowMs ?? 'forever'}`, `${calls(maxCalls)} ${window}`, (key, units) => {
      return { kind: 'calls', quota: 'maxCalls', key, limit: maxCalls, units, windowMs }
    })
  }
  if (cooldownMs !== undefined) {
    add('cooldownMs', `cooldown:${cooldownMs}`, `1 call per ${describeWindow(cooldownMs)}`, (key) => {
      return { kind: 'calls', quota: 'cooldownMs', key, limit: 1, units: 1, windowMs: cooldownMs }
    })
  }
  if (maxInFlight !== undefined) {
    add('maxInFlight', 'inflight', `${calls(maxInFlight)} at the same time`, (key) => {
      return { kind: 'inFlight', quota: 'maxInFlight', key, limit: maxInFlight, units: 1 }
    })
  }
  if (quotas.length > 0) return quotas
  throw fields.error('maxCalls', 'one of maxCalls, cooldownMs and maxInFlight, such as maxCalls: 10, windowMs: 60_000')
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`
}

function checkWeight(weight: unknown): number {
  if (Number.isSafeInteger(weight) && (weight as number) >= 0) return weight as number
  throw new Error(`rate.weight returned \`${display(weight)}\`; expected a whole number of 0 or more`)
}
