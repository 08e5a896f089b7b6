import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditGate, type Journal, type JournalOptions, journal } from '@toolgate/audit'
import { budgetGate } from '@toolgate/budget'
import { type CallOptions, GatedToolRunner } from '@toolgate/core'
import { memoryQuotaStore } from '@toolgate/quota'
import { rateGate } from '@toolgate/rate'
import { ruleGate } from '@toolgate/rule'

/** A directory for a test, and what removes it. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'toolgate-audit-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export const sampleStartMs: number = Date.parse('2026-11-21T17:01:02.000Z')

/** A call of the sample: so long after the start, and what its tool takes. */
interface SampleCall {
  readonly atMs: number
  readonly tool: 'search_web' | 'ask_expert' | 'send_mail' | 'fetch_page' | 'drop_database'
  readonly arguments: Record<string, string>
  readonly callId: string
  readonly principal?: string
  readonly run?: string
}

const run = { principal: 'agent:research', run: 'run_7' }

/** Two agents, three runs, and a call for each way in which one can end. */
export const sampleCalls: readonly SampleCall[] = [
  { atMs: 0, tool: 'search_web', arguments: { query: 'heat pumps' }, callId: 'call_1', ...run },
  {
    atMs: 900,
    tool: 'ask_expert',
    arguments: { question: 'What does one cost to run in a year?' },
    callId: 'call_2',
    ...run,
  },
  {
    atMs: 3_400,
    tool: 'send_mail',
    arguments: { to: 'team@example.com', text: 'card 4111 1111 1111 1111' },
    callId: 'call_3',
    ...run,
  },
  { atMs: 3_500, tool: 'fetch_page', arguments: { url: 'https://example.com/\x1b[2J' }, callId: 'call_4', ...run },
  { atMs: 4_000, tool: 'drop_database', arguments: { name: 'customers' }, callId: 'call_5', ...run },
  {
    atMs: 60_000,
    tool: 'search_web',
    arguments: { query: 'tariffs' },
    callId: 'call_6',
    principal: 'agent:billing',
    run: 'run_8',
  },
  {
    atMs: 61_000,
    tool: 'search_web',
    arguments: { query: 'tariffs, again' },
    callId: 'call_7',
    principal: 'agent:billing',
    run: 'run_8',
  },
  {
    atMs: 62_000,
    tool: 'search_web',
    arguments: { query: 'and again' },
    callId: 'call_8',
    principal: 'agent:billing',
    run: 'run_9',
  },
]

const tookMs: Readonly<Record<SampleCall['tool'], number>> = {
  search_web: 812,
  ask_expert: 2_410,
  send_mail: 120,
  fetch_page: 35,
  drop_database: 0,
}

/** Writes calls into a journal, at times that are always the same. */
export async function writeSample(
  directory: string,
  options: Partial<JournalOptions> & { readonly calls?: readonly SampleCall[]; readonly startMs?: number } = {},
): Promise<void> {
  const { calls = sampleCalls, startMs = sampleStartMs, ...journalOptions } = options
  let nowMs = startMs
  const clock = () => nowMs
  const sink: Journal = journal({ directory, clock, ...journalOptions })
  const store = memoryQuotaStore({ clock })
  const runner = new GatedToolRunner({
    gates: [rateGate({ store }), budgetGate({ store }), ruleGate()],
    audit: auditGate({ sinks: [sink] }),
    clock,
  })
  const take = (tool: SampleCall['tool']) => {
    nowMs += tookMs[tool]
    return tool
  }
  runner.register('search_web', {
    execute: () => take('search_web'),
    rate: { maxCalls: 2, windowMs: 60_000 },
    budget: { maxSpend: '1.00', cost: '0.01' },
  })
  runner.register('ask_expert', { execute: () => take('ask_expert'), budget: { maxSpend: '0.50', cost: '0.17' } })
  runner.register('send_mail', {
    execute: () => take('send_mail'),
    rate: { maxCalls: 5, windowMs: 60_000 },
    rule: { rules: [{ name: 'noCardNumbers', check: () => 'the text holds what looks like a payment card number' }] },
  })
  runner.register('fetch_page', {
    execute: () => {
      take('fetch_page')
      throw new Error('connect ECONNREFUSED\n\x1b[31mred')
    },
  })
  for (const { atMs, tool, arguments: args, ...call } of calls) {
    nowMs = startMs + atMs
    await runner.call(tool, args, { session: 'session_1', traceId: `trace_${call.run}`, ...call } satisfies CallOptions)
  }
  await sink.close()
}
