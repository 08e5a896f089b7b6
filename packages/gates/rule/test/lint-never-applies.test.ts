import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDocument } from '../src/document/read-document.ts'
import { contradictionIn } from '../src/lint/contradiction.ts'
import { subject, truthOf } from './conditions.ts'
import { anyCondition } from './lint-conditions.ts'
import { codes, lint, policy } from './lint-policy.ts'

const ruleWith = (conditions: string, effect = 'allow') =>
  policy([`{ effect: ${effect}, actions: "write:*", conditions: ${conditions} }`])

/** What a finding says of a rule whose conditions begin at column 53. */
const found = (conditions: string) =>
  lint(ruleWith(conditions)).map((line) => line.replace(/^3:(\d+) never-applies: rule 1 never applies: /, '$1 '))

describe('conditions that contradict each other', () => {
  test('are found at the one that contradicts what stands before it', () => {
    const text = [
      'name: support',
      'rules:',
      '  - id: small',
      '    effect: allow',
      '    actions: write:refund',
      '    conditions:',
      '      arguments.currency: EUR',
      '      amount_min: 10',
      '      all:',
      '        - all:',
      '            - amount_max: 5',
    ].join('\n')
    expect(lint(text)).toEqual([
      '11:15 never-applies: rule `small` never applies: `arguments.amount max 5` can not hold together with `arguments.amount min 10` (line 8); correct one of them, or put them under `any`',
    ])
  })

  test.each([
    [
      '{ amount_min: 10, amount_max: 9.99 }',
      '`arguments.amount max 9.99` can not hold together with `arguments.amount min 10`',
    ],
    [
      '{ arguments.x: { above: 5, below: 5.0 } }',
      '`arguments.x below 5.0` can not hold together with `arguments.x above 5`',
    ],
    ['{ arguments.x: { above: 5, max: 5 } }', '`arguments.x max 5` can not hold together with `arguments.x above 5`'],
    [
      '{ arguments.x: { equals: 20, max: 10 } }',
      '`arguments.x max 10` can not hold together with `arguments.x equals 20`',
    ],
    [
      '{ arguments.x: { min: 0.1, equals: "0.09" } }',
      '`arguments.x equals "0.09"` can not hold together with `arguments.x min 0.1`',
    ],
    [
      '{ arguments.x: { min: 5, equals: abc } }',
      '`arguments.x equals abc` can not hold together with `arguments.x min 5`',
    ],
    [
      '{ arguments.x: EUR, all: [{ arguments.x: USD }] }',
      '`arguments.x equals USD` can not hold together with `arguments.x equals EUR`',
    ],
    [
      '{ arguments.x: [1, 2], all: [{ arguments.x: [3, 4] }] }',
      '`arguments.x in 3, 4` can not hold together with `arguments.x in 1, 2`',
    ],
    [
      '{ arguments.x: [a, b], not: { arguments.x: [b, a, c] } }',
      '`not arguments.x in b, a, c` can not hold together with `arguments.x in a, b`',
    ],
    [
      '{ arguments.x: { exists: false, max: 5 } }',
      '`arguments.x max 5` can not hold together with `arguments.x exists false`',
    ],
    [
      '{ arguments.x: { exists: false, glob: "a*" } }',
      '`arguments.x glob a*` can not hold together with `arguments.x exists false`',
    ],
    [
      '{ arguments.x: { length: 3 }, not: { arguments.x: { exists: true } } }',
      '`not arguments.x exists true` can not hold together with `arguments.x length equals 3`',
    ],
    [
      '{ arguments.x: { length: { above: 2, below: 3 } } }',
      '`arguments.x length below 3` can not hold together with `arguments.x length above 2`',
    ],
    [
      '{ weekdays: mon-fri, all: [{ weekdays: [sat, sun] }] }',
      '`weekdays sat, sun UTC` can not hold together with `weekdays mon-fri UTC`',
    ],
    [
      '{ time_range: "09:00-12:00", all: [{ time_range: "22:00-09:00" }] }',
      '`time_range 22:00-09:00 UTC` can not hold together with `time_range 09:00-12:00 UTC`',
    ],
    [
      '{ time_range: "09:00-18:00", not: { time_range: "08:00-19:00" } }',
      '`not time_range 08:00-19:00 UTC` can not hold together with `time_range 09:00-18:00 UTC`',
    ],
    ['{ called: "a:*", calls: { of: "a:*", max: 0 } }', '`calls of a:* max 0` can not hold together with `called a:*`'],
    [
      '{ calls: { of: [b, a], min: 3 }, all: [{ calls: { of: [a, b], below: 3 } }] }',
      '`calls of a, b below 3` can not hold together with `calls of b, a min 3`',
    ],
    ['{ spent: { above: 10, max: 5 } }', '`spent of * max 5` can not hold together with `spent of * above 10`'],
    [
      '{ not: { any: [{ amount_max: 5 }, { amount_min: 5 }] } }',
      '`not arguments.amount min 5` can not hold together with `not arguments.amount max 5`',
    ],
  ])('%s', (conditions, expected) => {
    expect(found(conditions)).toEqual([expect.stringContaining(`${expected} (line 3); correct one of them`)])
  })

  test.each([
    ['{ arguments.x: { length: { below: 0 } } }', '`arguments.x length below 0`'],
    ['{ calls: { of: a, below: 0 } }', '`calls of a below 0`'],
    ['{ spent: { max: -1 } }', '`spent of * max -1`'],
    ['{ not: { time_range: "00:00-24:00" } }', '`not time_range 00:00-24:00 UTC`'],
    ['{ not: { weekdays: mon-sun } }', '`not weekdays mon-sun UTC`'],
  ])('alone: %s', (conditions, text) => {
    expect(found(conditions)).toEqual([
      expect.stringContaining(`${text} can not hold for any call; correct it or leave it out`),
    ])
  })

  test('are all named where only several together leave nothing', () => {
    expect(found('{ weekdays: [mon, tue], all: [{ weekdays: [tue, wed] }, { weekdays: [mon, wed] }] }')).toEqual([
      expect.stringContaining(
        '`weekdays mon, wed UTC` can not hold together with `weekdays mon, tue UTC` (line 3) and `weekdays tue, wed UTC` (line 3); ',
      ),
    ])
  })

  test('are found in an `any` of which no part can hold with the rest', () => {
    expect(
      lint(ruleWith('{ amount_max: 5, any: [{ amount_min: 10 }, { any: [{ amount_min: 6, called: a }] }] }')),
    ).toEqual([
      '3:69 never-applies: rule 1 never applies: no part of its `any` can hold; of the first, `arguments.amount min 10` can not hold together with `arguments.amount max 5` (line 3); correct one of them, or put them under `any`',
    ])
    expect(found('{ amount_max: 5, not: { all: [{ amount_max: 7 }, { amount_max: 6 }] } }')).toEqual([
      expect.stringContaining(
        'no part of the `all` under its `not` can be false; of the first, `not arguments.amount max 7`',
      ),
    ])
  })

  test.each([
    ['deny', 'denies at most calls for which its conditions are unknown'],
    ['require_approval', 'wants approval of at most calls for which its conditions are unknown'],
  ])('leave a %s with calls for which they are unknown', (effect, consequence) => {
    expect(lint(ruleWith('{ amount_min: 10, amount_max: 5 }', effect))).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`never-applies: rule 1 ${consequence}: \`arguments.amount max 5\``),
      ]),
    )
  })

  test('are one finding for each rule', () => {
    expect(codes(ruleWith('{ amount_min: 10, amount_max: 5, arguments.x: { min: 2, max: 1 } }'))).toEqual([
      'never-applies',
    ])
  })
})

