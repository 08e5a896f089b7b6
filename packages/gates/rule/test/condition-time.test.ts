import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileCondition } from '../src/condition/compile.ts'
import { isTimeZone, localClock } from '../src/condition/local-time.ts'
import type { TimeRangeCondition, WeekdaysCondition } from '../src/document/condition.ts'
import { place, subject, truthOf } from './conditions.ts'

function timeRange(text: string, timeZone: string): TimeRangeCondition {
  const [from = 0, to = 0] = text.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    return hour * 60 + minute
  })
  return { kind: 'time_range', text, fromMinute: from, toMinute: to, timeZone, place }
}

const weekdays = (days: readonly number[], timeZone: string): WeekdaysCondition => ({
  kind: 'weekdays',
  days,
  timeZone,
  place,
})

const at = (time: string) => subject({ startedAtMs: Date.parse(time) })

describe('office hours, 09:00-18:00, hold by the local clock on the days around its changes', () => {
  test.each([
    // Berlin is at +01:00 until 29 March 2026, and at +02:00 until 25 October.
    ['Europe/Berlin', '2026-03-28', '07:59', '08:00', '16:59', '17:00'],
    ['Europe/Berlin', '2026-03-29', '06:59', '07:00', '15:59', '16:00'],
    ['Europe/Berlin', '2026-03-30', '06:59', '07:00', '15:59', '16:00'],
    ['Europe/Berlin', '2026-10-24', '06:59', '07:00', '15:59', '16:00'],
    ['Europe/Berlin', '2026-10-25', '07:59', '08:00', '16:59', '17:00'],
    ['Europe/Berlin', '2026-10-26', '07:59', '08:00', '16:59', '17:00'],
    // New York is at -05:00 until 8 March 2026, and at -04:00 until 1 November.
    ['America/New_York', '2026-03-07', '13:59', '14:00', '22:59', '23:00'],
    ['America/New_York', '2026-03-08', '12:59', '13:00', '21:59', '22:00'],
    ['America/New_York', '2026-03-09', '12:59', '13:00', '21:59', '22:00'],
    ['America/New_York', '2026-10-31', '12:59', '13:00', '21:59', '22:00'],
    ['America/New_York', '2026-11-01', '13:59', '14:00', '22:59', '23:00'],
    ['America/New_York', '2026-11-02', '13:59', '14:00', '22:59', '23:00'],
    ['Asia/Kolkata', '2026-11-21', '03:29', '03:30', '12:29', '12:30'],
    ['Asia/Kathmandu', '2026-11-21', '03:14', '03:15', '12:14', '12:15'],
    ['UTC', '2026-11-21', '08:59', '09:00', '17:59', '18:00'],
  ])('%s on %s: not at %s UTC, from %s to %s, and not at %s', (timeZone, day, before, first, last, after) => {
    const isOpen = compileCondition(timeRange('09:00-18:00', timeZone), [])
    const seconds = ['00.000', '59.999']
    const truths = (time: string) => seconds.map((second) => isOpen.evaluate(at(`${day}T${time}:${second}Z`)))
    expect(truths(before)).toEqual([false, false])
    expect(truths(first)).toEqual([true, true])
    expect(truths(last)).toEqual([true, true])
    expect(truths(after)).toEqual([false, false])
  })
})

