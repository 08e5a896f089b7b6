import { Temporal } from 'temporal-polyfill'

export type CalendarUnit = 'day' | 'week' | 'month'

/** A day, week or month: it holds the times from `startMs` on and before `endMs`. */
export interface CalendarPeriod {
  readonly startMs: number
  readonly endMs: number
}

/**
 * The day, week (from Monday, as in ISO 8601) or month around a time in a time zone. Days are as long as the zone's
 * clocks make them: 23 or 25 hours where they change.
 * @throws RangeError for a time zone that does not exist.
 */
export function calendarPeriod(atMs: number, unit: CalendarUnit, timeZone: string): CalendarPeriod {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(timeZone)
  const first = firstDayOf(now, unit)
  return {
    startMs: startOf(first, timeZone),
    endMs: startOf(first.add({ [`${unit}s`]: 1 }), timeZone),
  }
}

function firstDayOf(now: Temporal.ZonedDateTime, unit: CalendarUnit): Temporal.PlainDate {
  const day = now.toPlainDate()
  switch (unit) {
    case 'day':
      return day
    case 'week':
      return day.subtract({ days: day.dayOfWeek - 1 })
    case 'month':
      return day.with({ day: 1 })
    default:
      return unit satisfies never
  }
}

/** A day begins at its first instant, which is not midnight where the clocks skip it. */
function startOf(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).startOfDay().epochMilliseconds
}

/** Whether a time zone has this IANA name. */
export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || name === '') return false
  try {
    calendarPeriod(0, 'day', name)
    return true
  } catch {
    return false
  }
}
