import {
  type AuditEntry,
  auditGate,
  budgetGate,
  type CallOptions,
  GatedToolRunner,
  memorySink,
  type Predicate,
  rateGate,
  ruleGate,
} from 'toolgate'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const denied: Predicate = () => 'not today'

/** A runner with all gates, and a tool for each way in which a call can end. */
function everyEnd() {
  const trail = memorySink()
  const runner = new GatedToolRunner({
    gates: [rateGate(), budgetGate(), ruleGate()],
    audit: auditGate({ sinks: [trail] }),
  })
  const count = async function* () {
    yield 1
    yield 2
  }
  runner.register('executed', { execute: () => 'done', budget: { maxSpend: '1', cost: '0.25' } })
  runner.register('failed', { execute: () => Promise.reject(new Error('no')) })
  runner.register('timed out', { execute: () => new Promise(() => undefined), timeoutMs: 1 })
  runner.register('aborted', {
    execute: (_args, { metadata }) => {
      ;(metadata.controller as AbortController).abort()
      return new Promise(() => undefined)
    },
  })
  runner.register('by rate', { execute: () => 1, rate: { maxCalls: 1, weight: () => 2 } })
  runner.register('by budget', { execute: () => 1, budget: { maxSpend: '1', estimate: () => '2' } })
  runner.register('by rule', { execute: () => 1, rule: { rules: [denied] } })
  runner.register('unparsable', { input: z.object({}), execute: () => 1 })
  runner.register('stream', { execute: count })
  return { trail, runner }
}

describe('[P3] every call leaves exactly one record', () => {
  test.each<[string, string, unknown, Partial<AuditEntry>]>([
    ['executed', 'executed', {}, { outcome: 'executed', cost: '0.25' }],
    ['failed', 'failed', {}, { outcome: 'failed', reason: 'tool_error' }],
    ['over its time', 'timed out', {}, { outcome: 'aborted', reason: 'timeout' }],
    ['aborted by the caller', 'aborted', {}, { outcome: 'aborted', reason: 'aborted' }],
    ['blocked by rate', 'by rate', {}, { outcome: 'blocked', blockedBy: 'rate', reason: 'limit' }],
    ['blocked by budget', 'by budget', {}, { outcome: 'blocked', blockedBy: 'budget', reason: 'limit' }],
    ['blocked by rule', 'by rule', {}, { outcome: 'blocked', blockedBy: 'rule', reason: 'rule' }],
    ['to an unknown tool', 'nothing', {}, { outcome: 'blocked', blockedBy: 'registry', reason: 'unknown_tool' }],
    [
      'with unparsable arguments',
      'unparsable',
      '{',
      { outcome: 'blocked', blockedBy: 'input', reason: 'invalid_arguments' },
    ],
  ])('a call that is %s', async (_, tool, args, expected) => {
    const { trail, runner } = everyEnd()
    const controller = new AbortController()
    const options: CallOptions = { principal: 'agent:1', signal: controller.signal, metadata: { controller } }
    await runner.call(tool, args, options)
    expect(trail.entries).toHaveLength(1)
    expect(trail.entries[0]).toMatchObject({ tool, principal: 'agent:1', ...expected })
  })

  test('a call that was aborted before it began', async () => {
    const { trail, runner } = everyEnd()
    await runner.call('executed', {}, { signal: AbortSignal.abort() })
    expect(trail.entries).toMatchObject([{ outcome: 'blocked', blockedBy: 'abort', reason: 'aborted' }])
  })

  test('a call id that is under way already', async () => {
    const { trail, runner } = everyEnd()
    const first = runner.call('timed out', {}, { callId: 'call_1' })
    await runner.call('timed out', {}, { callId: 'call_1' })
    expect(trail.entries).toMatchObject([{ outcome: 'blocked', blockedBy: 'input', reason: 'duplicate_call' }])
    await first
    expect(trail.entries).toHaveLength(2)
  })

  test('a stream that is read to its end, and one that is abandoned', async () => {
    for (const [stopAt, expected] of [
      [9, { outcome: 'executed' }],
      [1, { outcome: 'aborted', reason: 'aborted', error: { name: 'StreamAbandonedError' } }],
    ] as const) {
      const { trail, runner } = everyEnd()
      const result = await runner.call('stream')
      expect(trail.entries).toHaveLength(0)
      for await (const item of result.result as AsyncIterable<number>) if (item === stopAt) break
      expect(trail.entries).toMatchObject([expected])
    }
  })

  test('a call that is only checked leaves none', async () => {
    const { trail, runner } = everyEnd()
    await runner.check('executed')
    expect(trail.entries).toHaveLength(0)
  })
})

test('[P2] a call that a rule blocks leaves rate and budget untouched', async () => {
  const budget = budgetGate()
  const runner = new GatedToolRunner({ gates: [rateGate(), budget, ruleGate()] })
  runner.register('refund', {
    execute: () => 'done',
    rate: { maxCalls: 1, windowMs: 60_000, maxInFlight: 1, cooldownMs: 1_000 },
    budget: { maxSpend: '1', cost: '1' },
    rule: { rules: [({ arguments: args }) => (args as { ok?: boolean }).ok === true || 'no'] },
  })
  for (let count = 0; count < 10; count++) {
    expect(await runner.call('refund')).toMatchObject({
      blockedBy: 'rule',
      decisions: {
        rate: { kind: 'allow', quotas: [{ used: 0 }, { used: 0 }, { used: 0 }] },
        budget: { kind: 'allow', cost: '0', budgets: [{ used: '0', remaining: '1' }] },
      },
    })
  }
  expect(await budget.usage({ tool: 'refund' })).toMatchObject([{ spent: '0', held: '0', remaining: '1' }])
  const { decisions } = await runner.check('refund', { ok: true })
  expect(decisions.rate).toMatchObject({ quotas: [{ used: 0 }, { used: 0 }, { used: 0 }] })
  expect((await runner.call('refund', { ok: true })).status).toBe('executed')
})

test('[P2] a call that can not be recorded leaves rate and budget untouched', async () => {
  const budget = budgetGate()
  const begin = () => {
    throw new Error('the disk is full')
  }
  const audit = auditGate({ sinks: [{ begin, end: () => undefined }] })
  const runner = new GatedToolRunner({ gates: [rateGate(), budget], audit })
  runner.register('refund', { execute: () => 1, rate: { maxCalls: 1 }, budget: { maxSpend: '1', cost: '1' } })
  for (let count = 0; count < 3; count++) expect((await runner.call('refund')).blockedBy).toBe('audit')
  expect(await budget.usage({ tool: 'refund' })).toMatchObject([{ spent: '0' }])
})

test('[R4] rate and budget are claimed together: what the budget refuses takes no call, and the other way round', async () => {
  const budget = budgetGate()
  const runner = new GatedToolRunner({ gates: [rateGate(), budget] })
  runner.register('dear', { execute: () => 1, rate: { maxCalls: 5 }, budget: { maxSpend: '1', cost: '0.6' } })
  await runner.call('dear')
  const refused = await runner.call('dear')
  expect(refused).toMatchObject({ blockedBy: 'budget', decisions: { rate: { kind: 'allow', quotas: [{ used: 1 }] } } })
  runner.register('often', { execute: () => 1, rate: { maxCalls: 1 }, budget: { maxSpend: '9', cost: '1' } })
  await runner.call('often')
  expect(Object.keys((await runner.call('often')).decisions)).toEqual(['rate'])
  expect(await budget.usage({ tool: 'often' })).toMatchObject([{ spent: '1' }])
})
