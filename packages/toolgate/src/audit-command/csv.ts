import type { JournalCall } from '@toolgate/audit'
import { safeText } from '../command-line/safe-text.ts'

/** The columns of an export, in order. They only grow, and only at the end. */
const columns: readonly (readonly [string, (call: JournalCall) => unknown])[] = [
  ['time', (call) => call.time],
  ['writer', (call) => call.writer],
  ['seq', (call) => call.seq],
  ['callId', (call) => call.callId],
  ['runner', (call) => call.runner],
  ['tool', (call) => call.tool],
  ['principal', (call) => call.principal],
  ['tenant', (call) => call.tenant],
  ['session', (call) => call.session],
  ['run', (call) => call.run],
  ['traceId', (call) => call.traceId],
  ['outcome', (call) => call.outcome],
  ['blockedBy', (call) => call.blockedBy],
  ['reason', (call) => call.reason],
  ['message', (call) => call.message],
  ['retryAfterMs', (call) => call.retryAfterMs],
  ['cost', (call) => call.cost],
  ['durationMs', (call) => call.durationMs],
  ['errorName', (call) => call.error?.name],
  ['errorMessage', (call) => call.error?.message],
  ['arguments', (call) => (call.arguments === undefined ? undefined : JSON.stringify(call.arguments))],
  ['argumentsDigest', (call) => call.argumentsDigest],
  ['decisions', (call) => JSON.stringify(call.decisions)],
]

export const csvHeader: string = `${columns.map(([name]) => name).join(',')}\r\n`

/** A call as a record of RFC 4180: as it is for a file, and with nothing in it that acts for a terminal. */
export function csvRecord(call: JournalCall, isForTerminal: boolean): string {
  return `${columns.map(([, read]) => csvCell(read(call), isForTerminal)).join(',')}\r\n`
}

/**
 * What a spreadsheet would take for a formula, and could then run or send away, begins so, as OWASP lists it. (The last
 * four are the full-width forms of the first.) An apostrophe before it makes it text.
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

function csvCell(value: unknown, isForTerminal: boolean): string {
  if (value === undefined) return ''
  const whole = typeof value === 'string' ? value : JSON.stringify(value)
  const text = isForTerminal ? safeText(whole) : whole
  const inert = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
