import type { JournalCall, JournalFilter } from '@toolgate/audit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, idsOf, read } from './reading.ts'
import { journaled, newDirectory, startMs } from './stored-journal.ts'
import { WrittenWriter } from './written-writer.ts'

const hourMs = 3_600_000

const names = ['principal', 'tool', 'tenant', 'session', 'run', 'traceId', 'callId'] as const

/** What a filter means, in the words of its documentation. */
function isWanted(call: JournalCall, filter: JournalFilter): boolean {
  const { gate, decision, outcome, from, to } = filter
  const decisions = Object.entries(call.decisions ?? {}).filter(([name]) => gate === undefined || name === gate)
  const isLetIn = call.outcome !== 'blocked' && call.outcome !== 'pending'
  return (
    names.every((name) => filter[name] === undefined || call[name] === filter[name]) &&
    (outcome === undefined || call.outcome === outcome) &&
    (gate === undefined || decisions.length > 0) &&
    (decision === undefined ||
      (decision === 'allow' && gate === undefined ? isLetIn : decisions.some(([, { kind }]) => kind === decision))) &&
    (from === undefined || new Date(call.time) >= from) &&
    (to === undefined || new Date(call.time) < to)
  )
}

/** Texts that stand in each other, need escapes, or look like a part of a line. */
const texts = fc.constantFrom('a', 'b', 'ab', 'ü"\\', '\ud800', '","tool":"a', '"tool":"a"', '\n', '__proto__')
const optionalTexts = fc.option(texts, { nil: undefined })
const gates = fc.constantFrom('rate', 'budget', 'kind', '__proto__')
const kinds = fc.constantFrom('allow' as const, 'block' as const, 'replace' as const, 'pend' as const)
const outcomes = fc.constantFrom('executed' as const, 'failed' as const, 'blocked' as const, 'pending' as const)
const times = fc.integer({ min: 0, max: 20 })

const decisions = fc.dictionary(gates, fc.record({ kind: kinds }), { noNullPrototype: true, maxKeys: 2 })
const calls = fc.record({
  call: fc.record({
    callId: texts,
    tool: texts,
    principal: texts,
    tenant: optionalTexts,
    session: optionalTexts,
    // Nested fields of the same names mean nothing.
    arguments: fc.oneof(texts, fc.record({ tool: texts, principal: texts, time: texts, outcome: outcomes })),
    decisions,
  }),
  second: times,
  outcome: outcomes,
  settled: fc.option(decisions, { nil: undefined }),
  form: fc.constantFrom('call', 'intent', 'outcome later', 'running'),
})

const filters = fc.record(
  {
    principal: texts,
    tool: texts,
    tenant: texts,
    session: texts,
    callId: texts,
    outcome: outcomes,
    gate: gates,
    decision: kinds,
    from: times.map((second) => new Date(Date.UTC(2026, 0, 15, 12, 0, second))),
    to: times.map((second) => new Date(Date.UTC(2026, 0, 15, 12, 0, second))),
  },
  { requiredKeys: [] },
)

describe('a filter', () => {
  test('reads the calls that meet all that it says, and no other', async () => {
    const sample = fc.array(calls, { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(sample, fc.array(filters, { minLength: 5, maxLength: 5 }), async (recorded, wanted) => {
        const directory = await newDirectory()
        const writer = new WrittenWriter(directory).segment()
        const later: (() => void)[] = []
        for (const { call, second, outcome, settled, form } of recorded) {
          const fields = { ...call, time: at(`12:00:${String(second).padStart(2, '0')}`) }
          const end = { tool: call.tool, outcome, ...(settled && { decisions: settled }) }
          if (form === 'call') writer.call(call.callId, { ...fields, outcome })
          else {
            const intent = writer.intent(call.callId, fields)
            if (form === 'intent') writer.outcome(intent, call.callId, end)
            if (form === 'outcome later') later.push(() => writer.outcome(intent, call.callId, end))
          }
        }
        writer.seal('size').segment()
        for (const end of later) end()
        const all = await read({ directory })
        expect(all).toHaveLength(recorded.length)
        for (const filter of wanted) {
          const right = all.filter((call) => isWanted(call, filter)).map(({ seq }) => seq)
          expect((await read({ directory, ...filter })).map(({ seq }) => seq)).toEqual(right)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('by time is exact, also where a call ran for so long that it stands in a later segment', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory)
    for (let hour = 1; hour <= 9; hour++) {
      writer.segment({ time: at(`0${hour}:00:00`) })
      const intent = writer.intent(`${hour}`, { time: at(`0${hour}:10:00`) })
      writer.seal('size')
      writer.segment({ time: at(`0${hour}:30:00`) })
      writer.outcome(intent, `${hour}`, { time: at(`0${hour}:30:01`) })
      writer.call(`long ${hour}`, { time: at(`0${hour}:05:00`) })
      writer.seal('size')
    }
    writer.segment({ time: at('10:00:00') }).call('longest', { time: at('04:59:59') })
    const from = new Date(at('08:10:00'))
    expect(await idsOf({ directory, from })).toEqual(['8', '9', 'long 9'])
    expect(await idsOf({ directory, from: new Date(from.getTime() - 1) })).toEqual(['8', '9', 'long 9'])
    expect(await idsOf({ directory, from: new Date(from.getTime() + 1) })).toEqual(['9', 'long 9'])
    expect(await idsOf({ directory, to: new Date(at('01:10:00')) })).toEqual(['long 1'])
    expect(await idsOf({ directory, from: new Date(at('04:30:00')), to: new Date(at('05:06:00')) })).toEqual([
      'long 5',
      'longest',
    ])
  })

  test('by time does not read the segments before it, and says so to who wants to know how far it has come', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory)
    for (let hour = 1; hour <= 9; hour++) {
      writer.segment({ time: at(`0${hour}:00:00`) })
      writer.call(`${hour}`, { time: at(`0${hour}:10:00`) })
      if (hour < 7) writer.raw('this is not read\n')
    }
    const told: { bytes: number; totalBytes: number }[] = []
    const options = { directory, onProgress: (progress: (typeof told)[number]) => told.push(progress) }
    expect(await idsOf({ ...options, from: new Date(at('07:30:00')) })).toEqual(['8', '9'])
    expect(told.at(-1)?.bytes).toBe(told.at(-1)?.totalBytes)
  })

  test('by time finds what a clock has recorded that was hours ahead, also once it was set right', async () => {
    const { directory, runner, clock, closed } = await journaled({ durability: 'outcome' }, { maxSegmentBytes: 4_096 })
    const record = async (...callIds: string[]) => {
      for (const callId of callIds) {
        await runner.call('nothing', { pad: 'x'.repeat(5_000) }, { callId })
        clock.now += 60_000
      }
    }
    await record('before')
    clock.now += 9 * hourMs
    await record('ahead 1', 'ahead 2', 'ahead 3')
    clock.now -= 9 * hourMs
    await record('right 1', 'right 2', 'right 3', 'right 4', 'right 5', 'right 6')
    await closed()
    const ahead = ['ahead 1', 'ahead 2', 'ahead 3']
    expect(await idsOf({ directory, from: new Date(startMs + 8 * hourMs) })).toEqual(ahead)
    expect(await idsOf({ directory, from: new Date(startMs + 60_000) })).toHaveLength(9)
  })
})
