import { andThen, PolicyFields, type ToolCall, type ToolInfo } from '@toolgate/core'
import {
  type AmountWindow,
  type CalendarUnit,
  describeWindow,
  isTimeZone,
  leaseMsFor,
  refuseTwins,
  type ScopedQuota,
  scopedQuota,
} from '@toolgate/quota'
import { type Amount, AmountError, decimalsOf, fromUnits, isAmount, shareOf, toUnits } from './amount.ts'
import type { BudgetLimit, BudgetPolicy } from './policy.ts'

/** One budget of a tool's policy. */
export interface CompiledLimit {
  readonly scoped: ScopedQuota
  readonly window: AmountWindow
  readonly limitUnits: number
  /** The limit as a decimal string. */
  readonly maxSpend: string
  /** What is allowed, for a message: `5 per hour`. */
  readonly allowance: string
  readonly thresholds: readonly CompiledThreshold[]
}

interface CompiledThreshold {
  readonly share: number
  readonly units: number
}

export type WriteAmount = (units: number) => string

export interface CompiledBudget {
  /** Units as a decimal string, with at least the decimals that the policy's own amounts are written with. */
  readonly write: WriteAmount
  readonly limits: readonly CompiledLimit[]
  readonly leaseMs: number
  readonly onFailure: 'release' | 'charge'
  /** What is taken before the tool runs, in units. @throws AmountError when an estimate is no amount. */
  estimate(call: ToolCall): number | Promise<number>
  /** What the call did cost, in units; `undefined` where it costs its estimate. */
  readonly actual: ((result: unknown, call: ToolCall) => Promise<number>) | undefined
  /** Whether what is taken is held until the call is settled: an estimate, and not a fixed cost. */
  readonly isHeld: boolean
}

const limitNames = ['maxSpend', 'windowMs', 'calendar', 'timeZone', 'per', 'thresholds']
const policyNames = [...limitNames, 'limits', 'cost', 'estimate', 'actual', 'onFailure', 'leaseMs']

/** @throws PolicyError for a policy that can not be used. */
export function compileBudget(
  tool: ToolInfo,
  policy: BudgetPolicy,
  scale: number,
  hasListener: boolean,
): CompiledBudget {
  const fields = new PolicyFields(policy, { tool: tool.name, path: 'budget', names: policyNames })
  const further = fields.raw('limits') ?? []
  if (!Array.isArray(further))
    throw fields.error('limits', 'a list of limits, such as [{ maxSpend: "5.00", per: "tenant" }]')
  const write = amountWriter(fields, further, scale)
  const { fixedUnits, ...cost } = readCost(fields, scale)
  const context = { scale, write, hasListener, fixedUnits }
  const onFailure = fields.choice('onFailure', ['release', 'charge']) ?? 'release'
  const leaseMs = fields.durationMs('leaseMs') ?? leaseMsFor(tool)
  const hasOwnLimit = further.length === 0 || fields.hasAny(limitNames)
  const own = hasOwnLimit ? [compileLimit(fields, tool, context)] : []
  const limits = further.map((limit: BudgetLimit, index) => {
    const ownFields = new PolicyFields(limit, { tool: tool.name, path: `budget.limits[${index}]`, names: limitNames })
    return compileLimit(ownFields, tool, context)
  })
  const all = [...own, ...limits]
  refuseTwins(fields, all)
  return { write, limits: all, leaseMs, onFailure, ...cost }
}

interface LimitContext {
  readonly scale: number
  readonly write: WriteAmount
  readonly hasListener: boolean
  /** What every call takes, where that is known beforehand. */
  readonly fixedUnits: number | undefined
}

function compileLimit(fields: PolicyFields, tool: ToolInfo, context: LimitContext): CompiledLimit {
  const { scale, write, hasListener, fixedUnits = 0 } = context
  const limitUnits = readAmount(fields, 'maxSpend', scale)
  if (limitUnits === undefined) throw fields.error('maxSpend', 'an amount, such as "5.00"')
  if (fixedUnits > limitUnits) {
    throw fields.error('maxSpend', `at least what a call takes, which is ${write(fixedUnits)}: no call could ever pass`)
  }
  const window = readWindow(fields)
  const maxSpend = write(limitUnits)
  return {
    scoped: scopedQuota(fields, tool, `spend.${scale}:${windowKey(window)}`),
    window,
    limitUnits,
    maxSpend,
    allowance: `${maxSpend} ${allowancePeriod(window)}`,
    thresholds: readThresholds(fields, limitUnits, hasListener),
  }
}

