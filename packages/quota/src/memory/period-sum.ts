import { type CalendarPeriod, type CalendarUnit, calendarPeriod } from '../calendar.ts'
import type { Claim } from '../claim.ts'
import type { QuotaSum } from './quota-sum.ts'

/** A sum that never ends by time: what is counted for ever, and what is in flight. */
export class EndlessSum implements QuotaSum {
  readonly key: string
  used = 0

  readonly #kind: Claim['kind']

  constructor(key: string, kind: Claim['kind']) {
    this.key = key
    this.#kind = kind
  }

  isOf(claim: Claim): boolean {
    return claim.kind === this.#kind && isEndless(claim)
  }

  advance(): void {
    // Time frees nothing here.
  }

  add(_nowMs: number, units: number): void {
    this.used += units
  }

  adjust(_bookedAtMs: number, units: number): void {
    this.used += units
  }

  counts(): boolean {
    return true
  }

  fitsAtMs(): number {
    return Number.POSITIVE_INFINITY
  }

  emptyAtMs(): number {
    return this.used === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
}

/** A sum over the current day, week or month. */
export class CalendarSum implements QuotaSum {
  readonly key: string
  used = 0
  readonly #unit: CalendarUnit
  readonly #timeZone: string
  #period: CalendarPeriod

  constructor(key: string, unit: CalendarUnit, timeZone: string, nowMs: number) {
    this.key = key
    this.#unit = unit
    this.#timeZone = timeZone
    this.#period = calendarPeriod(nowMs, unit, timeZone)
  }

  isOf(claim: Claim): boolean {
    if (claim.kind !== 'amount' || claim.window.kind !== 'calendar') return false
    return claim.window.unit === this.#unit && claim.window.timeZone === this.#timeZone
  }

  /** The calendar is asked only when a period has ended. */
  advance(nowMs: number): void {
    if (nowMs < this.#period.endMs) return
    this.used = 0
    this.#period = calendarPeriod(nowMs, this.#unit, this.#timeZone)
  }

  add(_nowMs: number, units: number): void {
    this.used += units
  }

  adjust(bookedAtMs: number, units: number): void {
    if (this.counts(bookedAtMs)) this.used += units
  }

  counts(bookedAtMs: number): boolean {
    return bookedAtMs >= this.#period.startMs
  }

  fitsAtMs(units: number, limit: number): number {
    return units > limit ? Number.POSITIVE_INFINITY : this.#period.endMs
  }

  emptyAtMs(): number {
    return this.used === 0 ? Number.NEGATIVE_INFINITY : this.#period.endMs
  }
}

/** Whether time alone never frees what a claim takes. */
export function isEndless(claim: Claim): boolean {
  if (claim.kind === 'amount') return claim.window.kind === 'forever'
  return claim.kind === 'inFlight' || claim.windowMs === undefined
}
