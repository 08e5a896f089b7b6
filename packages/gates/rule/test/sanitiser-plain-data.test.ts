import { describe, expect, test } from 'vitest'
import { every, kept, sanitise } from './sanitiser-setup.ts'

const card = '4111 1111 1111 1111'

class List extends Array<unknown> {
  get card() {
    return card
  }
  toJSON() {
    return [card]
  }
}

class Day extends Date {
  override toJSON() {
    return card
  }
}

/** Other values each time that it is read. */
function alternating(): () => string {
  let reads = 0
  return () => (reads++ === 0 ? 'harmless' : card)
}

describe('what not everyone sees in plain data', () => {
  test.each<[string, unknown, string]>([
    ['a field that is not enumerable', Object.defineProperty({ a: 1 }, 'card', { value: card }), 'has fields that are'],
    ['a field named by a symbol', { [Symbol('card')]: card }, 'has fields that are hidden or named by symbols; pass'],
    ['a list of a derived class', List.of('x'), 'is a `List`, which can not be looked into'],
    ['a field of a list', Object.assign(['x'], { card }), 'is a list with fields beside its items'],
    [
      'a field of a list that looks like an index',
      Object.assign(['x'], { '4294967295': card }),
      'is a list with fields',
    ],
    [
      'a field of a list that is not enumerable',
      Object.defineProperty(['x'], 'card', { value: card }),
      'is a list with',
    ],
    ['a field of a list named by a symbol', Object.assign(['x'], { [Symbol('card')]: card }), 'is a list with fields'],
    ['a date of a derived class', new Day(0), 'is a `Day`, which can not be looked into'],
    ['a field of a date', Object.defineProperty(new Date(0), 'card', { value: card }), 'is a `Date`, which can not be'],
    ['a field of a URL named by a symbol', Object.assign(new URL('a://b'), { [Symbol('c')]: card }), 'is a `URL`'],
    ['a number with a method of its own', Object.assign(Object(1), { toJSON: () => card }), 'is a `Number`'],
    ['a method that writes the object', { toJSON: () => card }, 'is a function, which can not be looked into'],
  ])('refuses the call: %s', (_, value, problem) => {
    const sanitised = sanitise({ value }, { kinds: { payment_card: 'block' } })
    expect(sanitised).toMatchObject({ kind: 'refused', findings: [], problem: expect.stringContaining(problem) })
    expect(JSON.stringify(sanitised)).not.toContain('4111')
  })

  test('may stand outside of what is looked at', () => {
    const given = { ...every('mask'), within: ['note'] }
    expect(sanitise({ list: List.of('x'), day: new Day(0), note: 'x' }, given)).toEqual({ kind: 'unchanged' })
  })

  test('is not what only looks unusual', () => {
    const holes: unknown[] = []
    holes[2] = 'x'
    const args = { frozen: Object.freeze({ a: 1 }), holes, bare: Object.create(null), n: Object(1) }
    expect(sanitise(args, every('mask'))).toEqual({ kind: 'unchanged' })
  })
})

describe('what may be another value when it is read again', () => {
  test('is read once, and the value that was looked at is passed on', () => {
    const next = alternating()
    const args = {
      clean: { a: 1 },
      a: {
        before: 1,
        get note() {
          return next()
        },
        after: 2,
      },
    }
    const copy = kept(args, every('mask'))
    expect(copy).toEqual({ clean: { a: 1 }, a: { before: 1, note: 'harmless', after: 2 } })
    expect(JSON.stringify(copy)).toBe('{"clean":{"a":1},"a":{"before":1,"note":"harmless","after":2}}')
    expect((copy as typeof args).clean).toBe(args.clean)
    expect(sanitise(copy, every('mask'))).toEqual({ kind: 'unchanged' })
  })

  test('is copied where a getter makes way for a value of its own', () => {
    const args = {
      get note() {
        Object.defineProperty(this, 'note', { value: card, enumerable: true })
        return 'harmless'
      },
    }
    expect(kept(args, every('mask'))).toEqual({ note: 'harmless' })
  })

  test('is copied as an item of a list', () => {
    const list = Object.defineProperty(['first', 'x', 'last'], 1, { get: alternating(), enumerable: true })
    const copy = kept({ list }, every('mask'))
    expect(JSON.stringify(copy)).toBe('{"list":["first","harmless","last"]}')
  })

  test.each<[string, (get: () => string) => object, unknown]>([
    ['an object', (get) => new Proxy({ note: '' }, { get }), { note: 'harmless' }],
    [
      'a list',
      (get) => new Proxy([''], { get: (list, key) => (key === '0' ? get() : Reflect.get(list, key)) }),
      ['harmless'],
    ],
  ])('is copied where a proxy answers for it: %s', (_, proxyOf, expected) => {
    const copy = kept({ proxy: proxyOf(alternating()) }, every('mask'))
    expect(copy).toEqual({ proxy: expected })
  })
})

describe('long keys', () => {
  test('take linear time, however many values stand under them', () => {
    const items = Array.from({ length: 45_000 }, () => '12345678')
    const args = { ['x'.repeat(500_000)]: { ['Aa'.repeat(250_000)]: { items, text: '12345678; '.repeat(45_000) } } }
    expect(sanitise(args, every('mask'))).toEqual({ kind: 'unchanged' })
  })

  test('tell what stands under them by their last words', () => {
    expect(kept({ [`${'x'.repeat(500)} phone`]: { number: '2125550199' } }, every('mask'))).toEqual({
      [`${'x'.repeat(500)} phone`]: { number: '****0199' },
    })
  })
})
