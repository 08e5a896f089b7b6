import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asksRunSoFar, asksTime, describeCondition } from '../src/condition/describe.ts'
import type { Condition, ValueTest } from '../src/document/condition.ts'
import { literal, literals, place, value } from './conditions.ts'

const time: Condition = {
  kind: 'time_range',
  text: '09:00-18:00',
  fromMinute: 540,
  toMinute: 1080,
  timeZone: 'Europe/Berlin',
  place,
}
const weekdays = (...days: number[]): Condition => ({ kind: 'weekdays', days, timeZone: 'UTC', place })
const called: Condition = { kind: 'called', actions: ['read:*', 'list:*'], place }
const calls: Condition = { kind: 'calls', actions: ['write:email'], bound: { operator: 'max', limit: '3' }, place }
const spent: Condition = { kind: 'spent', actions: ['*'], bound: { operator: 'below', limit: '5.00' }, place }
const amount = value('arguments.amount', { operator: 'max', limit: '100' })
const all = (...conditions: Condition[]): Condition => ({ kind: 'all', conditions, place })
const any = (...conditions: Condition[]): Condition => ({ kind: 'any', conditions, place })
const not = (condition: Condition): Condition => ({ kind: 'not', condition, place })

describe('a condition reads as it could have been written', () => {
  test.each<[Condition, string]>([
    [amount, 'arguments.amount max 100'],
    [time, 'time_range 09:00-18:00 Europe/Berlin'],
    [weekdays(1, 2, 3, 4, 5), 'weekdays mon-fri UTC'],
    [weekdays(7, 6, 1), 'weekdays mon, sat, sun UTC'],
    [weekdays(1, 3, 4, 5), 'weekdays mon, wed-fri UTC'],
    [called, 'called read:*, list:*'],
    [calls, 'calls of write:email max 3'],
    [spent, 'spent of * below 5.00'],
    [all(amount), 'all'],
    [any(amount), 'any'],
    [not(amount), 'not'],
  ])('%#: %j', (condition, text) => {
    expect(describeCondition(condition)).toBe(text)
  })

  test.each<[ValueTest, string]>([
    [{ operator: 'equals', literal: literal('agent:1') }, 'equals agent:1'],
    [{ operator: 'equals', literal: literal('two words') }, 'equals two words'],
    [{ operator: 'equals', literal: literal('') }, 'equals ""'],
    [{ operator: 'equals', literal: literal('5') }, 'equals "5"'],
    [{ operator: 'equals', literal: literal('true') }, 'equals "true"'],
    [{ operator: 'equals', literal: literal('a, b') }, 'equals "a, b"'],
    [{ operator: 'equals', literal: literal(5) }, 'equals 5'],
    [{ operator: 'equals', literal: literal(null) }, 'equals null'],
    [{ operator: 'in', literals: literals('agent:1', 2, false) }, 'in agent:1, 2, false'],
    [{ operator: 'min', limit: '1.50' }, 'min 1.50'],
    [{ operator: 'length', bound: { operator: 'above', limit: '3' } }, 'length above 3'],
    [{ operator: 'glob', patterns: ['*@example.com', 'root'] }, 'glob *@example.com, root'],
    [{ operator: 'matches', pattern: '^a+$' }, 'matches ^a+$'],
    [{ operator: 'host', patterns: ['*.slack.com'] }, 'host *.slack.com'],
    [{ operator: 'cidr', networks: ['10.0.0.0/8'] }, 'cidr 10.0.0.0/8'],
    [{ operator: 'exists', expected: false }, 'exists false'],
    [{ operator: 'contains', literal: literal('a') }, 'contains a'],
    [
      {
        operator: 'every',
        tests: [
          { operator: 'min', limit: '1' },
          { operator: 'max', limit: '9' },
        ],
      },
      'every (min 1, max 9)',
    ],
  ])('%j: %s', (tested, text) => {
    expect(describeCondition(value('arguments.x', tested))).toBe(`arguments.x ${text}`)
  })

  test('on one bounded line, without what would not be shown as it is', () => {
    const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\u0007', '\u202e', '\u2028', '\ud83d'))
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 100 }), (patterns) => {
        const text = describeCondition(value('arguments.x', { operator: 'glob', patterns }))
        expect(text.length).toBeLessThanOrEqual(200)
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
    const hidden = value('arguments.x', { operator: 'glob', patterns: ['a\u202eb\n'] })
    expect(describeCondition(hidden)).toBe('arguments.x glob a\\u{202e}b\\u{a}')
  })
})

describe('whether a condition depends', () => {
  test.each<[Condition, boolean]>([
    [time, true],
    [weekdays(1), true],
    [amount, false],
    [calls, false],
    [all(amount, any(not(time))), true],
    [all(amount, any(not(called))), false],
    [all(), false],
  ])('on the time: %j', (condition, expected) => {
    expect(asksTime(condition)).toBe(expected)
  })

  test.each<[Condition, boolean]>([
    [called, true],
    [calls, true],
    [spent, true],
    [amount, false],
    [time, false],
    [all(amount, any(not(spent))), true],
    [all(amount, any(not(time))), false],
  ])('on the run so far: %j', (condition, expected) => {
    expect(asksRunSoFar(condition)).toBe(expected)
  })
})
