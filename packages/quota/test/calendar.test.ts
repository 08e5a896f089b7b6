import { calendarPeriod, isTimeZone } from '@toolgate/quota'
import { expect, test } from 'vitest'

const at = (text: string) => Date.parse(text)

test.each([
  ['a day in UTC', '2026-03-05T10:00:00Z', 'day', 'UTC', '2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z'],
  [
    'a day that has begun this instant',
    '2026-03-05T00:00:00Z',
    'day',
    'UTC',
    '2026-03-05T00:00:00Z',
    '2026-03-06T00:00:00Z',
  ],
  [
    'the day of the place, not of UTC',
    '2026-03-05T02:00:00Z',
    'day',
    'America/New_York',
    '2026-03-04T05:00:00Z',
    '2026-03-05T05:00:00Z',
  ],
  ['a day of 23 hours', '2026-03-29T10:00:00Z', 'day', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['a day of 25 hours', '2026-10-25T10:00:00Z', 'day', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  [
    'a day without a midnight',
    '2018-11-04T12:00:00Z',
    'day',
    'America/Sao_Paulo',
    '2018-11-04T03:00:00Z',
    '2018-11-05T02:00:00Z',
  ],
  ['a week from its Monday', '2026-03-08T23:59:59Z', 'week', 'UTC', '2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'],
  [
    'a week that begins on a Monday',
    '2026-03-02T00:00:00Z',
    'week',
    'UTC',
    '2026-03-02T00:00:00Z',
    '2026-03-09T00:00:00Z',
  ],
  [
    'a week across a change of clocks',
    '2026-03-29T10:00:00Z',
    'week',
    'Europe/Berlin',
    '2026-03-22T23:00:00Z',
    '2026-03-29T22:00:00Z',
  ],
  ['a month of 28 days', '2026-02-28T12:00:00Z', 'month', 'UTC', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
  ['a leap month', '2028-02-29T12:00:00Z', 'month', 'UTC', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  [
    'the last month of a year',
    '2026-12-31T23:30:00Z',
    'month',
    'Asia/Kolkata',
    '2026-12-31T18:30:00Z',
    '2027-01-31T18:30:00Z',
  ],
] as const)('%s', (_, now, unit, timeZone, start, end) => {
  expect(calendarPeriod(at(now), unit, timeZone)).toEqual({ startMs: at(start), endMs: at(end) })
})

test('takes fractions of a millisecond', () => {
  expect(calendarPeriod(at('2026-03-06T00:00:00Z') - 0.25, 'day', 'UTC').endMs).toBe(at('2026-03-06T00:00:00Z'))
})

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Mars/Olympus', false],
  ['', false],
  [5, false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected)
})
