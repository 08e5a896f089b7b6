import {
  type Checkpoint,
  type Decision,
  GatedToolRunner,
  GateFailure,
  type GateOptions,
  type JoinedAnswer,
  type Outcome,
} from '@toolgate/core'
import { describe, expect, test } from 'vitest'
import { named } from './gates.ts'

type Said = Decision | GateFailure

/** A source that gates are joined at, which notes each request. */
function source(log: string[], answer: (said: readonly Said[]) => JoinedAnswer = (said) => ({ decisions: said })) {
  const shared = {}
  const said = new WeakMap<object, Said>()
  const join = (members: readonly Checkpoint<Decision>[]) => {
    const all = members.map((member) => said.get(member) as Said)
    return {
      check: () => {
        log.push(`asked ${all.length}`)
        return answer(all)
      },
      preview: () => ({ decisions: all }),
      settle: (_call: unknown, _answer: JoinedAnswer, outcome: Outcome) => {
        log.push(`settled ${outcome.kind}`)
        return all.map((_, index) => (index === 0 ? ({ kind: 'allow', message: 'settled' } as const) : undefined))
      },
    }
  }
  return <Name extends string>(name: Name, options: GateOptions = {}) => ({
    name,
    ...options,
    compile: (_tool: unknown, says: Said): Checkpoint<Decision> => {
      const checkpoint = { check: () => says as Decision, joint: { source: shared, join } }
      said.set(checkpoint, says)
      return checkpoint
    },
  })
}

const allow: Decision = { kind: 'allow' }
const limit: Decision = { kind: 'block', reason: 'limit', message: 'full' }

describe('neighbours with the same source', () => {
  test('are asked in one request and settled in one', async () => {
    const log: string[] = []
    const gate = source(log)
    const runner = new GatedToolRunner({ gates: [gate('one'), gate('two'), gate('three')] })
    const tool = runner.register('tool', { execute: () => 1, one: allow, two: allow, three: allow })
    const { decisions } = await tool({})
    expect(log).toEqual(['asked 3', 'settled executed'])
    expect(decisions).toEqual({ one: { kind: 'allow', message: 'settled' }, two: allow, three: allow })
  })

  test('are only those that stand next to each other', async () => {
    const log: string[] = []
    const gate = source(log)
    const other = source(log)
    const runner = new GatedToolRunner({ gates: [gate('one'), named('two'), gate('three'), other('four')] })
    const tool = runner.register('tool', { execute: () => 1, one: allow, two: {}, three: allow, four: allow })
    await tool({})
    expect(log.filter((line) => line.startsWith('asked'))).toEqual(['asked 1', 'asked 1', 'asked 1'])
  })

  test('do not include a gate in shadow mode, whose refusal is no refusal', async () => {
    const log: string[] = []
    const gate = source(log)
    const runner = new GatedToolRunner({ gates: [gate('one'), gate('two', { mode: 'shadow' }), gate('three')] })
    const tool = runner.register('tool', { execute: () => 1, one: allow, two: limit, three: allow })
    expect((await tool({})).status).toBe('executed')
    expect(log.filter((line) => line.startsWith('asked'))).toEqual(['asked 1', 'asked 1', 'asked 1'])
  })

  test('[P1] are judged in their order: the first that stops the call is named, and no later one', async () => {
    const log: string[] = []
    const gate = source(log, (said) => ({ decisions: said.slice(0, 2) }))
    const runner = new GatedToolRunner({ gates: [gate('one'), gate('two'), gate('three')] })
    const tool = runner.register('tool', { execute: () => 1, one: allow, two: limit, three: allow })
    const result = await tool({})
    expect(result).toMatchObject({ blockedBy: 'two', reason: 'limit' })
    expect(Object.keys(result.decisions)).toEqual(['one', 'two'])
    expect(log).toEqual(['asked 3', 'settled blocked'])
  })

  test('[P4] fail each for itself: one that can not tell is judged by its own onError', async () => {
    const log: string[] = []
    const gate = source(log)
    const failed = new GateFailure(new Error('no estimate'))
    for (const onError of ['allow', 'block'] as const) {
      const runner = new GatedToolRunner({ gates: [gate('one'), gate('two', { onError }), gate('three')] })
      const tool = runner.register('tool', { execute: () => 1, one: allow, two: failed, three: allow })
      const result = await tool({})
      expect(result.status).toBe(onError === 'allow' ? 'executed' : 'blocked')
      expect(result.decisions.two).toMatchObject({ kind: onError, reason: 'unavailable' })
    }
  })

  test('[P4] fail together when their source fails: each is judged by its own onError', async () => {
    const gate = source([], () => {
      throw new Error('the store is down')
    })
    const runner = new GatedToolRunner({ gates: [gate('one', { onError: 'allow' }), gate('two')] })
    const tool = runner.register('tool', { execute: () => 1, one: allow, two: allow })
    const result = await tool({})
    expect(result).toMatchObject({ blockedBy: 'two', reason: 'unavailable' })
    expect(result.decisions.one).toMatchObject({ kind: 'allow', reason: 'unavailable' })
  })

  test('[P4] a member that was given no answer has not allowed', async () => {
    const gate = source([], () => ({ decisions: [allow] }))
    const runner = new GatedToolRunner({ gates: [gate('one'), gate('two')] })
    const tool = runner.register('tool', { execute: () => 1, one: allow, two: allow })
    expect(await tool({})).toMatchObject({ blockedBy: 'two', reason: 'unavailable' })
  })
})
