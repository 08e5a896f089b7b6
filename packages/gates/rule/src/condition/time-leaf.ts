import type { TimeRangeCondition, WeekdaysCondition } from '../document/condition.ts'
import type { Leaf } from './leaf.ts'
import { localClock, weekdayNames } from './local-time.ts'

/**
 * Whether the call is made in a part of the local day, by the time that its clock shows. Unknown without a time.
 * @throws RangeError for an unknown time zone.
 */
export function timeRangeLeaf({ fromMinute, toMinute, timeZone }: TimeRangeCondition): Leaf<number | undefined> {
  const clock = localClock(timeZone)
  const isOverMidnight = fromMinute > toMinute
  const isWithin = (minute: number) =>
    isOverMidnight ? minute >= fromMinute || minute < toMinute : minute >= fromMinute && minute < toMinute
  return {
    read: ({ call }) => clock(call.startedAtMs)?.minuteOfDay,
    judge: (minute) => (minute === undefined ? 'unknown' : isWithin(minute)),
    show: (minute) => (minute === undefined ? undefined : clockText(minute)),
  }
}

/**
 * Whether the call is made on one of the days of the week. After midnight it is the next day, also for a range of time
 * that began the day before.
 * @throws RangeError for an unknown time zone.
 */
export function weekdaysLeaf({ days, timeZone }: WeekdaysCondition): Leaf<number | undefined> {
  const clock = localClock(timeZone)
  return {
    read: ({ call }) => clock(call.startedAtMs)?.weekday,
    judge: (weekday) => (weekday === undefined ? 'unknown' : days.includes(weekday)),
    show: (weekday) => weekday && weekdayNames[weekday - 1],
  }
}

function clockText(minuteOfDay: number): string {
  const twoDigits = (count: number) => String(count).padStart(2, '0')
  return `${twoDigits(Math.floor(minuteOfDay / 60))}:${twoDigits(minuteOfDay % 60)}`
}