function readWindow(fields: PolicyFields): AmountWindow {
  const windowMs = fields.durationMs('windowMs')
  const unit = fields.choice<CalendarUnit>('calendar', ['day', 'week', 'month'])
  const timeZone = fields.raw('timeZone')
  if (timeZone !== undefined && unit === undefined) throw fields.error('timeZone', 'a `calendar` beside it')
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw fields.error('timeZone', 'the IANA name of a time zone, such as "Europe/Berlin"')
  }
  if (windowMs !== undefined && unit !== undefined)
    throw fields.error('calendar', 'no `windowMs` beside it; leave one of them')
  if (unit !== undefined) return { kind: 'calendar', unit, timeZone: timeZone ?? 'UTC' }
  return windowMs === undefined ? { kind: 'forever' } : { kind: 'rolling', windowMs }
}

/** The window as a part of the quota's key. */
function windowKey(window: AmountWindow): string {
  switch (window.kind) {
    case 'rolling':
      return String(window.windowMs)
    case 'calendar':
      return `${window.unit}@${window.timeZone}`
    case 'forever':
      return 'forever'
    default:
      return window satisfies never
  }
}

function allowancePeriod(window: AmountWindow): string {
  switch (window.kind) {
    case 'rolling':
      return `per ${describeWindow(window.windowMs)}`
    case 'calendar':
      return `per ${window.unit} in ${window.timeZone}`
    case 'forever':
      return 'in all'
    default:
      return window satisfies never
  }
}

function readThresholds(fields: PolicyFields, limitUnits: number, hasListener: boolean): CompiledThreshold[] {
  const shares = fields.raw('thresholds') ?? []
  const isShare = (share: unknown) => typeof share === 'number' && share > 0 && share <= 1
  if (!Array.isArray(shares) || !shares.every(isShare) || new Set(shares).size !== shares.length) {
    throw fields.error('thresholds', 'a list of different shares over 0 and up to 1, such as [0.8, 0.95]')
  }
  if (shares.length > 0 && !hasListener) throw fields.error('thresholds', 'an `onThreshold` on budgetGate() to be told')
  return shares.map((share: number) => ({ share, units: shareOf(limitUnits, share) }))
}

/** Writes amounts the way that the policy does: "4.90" under a limit of "5.00". Bad amounts are told elsewhere. */
function amountWriter(fields: PolicyFields, further: readonly BudgetLimit[], scale: number): WriteAmount {
  const own = ['maxSpend', 'cost', 'estimate'].map((field) => fields.raw(field))
  const amounts = [...own, ...further.map((limit) => limit?.maxSpend)].filter((amount) => isAmount(amount, scale))
  const decimals = Math.max(0, ...amounts.map(decimalsOf))
  return (units) => fromUnits(units, scale, Math.min(decimals, scale))
}

type CompiledCost = Pick<CompiledBudget, 'estimate' | 'actual' | 'isHeld'> & Pick<LimitContext, 'fixedUnits'>

function readCost(fields: PolicyFields, scale: number): CompiledCost {
  const fixed = readAmount(fields, 'cost', scale)
  const estimate = fields.raw('estimate')
  const actual = fields.callback<(result: unknown, call: ToolCall) => Amount | Promise<Amount>>('actual')
  if (fixed !== undefined) {
    if (estimate !== undefined) throw fields.error('estimate', 'no `cost` beside it; leave one of them')
    if (actual !== undefined) throw fields.error('actual', 'an `estimate` beside it instead of a `cost`')
    return { fixedUnits: fixed, estimate: () => fixed, actual: undefined, isHeld: false }
  }
  if (estimate === undefined) {
    if (actual !== undefined) throw fields.error('actual', 'an `estimate` beside it, which is held while the tool runs')
    throw fields.error('cost', 'an amount, such as "0.01", or an `estimate`')
  }
  return {
    ...readEstimate(fields, estimate, scale),
    isHeld: true,
    actual: actual && (async (result, call) => toUnits(await actual(result, call), scale)),
  }
}

function readEstimate(fields: PolicyFields, estimate: unknown, scale: number): Omit<CompiledCost, 'actual' | 'isHeld'> {
  if (typeof estimate !== 'function') {
    const units = readAmount(fields, 'estimate', scale) as number
    return { fixedUnits: units, estimate: () => units }
  }
  return {
    fixedUnits: undefined,
    estimate: (call) => andThen(estimate(call) as unknown, (amount) => toUnits(amount, scale)),
  }
}

function readAmount(fields: PolicyFields, field: string, scale: number): number | undefined {
  const value = fields.raw(field)
  if (value === undefined) return undefined
  try {
    return toUnits(value, scale)
  } catch (error) {
    if (error instanceof AmountError)
      throw fields.error(field, `an amount of 0 or more, such as "5.00": ${error.message}`)
    throw error
  }
}