describe('conditions that can all hold', () => {
  test.each([
    '{ amount_min: 5, amount_max: 5.0 }',
    '{ amount_min: 10, arguments.total: { max: 5 } }',
    '{ arguments.x: { equals: 5 }, all: [{ arguments.x: "5" }] }',
    '{ arguments.x: { equals: 5.0 }, all: [{ arguments.x: "5" }] }',
    '{ arguments.x: [1, 2], all: [{ arguments.x: [2, 3] }] }',
    '{ arguments.x: { equals: "10", min: 9 } }',
    '{ arguments.x: { equals: 5 }, not: { arguments.x: "5" } }',
    '{ arguments.x: { exists: true, length: 0 } }',
    '{ arguments.x: { exists: false }, arguments.y: 1 }',
    '{ weekdays: { on: mon-fri, timeZone: Asia/Tokyo }, all: [{ weekdays: [sat, sun] }] }',
    '{ time_range: "22:00-06:00", all: [{ time_range: "05:00-08:00" }] }',
    '{ called: "a:*", calls: { of: "b:*", max: 0 } }',
    '{ calls: { of: a, above: 1, below: 3 } }',
    '{ spent: { above: 1, below: 1.01 } }',
    '{ any: [{ amount_min: 10, amount_max: 5 }, { amount_max: 3 }] }',
    '{ amount_max: 5, any: [{ amount_min: 10 }, { amount_min: 5 }] }',
    '{ arguments.x: { every: { min: 10, max: 5 } } }',
  ])('are not reported: %s', (conditions) => {
    expect(codes(ruleWith(conditions))).toEqual([])
  })

  test('are not looked for in the parts of an `any` that would take too long', () => {
    const conditions = (parts: number) =>
      JSON.stringify({
        all: Array.from({ length: parts }, () => ({ amount_min: 1 })),
        any: Array.from({ length: parts }, () => ({ amount_max: 0 })),
      })
    expect(codes(ruleWith(conditions(200)))).toEqual(['never-applies'])
    expect(codes(ruleWith(conditions(2_000)))).toEqual([])
  })
})

