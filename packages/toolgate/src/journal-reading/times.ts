import type { JournalFilter } from '@toolgate/audit'
import type { Given } from '../command-line/given.ts'
import type { Options } from '../command-line/option.ts'
import { parseTime } from '../command-line/quantities.ts'

/** The options of commands that read the calls of a time. */
export const timeOptions: Options = {
  from: {
    value: 'TIME',
    summary: 'calls that arrived at this time or later: 2026-11-21T17:00Z, 2026-11-21, or 24h ago as 24h',
  },
  to: { value: 'TIME', summary: 'calls that arrived before this time' },
}

/** @throws UsageError for a time that is none. */
export function readTimes(given: Given, nowMs: number): Pick<JournalFilter, 'from' | 'to'> {
  const [from, to] = [given.text('from'), given.text('to')]
  return {
    ...(from !== undefined && { from: parseTime('--from', from, nowMs) }),
    ...(to !== undefined && { to: parseTime('--to', to, nowMs) }),
  }
}
