/** A time on the clock and the calendar of a zone. */
interface LocalTime {
  /** Minutes since midnight by the clock: 0 to 1439. */
  readonly minuteOfDay: number
  /** 1 (Monday) to 7 (Sunday), as in ISO 8601. */
  readonly weekday: number
}

/** From Monday, which is 1, on. */
export const weekdayNames: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** The local time at a time in milliseconds since the epoch; `undefined` for what is no time. */
export type LocalClock = (timeMs: number) => LocalTime | undefined

/** Whether it is the IANA name of a time zone that this runtime knows. A mere offset such as `+01:00` is none. */
export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || !/^[a-z]/i.test(name)) return false
  try {
    formatterOf(name)
    return true
  } catch {
    return false
  }
}

/**
 * The clock of a time zone, exact over its changes. Clocks of the same zone are one, which formats each minute once.
 * @throws RangeError for an unknown time zone.
 */
export function localClock(timeZone: string): LocalClock {
  const known = clocks.get(timeZone)
  if (known !== undefined) return known
  const clock = makeClock(timeZone)
  if (clocks.size < mostClocks) clocks.set(timeZone, clock)
  return clock
}

/** There are about 600 names of zones; upper and lower case do not matter in them, so a policy could make up more. */
const mostClocks = 1_000
const clocks = new Map<string, LocalClock>()

function makeClock(timeZone: string): LocalClock {
  const formatter = formatterOf(timeZone)
  const minutes = new Map<number, LocalTime | undefined>()
  return (timeMs) => {
    if (!(timeMs >= wholeMinutesSinceMs)) return readTime(formatter, timeMs)
    const minute = Math.floor(timeMs / minuteMs)
    const known = minutes.get(minute)
    if (known !== undefined) return known
    const read = readTime(formatter, timeMs)
    if (minutes.size >= mostMinutes) minutes.clear()
    minutes.set(minute, read)
    return read
  }
}

/** How many minutes a clock remembers: calls come in the order of time, but records are decided on again. */
const mostMinutes = 1_000

const minuteMs = 60_000

/** Since 1972, when Liberia left one of 44 minutes and 30 seconds, all offsets from UTC have been whole minutes. */
const wholeMinutesSinceMs = Date.UTC(1973, 0)

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** The latest time that ECMAScript knows, in milliseconds from the epoch. */
const mostTimeMs = 8.64e15

function readTime(formatter: Intl.DateTimeFormat, timeMs: number): LocalTime | undefined {
  if (!(Math.abs(timeMs) <= mostTimeMs)) return undefined
  const parts = formatter.formatToParts(timeMs)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? ''
  return {
    minuteOfDay: Number(part('hour')) * 60 + Number(part('minute')),
    weekday: weekdayNames.indexOf(part('weekday').toLowerCase()) + 1,
  }
}
