import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileCondition } from '../src/condition/compile.ts'
import { not, type Truth } from '../src/condition/truth.ts'
import type { Condition } from '../src/document/condition.ts'
import { literal, place, subject, truthOf, value } from './conditions.ts'

const isTrue = (argument: string): Condition =>
  value(`arguments.${argument}`, { operator: 'equals', literal: literal(true) })

/** Conditions of known truth: text can not be compared with `true`. */
const leaves = new Map<Truth, Condition>([
  [true, isTrue('yes')],
  [false, isTrue('no')],
  ['unknown', isTrue('text')],
])
const call = subject({ arguments: { yes: true, no: false, text: 'true' } })

const leaf = (truth: Truth): Condition => leaves.get(truth) ?? isTrue('missing')
const all = (...conditions: Condition[]): Condition => ({ kind: 'all', conditions, place })
const any = (...conditions: Condition[]): Condition => ({ kind: 'any', conditions, place })
const none = (condition: Condition): Condition => ({ kind: 'not', condition, place })

const u = 'unknown'

describe('three-valued truth', () => {
  test.each<[Truth, Truth]>([
    [true, false],
    [false, true],
    [u, u],
  ])('not %s is %s', (truth, expected) => {
    expect(not(truth)).toBe(expected)
    expect(truthOf(none(leaf(truth)), call)).toBe(expected)
  })

  test.each<[Truth, Truth, Truth, Truth]>([
    [true, true, true, true],
    [true, false, false, true],
    [true, u, u, true],
    [false, true, false, true],
    [false, false, false, false],
    [false, u, false, u],
    [u, true, u, true],
    [u, false, false, u],
    [u, u, u, u],
  ])('of %s and %s, all is %s and any is %s', (one, other, every, some) => {
    expect(truthOf(all(leaf(one), leaf(other)), call)).toBe(every)
    expect(truthOf(any(leaf(one), leaf(other)), call)).toBe(some)
  })

  test('of nothing, all is true and any is false', () => {
    expect(truthOf(all(), call)).toBe(true)
    expect(truthOf(any(), call)).toBe(false)
  })
})

describe('a tree of conditions', () => {
  /** Truth as a number: and is the least, or the most, and not the rest to one. */
  const numbers = new Map<Truth, number>([
    [false, 0],
    [u, 0.5],
    [true, 1],
  ])
  interface Tree {
    readonly condition: Condition
    readonly number: number
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => {
    const trees = fc.array(tie('tree'), { maxLength: 4 })
    return {
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<Truth>(true, false, u).map((truth) => ({
          condition: leaf(truth),
          number: numbers.get(truth) ?? Number.NaN,
        })),
        trees.map((parts) => ({
          condition: all(...parts.map(({ condition }) => condition)),
          number: Math.min(1, ...parts.map(({ number }) => number)),
        })),
        trees.map((parts) => ({
          condition: any(...parts.map(({ condition }) => condition)),
          number: Math.max(0, ...parts.map(({ number }) => number)),
        })),
        tie('tree').map(({ condition, number }) => ({ condition: none(condition), number: 1 - number })),
      ),
    }
  })

  test('is as true as Kleene says', () => {
    fc.assert(
      fc.property(tree, ({ condition, number }) => {
        expect(numbers.get(truthOf(condition, call))).toBe(number)
      }),
      { numRuns: 1_000 },
    )
  })

  test('has the parts of its condition, each of which can be asked alone', () => {
    const compiled = compileCondition(all(leaf(true), none(leaf(u))), [])
    expect(compiled.parts.map((part) => part.evaluate(call))).toEqual([true, u])
    expect(compiled.parts[1]?.parts.map(({ condition }) => condition)).toEqual([leaf(u)])
    expect(compiled.parts[0]?.parts).toEqual([])
    expect(compiled.find(call)).toBeUndefined()
  })
})