const operator = fc.constantFrom('min', 'max', 'above', 'below')

/** A bound somewhere under `all`, `not` and `any`, where it says the same. */
const nested = (bound: object): fc.Arbitrary<object> =>
  fc.constantFrom(
    bound,
    { all: [bound] },
    { not: { not: bound } },
    { not: { any: [{ not: bound }] } },
    { any: [bound] },
  )

function holds(value: number, operator: string, limit: number): boolean {
  switch (operator) {
    case 'min':
      return value >= limit
    case 'max':
      return value <= limit
    case 'above':
      return value > limit
    case 'below':
      return value < limit
    default:
      return value === limit
  }
}

const grid = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)

describe('bounds on one number', () => {
  test('are reported exactly when no number satisfies all of them', () => {
    const half = fc.integer({ min: -4, max: 4 }).map((twice) => twice / 2)
    const bound = fc.tuple(fc.oneof(operator, fc.constant('equals')), half)
    const bounds = fc.array(
      bound.chain(([name, limit]) =>
        nested({ 'arguments.x': { [name]: limit } }).map((condition) => ({ name, limit, condition })),
      ),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(
      fc.property(bounds, (all) => {
        const conditions = JSON.stringify({ all: all.map(({ condition }) => condition) })
        const isPossible = grid(-3, 3, 0.25).some((value) => all.every(({ name, limit }) => holds(value, name, limit)))
        expect(codes(ruleWith(conditions))).toEqual(isPossible ? [] : ['never-applies'])
      }),
      { numRuns: 500 },
    )
  })

  test('of calls and lengths are reported exactly when no whole number from zero on satisfies all of them', () => {
    const bounds = fc.array(fc.tuple(fc.oneof(operator, fc.constant('equals')), fc.nat(4)), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(bounds, fc.boolean(), (all, isLength) => {
        const parts = all.map(([name, limit]) =>
          isLength ? { 'arguments.x': { length: { [name]: limit } } } : { calls: { of: 'a', [name]: limit } },
        )
        const isPossible = grid(0, 6, 1).some((value) => all.every(([name, limit]) => holds(value, name, limit)))
        expect(codes(ruleWith(JSON.stringify({ all: parts })))).toEqual(isPossible ? [] : ['never-applies'])
      }),
      { numRuns: 500 },
    )
  })

  test('of the time of day are reported exactly when no minute is in all of the ranges', () => {
    const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`
    const range = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 }), fc.boolean())
      .filter(([from, to]) => from !== to)
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), (ranges) => {
        const parts = ranges.map(([from, to, isNegated]) => {
          const condition = { time_range: `${clock(from)}-${clock(to)}` }
          return isNegated ? { not: condition } : condition
        })
        const isIn = (hour: number, from: number, to: number) =>
          from < to ? from <= hour && hour < to : hour >= from || hour < to
        const isPossible = grid(0, 23, 1).some((hour) =>
          ranges.every(([from, to, isNegated]) => isIn(hour, from, to) !== isNegated),
        )
        expect(codes(ruleWith(JSON.stringify({ all: parts })))).toEqual(isPossible ? [] : ['never-applies'])
      }),
      { numRuns: 500 },
    )
  })
})

describe('any conditions', () => {
  const argument = fc.oneof(
    fc.constantFrom(undefined, null, true, 'a', 'b', '1', '1.0', '2', '', 'aa', [1], ['a', 'b'], {}),
    fc.integer({ min: -1, max: 4 }),
    fc.integer({ min: 0, max: 8 }).map((twice) => twice / 2),
  )
  const call = fc.record({
    arguments: fc.record({ amount: argument, x: argument }),
    startedAtMs: fc.integer({ min: 0, max: 14 * 24 }).map((hours) => Date.UTC(2026, 10, 21) + hours * 3_600_000),
    calls: fc.nat(4),
    spent: fc.constantFrom('0', '0.5', '1', '2'),
  })

  test('that are reported are true of no call', () => {
    fc.assert(
      fc.property(anyCondition, fc.array(call, { minLength: 20, maxLength: 20 }), (written, calls) => {
        const document = readDocument(ruleWith(JSON.stringify(written)), { file: 'policy.yaml', timeZone: 'UTC' })
        const condition = document.rules[0]?.conditions
        if (condition === undefined || contradictionIn(condition) === undefined) return
        for (const { calls: count, spent, ...facts } of calls) {
          const soFar = new Map([['a', { calls: count, spent: new Decimal(spent) }]])
          expect(truthOf(condition, subject({ ...facts, soFar }))).not.toBe(true)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
