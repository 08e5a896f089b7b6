import { GatedToolRunner, type ToolCall } from '@toolgate/core'
import { describe, expect, test } from 'vitest'
import { named, refusal } from './gates.ts'

function threeGates() {
  const log: string[] = []
  const runner = new GatedToolRunner({ gates: [named('one', {}, log), named('two', {}, log), named('three', {}, log)] })
  return { log, runner }
}

describe('the order of the gates', () => {
  test('[P1] is the order written, and the tool runs after all of them', async () => {
    const { log, runner } = threeGates()
    const tool = runner.register('tool', { execute: () => log.push('tool'), three: {}, one: {}, two: {} })
    const result = await tool({})
    expect(result.status).toBe('executed')
    expect(log).toEqual(['one?', 'two?', 'three?', 'tool', 'three executed', 'two executed', 'one executed'])
  })

  test('[P1] [P2] the first block stops it: no later gate is asked, the tool does not run, what was taken goes back', async () => {
    const { log, runner } = threeGates()
    const tool = runner.register('tool', {
      execute: () => log.push('tool'),
      one: {},
      two: { check: () => ({ ...refusal, reason: 'limit', retryAfterMs: 5 }) },
      three: {},
    })
    const result = await tool({})
    expect(log).toEqual(['one?', 'two?', 'one blocked'])
    expect(result).toMatchObject({
      status: 'blocked',
      allowed: false,
      blockedBy: 'two',
      reason: 'limit',
      message: 'no',
      retryAfterMs: 5,
    })
    expect(Object.keys(result.decisions)).toEqual(['one', 'two'])
  })

  test('[P1] holds where gates take their time', async () => {
    const { log, runner } = threeGates()
    const later = async () => ({ kind: 'allow' }) as const
    const tool = runner.register('tool', {
      execute: () => log.push('tool'),
      one: { check: later },
      two: {},
      three: { check: async () => refusal },
    })
    expect((await tool({})).blockedBy).toBe('three')
    expect(log).toEqual(['one?', 'two?', 'three?', 'two blocked', 'one blocked'])
  })

  test('a gate without a policy for a tool does not stand in its way', async () => {
    const { log, runner } = threeGates()
    const tool = runner.register('tool', { execute: () => 'done', two: {} })
    expect((await tool({})).result).toBe('done')
    expect(log).toEqual(['two?', 'two executed'])
  })
})

describe('[P2] what the gates took is settled', () => {
  test('once, with how the call ended', async () => {
    const { log, runner } = threeGates()
    const ends: Record<string, () => unknown> = {
      executed: () => 'done',
      failed: () => {
        throw new Error('broken')
      },
      'failed later': async () => {
        throw new Error('broken')
      },
    }
    for (const [name, execute] of Object.entries(ends)) runner.register(name, { execute, one: {} })
    for (const name of Object.keys(ends)) await runner.call(name)
    expect(log).toEqual(['one?', 'one executed', 'one?', 'one failed', 'one?', 'one failed'])
  })

  test('with the decision that the gate made, and the decision may change', async () => {
    const runner = new GatedToolRunner({ gates: [named('one'), named('two')] })
    const tool = runner.register('tool', {
      execute: () => 1,
      one: {
        check: () => ({ kind: 'allow', cost: '0.05' }),
        settle: () => ({ kind: 'allow', cost: '0.02' }),
      },
      two: { settle: async () => ({ kind: 'allow', message: 'later' }) },
    })
    const { decisions } = await tool({})
    expect(decisions).toEqual({ one: { kind: 'allow', cost: '0.02' }, two: { kind: 'allow', message: 'later' } })
  })

  test('and a failure to settle is noted on the decision, not thrown, and keeps no other gate from settling', async () => {
    const { log, runner } = threeGates()
    const tool = runner.register('tool', {
      execute: () => 1,
      one: {},
      two: {
        settle: () => {
          throw new Error('the store is gone')
        },
      },
      three: { settle: async () => Promise.reject(new Error('and slow')) },
    })
    const result = await tool({})
    expect(result.status).toBe('executed')
    expect(result.decisions.two).toEqual({ kind: 'allow', settlementError: 'the store is gone' })
    expect(result.decisions.three).toEqual({ kind: 'allow', settlementError: 'and slow' })
    expect(log.at(-1)).toBe('one executed')
  })
})

describe('decisions', () => {
  test('replace gives later gates and the tool other arguments', async () => {
    const seen: unknown[] = []
    const runner = new GatedToolRunner({ gates: [named('one'), named('two')] })
    const look = (call: ToolCall) => {
      seen.push(call.arguments)
      return { kind: 'allow' } as const
    }
    runner.register('tool', {
      execute: (args) => args,
      one: { check: () => ({ kind: 'replace', arguments: { card: '****' } }) },
      two: { check: look },
    })
    const result = await runner.call('tool', { card: '4111' })
    expect(seen).toEqual([{ card: '****' }])
    expect(result.result).toEqual({ card: '****' })
  })

  test('pend ends the call as pending, with the id to resume by, and gives back what was taken', async () => {
    const { log, runner } = threeGates()
    const tool = runner.register('tool', {
      execute: () => log.push('tool'),
      one: {},
      two: { check: () => ({ kind: 'pend', id: 'approval 7', message: 'a person has to agree' }) },
    })
    const result = await tool({})
    expect(result).toMatchObject({
      status: 'pending',
      allowed: false,
      blockedBy: 'two',
      reason: 'pending',
      message: 'a person has to agree',
      pendingId: 'approval 7',
    })
    expect(log).toEqual(['one?', 'two?', 'one pending'])
  })
})

describe('[P4] shadow mode decides and records, and never stops a call', () => {
  test.each([
    ['a block', () => refusal],
    ['a replacement', () => ({ kind: 'replace', arguments: { other: true } }) as const],
    ['a wait for a person', () => ({ kind: 'pend', id: '1', message: 'wait' }) as const],
  ])('%s', async (_, check) => {
    const runner = new GatedToolRunner({ gates: [named('one', { mode: 'shadow' })] })
    runner.register('tool', { execute: (args) => args, one: { check } })
    const result = await runner.call('tool', { mine: true })
    expect(result.result).toEqual({ mine: true })
    expect(result.decisions.one).toEqual({ ...check(), shadow: true })
  })

  test('a failure of the gate', async () => {
    const runner = new GatedToolRunner({ gates: [named('one', { mode: 'shadow' })] })
    const tool = runner.register('tool', { execute: () => 1, one: { check: () => Promise.reject(new Error('down')) } })
    const result = await tool({})
    expect(result.allowed).toBe(true)
    expect(result.decisions.one).toMatchObject({ kind: 'block', reason: 'unavailable', shadow: true })
  })

  test('settles what a shadow gate took, and nothing for what it would have blocked', async () => {
    const log: string[] = []
    const runner = new GatedToolRunner({ gates: [named('one', { mode: 'shadow' }, log)] })
    runner.register('allowed', { execute: () => 1, one: { settle: () => ({ kind: 'allow', cost: '1' }) } })
    runner.register('refused', { execute: () => 1, one: { check: () => refusal } })
    expect((await runner.call('allowed')).decisions.one).toEqual({ kind: 'allow', cost: '1', shadow: true })
    await runner.call('refused')
    expect(log).toEqual(['one?', 'one executed', 'one?'])
  })
})
