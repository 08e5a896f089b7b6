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
    ['notRecorded', { arguments: '[not recorded: `arguments.file` can not be read]' }],
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
    ['a value is redacted', { arguments: { card: { number: '[redacted]' }, amount: 1 } }, [['card', 'number']]],
    ['a value can be erased', { arguments: { to: [{ $erasable: 'digest' }] } }, [['to', '0']]],
    ['an object had no JSON', { arguments: { when: '[Map]', file: '[too deep]' } }, [['file'], ['when']]],
    ['a gate has hashed a value', { arguments: { note: '[path:0123456789abcdef]' } }, [['note']]],
    ['the arguments were cut, so that more is missing', { arguments: { list: ['[too large]'] } }, [[]]],
    ['a gate of its own replaced them', { decisions: { own: { kind: 'replace' } } }, [[]]],
    [
      'something was found in them',
      { decisions: ruled({ action: 'a', found: [{ path: 'arguments.a.b' }] }) },
      [['a', 'b']],
    ],
    [
      'an item of a list may be gone',
      { decisions: ruled({ action: 'a', found: [{ path: 'arguments.a.0.b' }] }) },
      [['a']],
    ],
    ['a key was redacted', { decisions: ruled({ action: 'a', found: [{ path: 'arguments.k***@a\\.b' }] }) }, [[]]],
    [
      'more was found than is listed',
      { decisions: ruled({ action: 'a', found: Array(100).fill({ path: 'arguments.a' }) }) },
      [[]],
    ],
    ['a rule in code refused', { decisions: { rule: { kind: 'block', reason: 'rule' } } }, [[]]],
    ['the gate failed', { decisions: { rule: { kind: 'allow', reason: 'unavailable' } } }, [[]]],
    [
      'a rule in code replaced them',
      { decisions: { rule: { kind: 'replace', rules: ['own'], policy: { effect: 'allow', action: 'a' } } } },
      [[]],
    ],
  ])('hides a part of its arguments where %s', (_, fields, hidden) => {
    expect(callOf(fields).hidden).toEqual(hidden)
  })

  test.each([
    ['text in brackets and more', { arguments: { note: '[see below] and so on' } }],
    ['a gate in shadow mode, which replaces nothing', { decisions: { own: { kind: 'replace', shadow: true } } }],
    ['a gate that allows', { decisions: { rule: { kind: 'allow' }, own: { kind: 'allow' } } }],
  ])('hides nothing for %s', (_, fields) => {
    expect(callOf(fields)).toMatchObject({ hidden: [], flaws: ['namedAfterTool'] })
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

  test('is what the file says, rather than what the call recorded, and that is noted', () => {
    const calls = new RecordedCalls(declared)
    const recorded = calls.callOf(entryWith({ decisions: ruled({ action: 'write:old_refund' }) }))
    expect(recorded.call).toMatchObject({ action: 'write:refund', tags: ['money'] })
    expect(recorded.asRecorded).toMatchObject({ action: 'write:old_refund', tags: undefined })
    expect(recorded.flaws).toEqual(['declaredOtherwise'])
  })

  test('is the same in both, whatever the order of the tags', () => {
    const calls = new RecordedCalls([{ name: 'refund', tags: ['a', 'b'] }, { name: 'mail' }])
    const tagged = entryWith({ decisions: ruled({ action: 'refund', tags: ['b', 'a'] }) })
    const untagged = entryWith({ tool: 'mail', decisions: ruled({ action: 'mail' }) })
    expect([tagged, untagged].flatMap((each) => calls.callOf(each).flaws)).toEqual([])
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

  test('is that of the numbers of one writer in the same millisecond', async () => {
    const entries = [3, 1, 2].flatMap((seq) => ['a', 'b'].map((writer) => entryWith({ writer, seq })))
    async function* calls() {
      yield* entries
    }
    const order = new ArrivalOrder()
    const found: JournalCall[] = []
    for await (const call of order.of(calls())) found.push(call)
    const numbersOf = (writer: string) => found.filter((call) => call.writer === writer).map(({ seq }) => seq)
    expect([numbersOf('a'), numbersOf('b'), order.late]).toEqual([[1, 2, 3], [1, 2, 3], 0])
  })

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
