import { isTimeZone, weekdayNames } from '../condition/local-time.ts'
import type { TimeRangeCondition, WeekdaysCondition } from './condition.ts'
import { fieldsOf } from './fields.ts'
import type { Located } from './located.ts'
import { suggestion } from './names.ts'
import type { Problems } from './problems.ts'
import { word } from './read-word.ts'
import { literalOf, type Reader } from './readers.ts'

/** A condition without its kind and its place, which its key has. */
type Content<Condition> = Omit<Condition, 'kind' | 'place'>

const zoneExpectation = 'the IANA name of a time zone, such as `Europe/Berlin`'

const zoneText = word(zoneExpectation)

export const timeZone: Reader<string> = (value, problems) => {
  const zone = zoneText(value, problems)
  if (zone === undefined || isTimeZone(zone)) return zone
  return problems.expected(value, `${zoneExpectation}${suggestion(zone, Intl.supportedValuesOf('timeZone'))}`)
}

/** `"09:00-18:00"`, or `{ between: "09:00-18:00", timeZone: Europe/Berlin }`. */
export function timeRange(defaultZone: string): Reader<Content<TimeRangeCondition>> {
  return (value, problems) => {
    const { read, zone } = inZone(value, 'between', timeRangeText, '"09:00-18:00"', defaultZone, problems)
    return read && { ...read, timeZone: zone }
  }
}

/** `mon-fri`, a list of days and of ranges of days, or `{ on: mon-fri, timeZone: Europe/Berlin }`. */
export function weekdays(defaultZone: string): Reader<Content<WeekdaysCondition>> {
  return (value, problems) => {
    const { read, zone } = inZone(value, 'on', weekdaySet, 'mon-fri', defaultZone, problems)
    return read && { days: read, timeZone: zone }
  }
}

/** Reads what may stand alone, or under a name, beside a time zone of its own. */
function inZone<Value>(
  value: Located,
  name: string,
  reader: Reader<Value>,
  example: string,
  defaultZone: string,
  problems: Problems,
): { read: Value | undefined; zone: string } {
  if (value.kind !== 'mapping') return { read: reader(value, problems), zone: defaultZone }
  const fields = fieldsOf(value, [name, 'timeZone'], problems)
  return {
    read: fields?.required(name, reader, `${name}: ${example}`),
    zone: fields?.read('timeZone', timeZone) ?? defaultZone,
  }
}

const rangeExpectation = 'a time range, such as "09:00-18:00", from 00:00 to 24:00'
const rangeText = word(rangeExpectation)

const timeRangeText: Reader<Omit<Content<TimeRangeCondition>, 'timeZone'>> = (value, problems) => {
  const written = rangeText(value, problems)
  if (written === undefined) return undefined
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(written) ?? []
  const fromMinute = minuteOf(from, lastMinute)
  const toMinute = minuteOf(to, midnight)
  if (fromMinute === undefined || toMinute === undefined) return problems.expected(value, rangeExpectation)
  if (fromMinute === toMinute) {
    return problems.expected(value, 'a time range that is not empty; a whole day is written "00:00-24:00"')
  }
  // A range that ends as a day begins ends with the day before.
  return { text: written, fromMinute, toMinute: toMinute === 0 ? midnight : toMinute }
}

const midnight = 24 * 60
const lastMinute = midnight - 1

function minuteOf(time: string | undefined, most: number): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN] = time?.split(':').map(Number) ?? []
  const minuteOfDay = hour * 60 + minute
  return minute < 60 && minuteOfDay <= most ? minuteOfDay : undefined
}

const weekdaySet: Reader<readonly number[]> = (value, problems) => {
  const parts = value.kind === 'list' && value.items.length > 0 ? value.items : [value]
  const read = parts.map((part) => weekdaysOf(part, problems))
  const found = new Set(read.flatMap((each) => each ?? []))
  return read.includes(undefined) ? undefined : [1, 2, 3, 4, 5, 6, 7].filter((day) => found.has(day))
}

/** A day, or a range of days, which may go over the end of the week. */
const weekdaysOf: Reader<readonly number[]> = (value, problems) => {
  const literal = literalOf(value)
  const written = literal?.type === 'string' ? literal.value : ''
  const ends = written.split('-')
  const [from = -1, to = from] = ends.map((day) => weekdayNames.indexOf(day))
  if (from === -1 || to === -1 || ends.length > 2) {
    return problems.expected(
      value,
      `days out of ${weekdayNames.join(', ')}, such as mon-fri or [mon, wed]${shortDays(written)}`,
    )
  }
  const length = ((to - from + weekdayNames.length) % weekdayNames.length) + 1
  return Array.from({ length }, (_, index) => ((from + index) % weekdayNames.length) + 1)
}

/** `Monday`, `Mon` and `mo` are `mon`; `Mon – Fri` is `mon-fri`. */
function shortDays(written: string): string {
  const names = written.split(/[-–—]/, 3).map((end) => end.trim().toLowerCase())
  if (names.length > 2 || !names.every((name) => /^[a-z]{2,9}$/.test(name))) return ''
  const meant = names.map((name) => weekdayNames.find((day) => day.startsWith(name.slice(0, 3))))
  const [only = ''] = names
  if (names.length === 1 && meant[0] === undefined) return suggestion(only.slice(0, 3), weekdayNames)
  return meant.includes(undefined) ? '' : `; did you mean \`${meant.join('-')}\`?`
}
