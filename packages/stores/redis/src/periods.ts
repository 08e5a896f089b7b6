import { type CalendarPeriod, type CalendarUnit, calendarPeriod } from '@toolgate/quota'

/**
 * Redis's time as it is known here, and the calendar periods around it. Periods are made here, since Redis knows no time
 * zones; it checks them by its own clock, and says its time where they are wrong.
 */
export class Periods {
  readonly #clock: (() => number) | undefined
  /** How far Redis's clock is ahead of this process's steady one. Until Redis has answered, the machine's is as good. */
  #aheadMs: number = performance.timeOrigin
  readonly #known = new Map<string, CalendarPeriod>()

  constructor(clock: (() => number) | undefined) {
    this.#clock = clock
  }

  /** Takes up what Redis has said of its time. */
  learn(nowUs: number): void {
    this.#aheadMs = nowUs / 1_000 - performance.now()
  }

  /** The period around Redis's time. */
  current(unit: CalendarUnit, timeZone: string): CalendarPeriod {
    return this.around(this.#clock?.() ?? performance.now() + this.#aheadMs, unit, timeZone)
  }

  around(nowMs: number, unit: CalendarUnit, timeZone: string): CalendarPeriod {
    const name = `${unit} ${timeZone}`
    const known = this.#known.get(name)
    if (known !== undefined && known.startMs <= nowMs && nowMs < known.endMs) return known
    const period = calendarPeriod(nowMs, unit, timeZone)
    this.#known.set(name, period)
    return period
  }
}
