import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type AnyDecisions,
  type Checkpoint,
  type Decision,
  type DecisionEvent,
  type Gate,
  GatedToolRunner,
  type Outcome,
  type ToolCall,
} from '@toolgate/core'
import { describe, expect, test } from 'vitest'

type Telling = (decisions: AnyDecisions, outcome?: Outcome) => void

/** A gate that costs something, and settles at another price. */
const price: Gate<'price', object, Decision> = {
  name: 'price',
  compile: () => ({
    check: () => ({ kind: 'allow', cost: '1' }),
    settle: () => Promise.resolve<Decision>({ kind: 'allow', cost: '0.2' }),
  }),
}

function listener(check: Checkpoint<Decision>['check'], ended: Telling): Gate<'listener', object, Decision> {
  return {
    name: 'listener',
    coversEveryTool: true,
    compile: () => ({ check, ended: (_, outcome, decisions) => ended(decisions, outcome) }),
  }
}

describe('a gate', () => {
  test('that covers every tool is also asked of one without a policy for it', async () => {
    const policies: unknown[] = []
    const gate: Gate<'all', string, Decision> = {
      name: 'all',
      coversEveryTool: true,
      compile: (_, policy) => {
        policies.push(policy)
        return { check: () => ({ kind: 'block', reason: 'no', message: 'no' }) }
      },
    }
    const runner = new GatedToolRunner({ gates: [gate] })
    runner.register('with', { execute: () => 1, all: 'this' })
    runner.register('without', { execute: () => 1 })
    expect(policies).toEqual(['this', undefined])
    expect((await runner.call('without')).blockedBy).toBe('all')
  })

  test('is told what the gates before it have said', async () => {
    const seen: AnyDecisions[] = []
    const gate = listener(
      (_, earlier) => {
        seen.push({ ...earlier })
        return { kind: 'allow' }
      },
      () => undefined,
    )
    const runner = new GatedToolRunner({ gates: [price, gate] })
    runner.register('tool', { execute: () => 1, price: {} })
    await runner.call('tool')
    await runner.check('tool')
    expect(seen).toEqual([{ price: { kind: 'allow', cost: '1' } }, { price: { kind: 'allow', cost: '1' } }])
  })

  test('is told of the end, after all have settled, what they have finally said', async () => {
    const ends: unknown[] = []
    const gate = listener(
      () => ({ kind: 'allow' }),
      ({ price: said }, outcome) => ends.push([outcome?.kind, said?.cost]),
    )
    const runner = new GatedToolRunner({ gates: [price, gate] })
    runner.register('tool', { execute: () => 1, price: {} })
    runner.register('fails', { execute: () => Promise.reject(new Error('no')), price: {} })
    await runner.call('tool')
    await runner.call('fails')
    expect(ends).toEqual([
      ['executed', '0.2'],
      ['failed', '0.2'],
    ])
  })

  test('is told of the end of a call that it stopped itself, or could not decide on, and of none that it was not asked about', async () => {
    const ends: string[] = []
    const broken = listener(
      () => {
        throw new Error('broken')
      },
      (_, outcome) => ends.push(outcome?.kind ?? ''),
    )
    const runner = new GatedToolRunner({ gates: [price, { ...broken, onError: 'allow' }] })
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool')
    const stopping = new GatedToolRunner({ gates: [broken] })
    stopping.register('tool', { execute: () => 1 })
    await stopping.call('tool')
    await stopping.check('tool')
    await stopping.call('unknown')
    expect(ends).toEqual(['executed', 'blocked'])
  })

  test('[P5] that throws when it is told of the end changes nothing', async () => {
    const gate = listener(
      () => ({ kind: 'allow' }),
      () => {
        throw new Error('too late')
      },
    )
    const runner = new GatedToolRunner({ gates: [gate] })
    runner.register('tool', { execute: () => 'done' })
    expect((await runner.call('tool')).result).toBe('done')
  })

  describe('that sanitises, and can not decide,', () => {
    const failing = (check: Checkpoint<Decision>['check']): Gate<'clean', object, Decision> => ({
      name: 'clean',
      coversEveryTool: true,
      timeoutMs: 5,
      compile: () => ({ check, withhold: () => ({ arguments: { value: 'clean' }, refuses: false }) }),
    })
    const broken = () => {
      throw new Error('broken')
    }
    const recorded: unknown[] = []
    const audit = {
      name: 'audit' as const,
      compile: () => ({ begin: () => undefined, end: (call: ToolCall) => void recorded.push(call.arguments) }),
    }

    test.each([
      ['failed', broken],
      ['took too long', () => new Promise<Decision>(() => undefined)],
    ])('says what is recorded, when it %s', async (_, check) => {
      recorded.length = 0
      const runner = new GatedToolRunner({ gates: [failing(check)], audit })
      runner.register('tool', { execute: (args) => args })
      expect((await runner.call('tool', { dirty: true })).allowed).toBe(false)
      expect(recorded).toEqual(['clean'])
    })

    test('says what the tool gets, where calls are let pass all the same', async () => {
      const runner = new GatedToolRunner({ gates: [{ ...failing(broken), onError: 'allow' }] })
      runner.register('tool', { execute: (args) => args })
      expect((await runner.call('tool', { dirty: true })).result).toBe('clean')
    })

    test('changes nothing in shadow mode', async () => {
      const runner = new GatedToolRunner({ gates: [{ ...failing(broken), mode: 'shadow' }] })
      runner.register('tool', { execute: (args) => args })
      expect((await runner.call('tool', { dirty: true })).result).toEqual({ dirty: true })
    })
  })

  test('is not told on the channel of decisions before the arguments are what it wants them to be', async () => {
    const seen: unknown[] = []
    const listen = (event: unknown) => seen.push((event as DecisionEvent).call.arguments)
    subscribe('toolgate:decision', listen)
    const replace = listener(
      () => ({ kind: 'replace', arguments: 'clean' }),
      () => undefined,
    )
    const runner = new GatedToolRunner({ gates: [replace] })
    runner.register('tool', { execute: (args) => args })
    await runner.call('tool', { dirty: true })
    unsubscribe('toolgate:decision', listen)
    expect(seen).toEqual(['clean'])
  })
})
