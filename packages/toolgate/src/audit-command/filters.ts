import type { JournalFilter } from '@toolgate/audit'
import type { Given } from '../command-line/given.ts'
import type { Options } from '../command-line/option.ts'
import { readTimes, timeOptions } from '../journal-reading/times.ts'

/** The options of all commands that read calls: which of them. */
export const filterOptions: Options = {
  agent: { value: 'AGENT', summary: 'calls of this agent (the principal), such as agent:1' },
  tool: { value: 'TOOL', summary: 'calls of this tool' },
  outcome: {
    value: 'OUTCOME',
    choices: ['executed', 'failed', 'aborted', 'blocked', 'pending', 'running', 'unknown'],
    summary: 'calls that ended so: executed, failed, aborted, blocked, pending, running or unknown',
  },
  decision: {
    value: 'DECISION',
    choices: ['allow', 'block', 'replace', 'pend'],
    summary:
      'what the gate of --gate decided, or any gate: allow, block, replace or pend; allow without --gate: that no gate stopped the call',
  },
  gate: { value: 'GATE', summary: 'calls that this gate was asked about, such as rate' },
  tenant: { value: 'TENANT', summary: 'calls on behalf of this tenant' },
  session: { value: 'SESSION', summary: 'calls of this session' },
  run: { value: 'RUN', summary: 'calls of this run' },
  trace: { value: 'TRACE', summary: 'calls of this trace id' },
  call: { value: 'CALL', summary: 'the call with this id' },
  ...timeOptions,
}

const fields = {
  agent: 'principal',
  tool: 'tool',
  outcome: 'outcome',
  decision: 'decision',
  gate: 'gate',
  tenant: 'tenant',
  session: 'session',
  run: 'run',
  trace: 'traceId',
  call: 'callId',
} as const satisfies Record<string, keyof JournalFilter>

/** @throws UsageError for a time that is none. */
export function readFilter(given: Given, nowMs: number): JournalFilter {
  const texts = Object.entries(fields).map(([option, field]) => [field, given.text(option)] as const)
  const present = Object.fromEntries(texts.filter(([, value]) => value !== undefined))
  // The choices of the options are those of the filter's fields.
  return { ...present, ...readTimes(given, nowMs) } as JournalFilter
}
