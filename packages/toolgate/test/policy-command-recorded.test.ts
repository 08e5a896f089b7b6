import type { JournalCall } from '@toolgate/audit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArrivalOrder } from '../src/policy-command/arrival-order.ts'
import { type RecordedCall, RecordedCalls } from '../src/policy-command/recorded-call.ts'

const entry: JournalCall = {
  writer: 'w',
  seq: 1,
  time: '2026-11-21T17:01:02.000Z',
  callId: 'call_1',
  runner: 'default',
  tool: 'refund',
  principal: 'agent:1',
  arguments: { amount: 1 },
  decisions: {},
  outcome: 'executed',
  durationMs: 1,
}

/** An entry with what a test is about. A line of a journal can say anything, so the types do not hold it back. */
function entryWith(fields: Readonly<Record<string, unknown>>): JournalCall {
  return { ...entry, ...fields } as JournalCall
}

const callOf = (fields: Readonly<Record<string, unknown>>): RecordedCall =>
  new RecordedCalls([]).callOf(entryWith(fields))
const ruled = (policy: object) => ({ rule: { kind: 'allow', policy: { effect: 'allow', ...policy } } })

describe('a recorded call', () => {
  test('is asked about with all that its entry says', () => {
    const decisions = ruled({ action: 'write:refund', tags: ['support'] })
    const who = { tenant: 'acme', session: 'session_1', run: 'run_1', traceId: 'trace_1' }
    expect(callOf({ decisions, ...who })).toMatchObject({
      call: {
        tool: 'refund',
        action: 'write:refund',
        tags: ['support'],
        arguments: { amount: 1 },
        principal: 'agent:1',
        ...who,
        atMs: Date.parse(entry.time),
      },
      ran: true,
      gap: undefined,
      flaws: [],
    })
  })

  test.each([
    ['digestOnly', { arguments: undefined, argumentsDigest: 'ab' }],
    ['intentPruned', { principal: undefined, decisions: undefined }],
    ['neverAsked', { outcome: 'blocked', blockedBy: 'registry' }],
    ['neverAsked', { outcome: 'blocked', blockedBy: 'input' }],
    ['unreadable', { time: 'noon' }],
  ])('can not be compared: %s', (gap, fields) => {
    expect(callOf(fields).gap).toBe(gap)
  })

  test.each([
    ['a value that was redacted', { arguments: { card: { number: '[redacted]' } } }, ['redacted']],
    ['a value that can be erased', { arguments: { email: [{ $erasable: 'digest' }] } }, ['redacted']],
    ['arguments that were too large', { arguments: { list: ['[too large]'] } }, ['redacted']],
    ['arguments that a gate replaced', { decisions: { own: { kind: 'replace' } } }, ['sanitised']],
    ['arguments in which something was found', { decisions: ruled({ action: 'a', found: [{}] }) }, ['sanitised']],
  ])('with %s is not as it was', (_, fields, flaws) => {
    expect(callOf(fields).flaws).toEqual(expect.arrayContaining(flaws))
  })

  test.each([
    ['executed', true],
    ['failed', true],
    ['aborted', true],
    ['running', true],
    ['unknown', true],
    ['blocked', false],
    ['pending', false],
  ])('that is %s counts in its run: %s', (outcome, ran) => {
    expect(callOf({ outcome }).ran).toBe(ran)
  })

  test('cost what all gates charged, or else what its outcome says', () => {
    const decisions = { budget: { kind: 'allow', cost: '0.10' }, own: { kind: 'allow', cost: '1' }, bad: { cost: 'x' } }
    expect(callOf({ decisions, cost: '0.10' }).costs).toEqual(['0.10', '1'])
    expect(callOf({ decisions: undefined, cost: '0.20' }).costs).toEqual(['0.20'])
    expect(callOf({ cost: { toString: 'x' } }).costs).toEqual([])
  })
})

describe('the action of a tool', () => {
  const declared = [{ name: 'refund', action: 'write:refund', tags: ['money'] }]

  test('is what the call recorded, rather than what the file says', () => {
    const calls = new RecordedCalls(declared)
    const { call, flaws } = calls.callOf(entryWith({ decisions: ruled({ action: 'write:old_refund' }) }))
    expect(call).toMatchObject({ action: 'write:old_refund', tags: undefined })
    expect(flaws).toEqual([])
  })

  test('is what the file says, where the call recorded nothing', () => {
    expect(new RecordedCalls(declared).callOf(entry).call).toMatchObject({ action: 'write:refund', tags: ['money'] })
  })

  test('is what an earlier call of the tool recorded, where neither does', () => {
    const calls = new RecordedCalls([])
    expect(calls.callOf(entry).flaws).toEqual(['namedAfterTool'])
    calls.callOf(entryWith({ decisions: ruled({ action: 'write:refund' }) }))
    expect(calls.callOf(entry)).toMatchObject({ call: { action: 'write:refund' }, flaws: [] })
  })
})

describe('the order of arrival', () => {
  const timeOf = (index: number) => new Date(Date.parse(entry.time) + index).toISOString()

  async function ordered(order: ArrivalOrder, times: readonly number[]): Promise<string[]> {
    async function* calls() {
      for (const time of times) yield entryWith({ time: timeOf(time) })
    }
    const found: string[] = []
    for await (const { time } of order.of(calls())) found.push(time)
    return found
  }

  test('is found where no call took longer than a thousand others', async () => {
    // Each call ends up to 900 places after its arrival.
    const delays = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 2_500, maxLength: 4_000 })
    await fc.assert(
      fc.asyncProperty(delays, async (delaysOfCalls) => {
        const ends = delaysOfCalls.map((delay, arrival) => ({ arrival, end: arrival + delay }))
        const times = ends.sort((one, other) => one.end - other.end).map(({ arrival }) => arrival)
        const order = new ArrivalOrder()
        expect(await ordered(order, times)).toEqual(delaysOfCalls.map((_, arrival) => timeOf(arrival)))
        expect(order.late).toBe(0)
      }),
      { numRuns: 20 },
    )
  })

  test('is not, for a call that took longer, and that is counted', async () => {
    const order = new ArrivalOrder()
    const times = [...Array.from({ length: 3_000 }, (_, index) => index + 1), 0]
    const found = await ordered(order, times)
    expect(found).toHaveLength(3_001)
    expect(found.indexOf(timeOf(0))).toBe(2_000)
    expect(order.late).toBe(1)
  })
})
