import { UsageError } from './failure.ts'
import { safeText } from './safe-text.ts'

const counts = new Intl.NumberFormat('en')

/** `1,204` */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** `1 entry`, `1,204 entries` */
export function formatCountOf(count: number, one: string, several: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** `812 B`, `1.2 MB` */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1_000
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${byteUnits[unit]}`
}

/** `0.4 ms`, `812 ms`, `4.2 s`, `3 min 05 s`, `1 h 02 min` */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9.95) return `${Number(durationMs.toFixed(1))} ms`
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`
  if (durationMs < 59_950) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}

/** A time as it stands in a journal, for people: `2026-11-21 17:01:02.123`. It is in UTC. */
export function formatTime(time: string): string {
  return time.replace('T', ' ').replace('Z', '')
}

const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const duration = /^(\d{1,9})([smhdw])$/

/** A duration such as `90m`, `24h` or `7d`, in milliseconds. */
export function parseDuration(option: string, text: string): number {
  const durationMs = durationOf(text)
  if (durationMs !== undefined) return durationMs
  throw new UsageError(`\`${option}\` is \`${safeText(text)}\`; expected a duration, such as 90m, 24h or 7d`)
}

function durationOf(text: string): number | undefined {
  const [, amount, unit] = duration.exec(text) ?? []
  const unitMs = unit === undefined ? undefined : unitsMs[unit]
  return unitMs === undefined ? undefined : Number(amount) * unitMs
}

const isoTime = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+-]\d\d:?\d\d)?)?$/

/** A time: ISO 8601 (in UTC where it names no zone), a date, or so long ago as a duration says. */
export function parseTime(option: string, text: string, nowMs: number): Date {
  const agoMs = durationOf(text)
  const time = agoMs === undefined ? isoTimeOf(text) : new Date(nowMs - agoMs)
  if (time !== undefined && !Number.isNaN(time.getTime())) return time
  throw new UsageError(
    `\`${option}\` is \`${safeText(text)}\`; expected a time, such as 2026-11-21T17:00Z, a date, such as 2026-11-21, or how long ago, such as 24h`,
  )
}

function isoTimeOf(text: string): Date | undefined {
  const [, date, time = '00:00', zone = 'Z'] = isoTime.exec(text) ?? []
  if (date === undefined) return undefined
  // `Date` takes the 30th of February for the 2nd of March.
  const midnight = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) return undefined
  return new Date(`${date}T${time}${zone.toUpperCase().replace(/(\d\d):?(\d\d)/, '$1:$2')}`)
}
