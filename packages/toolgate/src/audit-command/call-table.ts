import type { JournalCall } from '@toolgate/audit'
import type { Output, Style } from '../command-line/output.ts'
import { formatDuration, formatTime } from '../command-line/quantities.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { type Cell, type Column, Table } from '../command-line/table.ts'

const columns: readonly Column[] = [
  { title: 'TIME (UTC)' },
  { title: 'AGENT', mostWidth: 20 },
  { title: 'TOOL', mostWidth: 24 },
  { title: 'OUTCOME' },
  { title: 'BY', mostWidth: 12 },
  { title: 'COST', side: 'right' },
  { title: 'TOOK', side: 'right' },
  { title: 'DETAIL' },
]

/** What fits on a terminal of 80 columns, and leaves room for a message. */
const fewColumns: readonly Column[] = [
  { title: 'TIME (UTC)' },
  { title: 'AGENT', mostWidth: 12 },
  { title: 'TOOL', mostWidth: 14 },
  { title: 'OUTCOME' },
  { title: 'BY', mostWidth: 8 },
  { title: 'DETAIL' },
]

const leastWidthForAll = 120

/** Calls for people, one on each line. */
export class CallTable {
  readonly #table: Table
  readonly #isNarrow: boolean

  constructor(output: Output) {
    this.#isNarrow = (output.columns ?? leastWidthForAll) < leastWidthForAll
    this.#table = new Table(output, this.#isNarrow ? fewColumns : columns)
  }

  add(call: JournalCall): Promise<void> {
    const time = formatTime(textOf(call.time))
    return this.#table.add([
      // Without the year and the milliseconds.
      this.#isNarrow ? time.slice(5, 19) : time,
      textOf(call.principal),
      textOf(call.tool),
      outcomeCell(call),
      textOf(call.blockedBy),
      ...(this.#isNarrow ? [] : [textOf(call.cost), tookOf(call)]),
      detailOf(call),
    ])
  }

  /** Writes what it has waited with; the first time, the titles too. */
  flush(): Promise<void> {
    return this.#table.flush()
  }
}

export const outcomeStyles: Readonly<Record<JournalCall['outcome'], Style>> = {
  executed: 'green',
  failed: 'red',
  aborted: 'red',
  blocked: 'yellow',
  pending: 'cyan',
  running: 'blue',
  unknown: 'magenta',
}

function outcomeCell({ outcome }: JournalCall): Cell {
  return { text: textOf(outcome), style: outcomeStyles[outcome] ?? 'dim' }
}

/** What is left to say of a call in a line: why it did not end well, or else what it was asked to do. */
function detailOf({ message, reason, error, ...call }: JournalCall): string {
  return errorText(error) ?? textOf(message ?? reason ?? call.arguments ?? call.argumentsDigest)
}

/** What a tool threw, if it did. */
export function errorText(error: unknown): string | undefined {
  if (error === undefined) return undefined
  const { name, message } = (error ?? {}) as { readonly name?: unknown; readonly message?: unknown }
  return name === undefined ? textOf(error) : `${textOf(name)}: ${textOf(message)}`
}

export function tookOf({ durationMs }: JournalCall): string {
  return typeof durationMs === 'number' ? formatDuration(durationMs) : ''
}

/** A field as safe text, whatever stands in it: a journal that was tampered with can hold anything. */
export function textOf(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? safeText(value) : safeJson(value)
}
