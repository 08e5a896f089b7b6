import { type Claim, sliceMs } from '../claim.ts'
import { CalendarSum, EndlessSum, isEndless } from './period-sum.ts'
import type { QuotaSum } from './quota-sum.ts'
import { RollingSum } from './rolling-sum.ts'

/** The sum that a claim's quota is kept in: one of three, whatever the kind of the quota. */
export function sumOf(claim: Claim, nowMs: number): QuotaSum {
  if (isEndless(claim)) return new EndlessSum(claim.key, claim.kind)
  if (claim.kind === 'calls') return new RollingSum(claim.key, claim.windowMs as number, 0)
  const window = (claim as Extract<Claim, { kind: 'amount' }>).window
  if (window.kind === 'calendar') return new CalendarSum(claim.key, window.unit, window.timeZone, nowMs)
  const { windowMs } = window as Extract<typeof window, { kind: 'rolling' }>
  return new RollingSum(claim.key, windowMs, sliceMs(windowMs))
}
