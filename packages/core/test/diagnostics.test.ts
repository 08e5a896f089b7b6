import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { type CallTrace, type DecisionEvent, GatedToolRunner } from '@toolgate/core'
import { expect, test } from 'vitest'
import { named, refusal } from './gates.ts'

function twoGates() {
  const runner = new GatedToolRunner({ name: 'support', gates: [named('one'), named('two', { mode: 'shadow' })] })
  runner.register('tool', { execute: () => 'done', one: {}, two: { check: () => refusal } })
  return runner
}

test('every call is traced from its arrival to its result', async () => {
  const events: string[] = []
  const traces: CallTrace[] = []
  const listeners = {
    start: (trace: unknown) => {
      events.push('start')
      traces.push(trace as CallTrace)
    },
    end: () => events.push('end'),
    asyncStart: () => events.push('asyncStart'),
    asyncEnd: () => events.push('asyncEnd'),
    error: () => events.push('error'),
  }
  const channel = tracingChannel('toolgate:call')
  channel.subscribe(listeners as never)
  try {
    await twoGates().call('tool', { a: 1 }, { principal: 'agent:1' })
  } finally {
    channel.unsubscribe(listeners as never)
  }
  expect(events).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  expect(traces).toMatchObject([
    {
      runner: 'support',
      tool: 'tool',
      arguments: { a: 1 },
      options: { principal: 'agent:1' },
      result: { status: 'executed', result: 'done' },
    },
  ])
})

test('a store bound to the channel reaches the tool, as tracers need it', async () => {
  const storage = new AsyncLocalStorage<string>()
  const channel = tracingChannel<unknown, object>('toolgate:call')
  channel.start.bindStore(storage, () => 'span 7')
  try {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute: async () => storage.getStore() })
    expect((await runner.call('tool')).result).toBe('span 7')
  } finally {
    channel.start.unbindStore(storage)
  }
})

test('every decision is an event, and a dry run makes none', async () => {
  const events: DecisionEvent[] = []
  const listen = (event: unknown) => void events.push(event as DecisionEvent)
  subscribe('toolgate:decision', listen)
  try {
    const runner = twoGates()
    await runner.check('tool')
    await runner.call('tool')
  } finally {
    unsubscribe('toolgate:decision', listen)
  }
  expect(events).toMatchObject([
    { runner: 'support', gate: 'one', decision: { kind: 'allow' }, call: { tool: 'tool' } },
    { runner: 'support', gate: 'two', decision: { ...refusal, shadow: true } },
  ])
})
