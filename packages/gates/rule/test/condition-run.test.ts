import { Decimal } from 'decimal.js'
import { describe, expect, test } from 'vitest'
import { compileCondition } from '../src/condition/compile.ts'
import type { RunSoFar } from '../src/condition/subject.ts'
import type { Truth } from '../src/condition/truth.ts'
import type { Bound, Condition } from '../src/document/condition.ts'
import { place, subject, truthOf } from './conditions.ts'

function soFar(actions: Readonly<Record<string, readonly [calls: number, spent: string]>>): RunSoFar {
  return new Map(
    Object.entries(actions).map(([action, [calls, spent]]) => [action, { calls, spent: new Decimal(spent) }]),
  )
}

const called = (...actions: string[]): Condition => ({ kind: 'called', actions, place })
const calls = (actions: string[], bound: Bound): Condition => ({ kind: 'calls', actions, bound, place })
const spent = (actions: string[], bound: Bound): Condition => ({ kind: 'spent', actions, bound, place })

const run = soFar({
  'read:customer': [2, '0.1'],
  'read:mail': [1, '0.2'],
  'write:mail': [3, '5'],
  'write:file': [0, '0'],
})

describe('what was called before in the run', () => {
  test.each<[Condition, Truth]>([
    [called('read:*'), true],
    [called('delete:*', 'write:mail'), true],
    [called('delete:*'), false],
    [called('write:file'), false],
    [calls(['read:*'], { operator: 'equals', limit: '3' }), true],
    [calls(['read:*', 'read:mail'], { operator: 'max', limit: '3' }), true],
    [calls(['*'], { operator: 'below', limit: '6' }), false],
    [calls(['*'], { operator: 'min', limit: '6' }), true],
    [calls(['delete:*'], { operator: 'above', limit: '0' }), false],
    [spent(['read:*'], { operator: 'equals', limit: '0.3' }), true],
    [spent(['*'], { operator: 'max', limit: '5.3' }), true],
    [spent(['*'], { operator: 'below', limit: '5.3' }), false],
    [spent(['delete:*'], { operator: 'equals', limit: '0' }), true],
  ])('%j: %s', (condition, expected) => {
    expect(truthOf(condition, subject({ soFar: run }))).toBe(expected)
  })

  test.each([
    called('*'),
    calls(['*'], { operator: 'min', limit: '0' }),
    spent(['*'], { operator: 'min', limit: '0' }),
  ])('is unknown for a call that names no run: %j', (condition) => {
    expect(truthOf(condition, subject())).toBe('unknown')
    expect(compileCondition(condition, []).find(subject())).toBeUndefined()
  })

  test('in a run that begins is nothing', () => {
    const of = subject({ soFar: new Map() })
    expect(truthOf(called('*'), of)).toBe(false)
    expect(truthOf(spent(['*'], { operator: 'equals', limit: '0' }), of)).toBe(true)
  })

  test('is found for an explanation', () => {
    const of = subject({ soFar: run })
    expect(compileCondition(called('read:*'), []).find(of)).toBe(3)
    expect(compileCondition(calls(['*'], { operator: 'max', limit: '1' }), []).find(of)).toBe(6)
    expect(compileCondition(spent(['*'], { operator: 'max', limit: '1' }), []).find(of)).toBe('5.3')
  })
})

describe('what was spent', () => {
  const total = (limit: string) => spent(['*'], { operator: 'equals', limit })

  test('is summed up exactly, however far apart the amounts are', () => {
    const amounts = soFar({ a: [1, '1e40'], b: [1, '1e-40'], c: [1, '-1e40'] })
    expect(truthOf(total('1e-40'), subject({ soFar: amounts }))).toBe(true)
    const both = soFar({ a: [1, '123456789012345678901234567890'], b: [1, '0.00000000000000000001'] })
    expect(truthOf(total('123456789012345678901234567890.00000000000000000001'), subject({ soFar: both }))).toBe(true)
    expect(truthOf(total('123456789012345678901234567890'), subject({ soFar: both }))).toBe(false)
  })

  test.each(['NaN', 'Infinity'])('is unknown where an amount is %s', (amount) => {
    expect(truthOf(total('0'), subject({ soFar: soFar({ a: [1, amount] }) }))).toBe('unknown')
  })
})