describe('a range of time', () => {
  test.each([
    ['21:59', false],
    ['22:00', true],
    ['23:59', true],
    ['00:00', true],
    ['05:59', true],
    ['06:00', false],
    ['12:00', false],
  ])('over midnight, 22:00-06:00, at %s: %s', (time, expected) => {
    expect(truthOf(timeRange('22:00-06:00', 'UTC'), at(`2026-11-21T${time}:00Z`))).toBe(expected)
  })

  test('may end at midnight, or begin there', () => {
    expect(truthOf(timeRange('18:00-24:00', 'UTC'), at('2026-11-21T23:59:59Z'))).toBe(true)
    expect(truthOf(timeRange('18:00-24:00', 'UTC'), at('2026-11-22T00:00:00Z'))).toBe(false)
    expect(truthOf(timeRange('00:00-06:00', 'UTC'), at('2026-11-22T00:00:00Z'))).toBe(true)
    expect(truthOf(timeRange('00:00-24:00', 'UTC'), at('2026-11-22T12:00:00Z'))).toBe(true)
  })

  test('in an hour that the clock leaves out holds at no time', () => {
    const isInGap = compileCondition(timeRange('02:00-03:00', 'Europe/Berlin'), [])
    expect(isInGap.evaluate(at('2026-03-29T00:59:59Z'))).toBe(false)
    expect(isInGap.evaluate(at('2026-03-29T01:00:00Z'))).toBe(false)
  })

  test('in an hour that the clock repeats holds in both', () => {
    const isInBoth = compileCondition(timeRange('02:00-03:00', 'Europe/Berlin'), [])
    const hours = ['2026-10-24T23:59:59Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00Z']
    expect(hours.map((time) => isInBoth.evaluate(at(time)))).toEqual([false, true, true, false])
  })
})

describe('days of the week', () => {
  test.each([
    ['2026-11-20T22:59:59Z', 'fri', true],
    // It is Saturday in Berlin before it is in UTC.
    ['2026-11-20T23:00:00Z', 'sat', false],
    ['2026-11-22T22:59:59Z', 'sun', false],
    ['2026-11-22T23:00:00Z', 'mon', true],
  ])('at %s it is %s in Berlin, a weekday: %s', (time, day, expected) => {
    const isWeekday = compileCondition(weekdays([1, 2, 3, 4, 5], 'Europe/Berlin'), [])
    expect(isWeekday.evaluate(at(time))).toBe(expected)
    expect(isWeekday.find(at(time))).toBe(day)
  })
})

describe('without a time', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8.64e15 + 1])(
    'as at %s it is unknown',
    (startedAtMs) => {
      const of = subject({ startedAtMs })
      expect(truthOf(timeRange('00:00-24:00', 'UTC'), of)).toBe('unknown')
      expect(truthOf(weekdays([1, 2, 3, 4, 5, 6, 7], 'UTC'), of)).toBe('unknown')
      expect(compileCondition(timeRange('00:00-24:00', 'UTC'), []).find(of)).toBeUndefined()
    },
  )
})

test('an explanation finds the time that the clock shows', () => {
  const condition = compileCondition(timeRange('09:00-18:00', 'Asia/Kathmandu'), [])
  expect(condition.find(at('2026-11-21T00:20:00Z'))).toBe('06:05')
})

describe('a local clock', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Monrovia']

  test('shows what the runtime prints, whatever it was asked before', () => {
    const time = fc.oneof(
      fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
      fc.integer({ min: Date.UTC(1960, 0), max: Date.UTC(2060, 0) }),
      fc.constantFrom(0, 1, -1, Date.UTC(1971, 5), Date.UTC(1971, 5) + 29_999, Date.UTC(1971, 5) + 30_000),
    )
    fc.assert(
      fc.property(fc.constantFrom(...zones), time, (timeZone, timeMs) => {
        const printed = new Date(timeMs).toLocaleString('sv-SE', { timeZone })
        const local = new Date(`${printed.replace(' ', 'T')}Z`)
        expect(localClock(timeZone)(timeMs)).toEqual({
          minuteOfDay: local.getUTCHours() * 60 + local.getUTCMinutes(),
          weekday: local.getUTCDay() || 7,
        })
      }),
      { numRuns: 1_000 },
    )
  })

  test('is one for all that ask for its zone', () => {
    expect(localClock('Europe/Berlin')).toBe(localClock('Europe/Berlin'))
  })
})

describe('a time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'america/new_york', 'Etc/GMT+1'])('is %s', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })

  test.each(['', 'Mars/Olympus', '+01:00', '-0500', 'Europe/Berlin ', 5, null, undefined, {}])('is not %j', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})
