import { describe, expect, test } from 'vitest'
import { compileSanitiser } from '../src/sanitise/sanitiser.ts'
import { every, hashKey, kept, redaction, sanitise } from './sanitiser-setup.ts'

function problemOf(args: unknown): string | undefined {
  const sanitised = sanitise(args, every('mask'))
  if (sanitised.kind !== 'refused') throw new Error(`not refused: ${sanitised.kind}`)
  return sanitised.problem
}

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce<unknown>((inner) => ({ in: inner }), 'jane@example.com')
}

describe('arguments without a finding', () => {
  test.each<[string, unknown]>([
    [
      'an object',
      { a: [1, 'two', null, true, undefined, { b: new Date(0) }], u: new URL('https://example.com/'), n: 1n },
    ],
    ['a text', 'text'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 17],
    ['an empty list', []],
  ])('come out unchanged: %s', (_, args) => {
    expect(sanitise(args, every('block'))).toEqual({ kind: 'unchanged' })
  })

  test('are not looked at where no redaction asks for anything', () => {
    const args = {
      get trap(): never {
        throw new Error('looked at')
      },
    }
    expect(sanitise(args)).toEqual({ kind: 'unchanged' })
    expect(sanitise(args, { kinds: {}, paths: {} })).toEqual({ kind: 'unchanged' })
  })
})

describe('a copy', () => {
  test('shares what is unchanged with the arguments, which stay as they were', () => {
    const args = { clean: { a: [1] }, dirty: { note: 'x@example.com', rest: [{}] } }
    const before = structuredClone(args)
    const copy = kept(args, every('mask')) as typeof args
    expect(args).toEqual(before)
    expect(copy).not.toBe(args)
    expect(copy.clean).toBe(args.clean)
    expect(copy.dirty.rest).toBe(args.dirty.rest)
  })

  test('is made of frozen arguments too', () => {
    const args = Object.freeze({ list: Object.freeze(['x@example.com', 1]) })
    expect(kept(args, every('mask'))).toEqual({ list: ['x***@example.com', 1] })
  })

  test('takes `__proto__` for data', () => {
    const args: unknown = JSON.parse('{"__proto__":{"mail":"x@example.com"},"constructor":"y@example.com"}')
    const copy = kept(args, every('mask'))
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"mail":"x***@example.com"},"constructor":"y***@example.com"}')
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  })

  test('of an object without a prototype has none', () => {
    const args = Object.assign(Object.create(null), { a: 'x@example.com' })
    const copy = kept(args, every('mask'))
    expect(Object.getPrototypeOf(copy)).toBe(null)
    expect({ ...(copy as object) }).toEqual({ a: 'x***@example.com' })
  })

  test('keeps the order of keys, and the holes of lists as nothing', () => {
    const list = ['x@example.com']
    list[2] = 'last'
    const copy = kept({ z: 1, a: 'x@example.com', list }, every('mask'))
    expect(Object.keys(copy as object)).toEqual(['z', 'a', 'list'])
    expect(copy).toMatchObject({ list: ['x***@example.com', undefined, 'last'] })
  })

  test('has the text of a URL where something was found in it', () => {
    const args = { clean: new URL('https://example.com/a'), dirty: new URL('https://me:secret@example.com/') }
    expect(kept(args, every('mask'))).toEqual({ clean: args.clean, dirty: 'https://[token]@example.com/' })
  })

  test('has the number of a wrapped number that is a card', () => {
    expect(kept({ n: Object(4111111111111111) }, every('mask'))).toEqual({ n: '****1111' })
  })
})

describe('what can not be looked into', () => {
  class Customer {
    name = 'Jane'
  }

  test.each<[string, unknown]>([
    ['a `Map`', new Map([['a', 1]])],
    ['a `Set`', new Set()],
    ['a `Blob`', new Blob(['x@example.com'])],
    ['a `Buffer`', Buffer.from('x@example.com')],
    ['a `Uint8Array`', new Uint8Array(1)],
    ['a `Customer`', new Customer()],
    ['a `String`', Object('x@example.com')],
    ['a `Promise`', Promise.resolve()],
    ['a `Date`', Object.assign(new Date(), { note: 'x@example.com' })],
    ['a function', () => 'x@example.com'],
    ['a symbol', Symbol('x@example.com')],
    ['an object', Object.create({ inherited: true, constructor: undefined })],
  ])('refuses the call and is named: %s', (name, value) => {
    expect(problemOf({ files: [{ content: value }] })).toBe(
      `\`arguments.files.0.content\` is ${name}, which can not be looked into; pass it as text or as plain data, or leave it out of what the redaction looks \`within\``,
    )
  })

  test('may stand outside of what is looked at', () => {
    const args = { file: new Map(), note: 'x@example.com' }
    const within = { ...every('mask'), within: ['note'] }
    expect(kept(args, within)).toEqual({ file: args.file, note: 'x***@example.com' })
    expect(sanitise({ file: new Map() }, within)).toEqual({ kind: 'unchanged' })
  })

  test('refuses the call where a path asks for its hash', () => {
    expect(sanitise({ a: { b: new Map() } }, { paths: { a: 'hash' } })).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('`arguments.a` has no canonical JSON that could be hashed; pass JSON data, or'),
    })
  })

  test('includes a list that has fields beside its items', () => {
    expect(problemOf({ match: 'x@example.com'.match(/x/) })).toContain('`arguments.match` is a list with fields')
  })

  test.each<[string, () => unknown]>([
    [
      'a getter',
      () => ({
        a: {
          get b() {
            throw new Error('x@example.com')
          },
        },
      }),
    ],
    [
      'a proxy',
      () => ({
        a: new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error('x@example.com')
            },
          },
        ),
      }),
    ],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return { a: proxy }
      },
    ],
  ])('includes what throws when it is read: %s', (_, args) => {
    expect(problemOf(args())).toMatch(/^`arguments\.a` can not be read; pass plain data/)
  })

  test('is not named by a key that has something in it', () => {
    expect(problemOf({ 'jane@example.com': new Map() })).toContain(String.raw`arguments.j***@example\.com`)
  })
})

describe('bounds', () => {
  test('64 levels are looked at, and no more', () => {
    expect(JSON.stringify(kept(nested(64), every('mask')))).toContain('j***@example.com')
    expect(problemOf(nested(65))).toContain('is nested over 64 levels deep; pass arguments that are less deep')
    expect(problemOf(nested(100_000))).toContain('is nested over 64 levels deep')
  })

  test('a circle is told from the same object in two places', () => {
    const shared = { mail: 'x@example.com' }
    expect(kept({ a: shared, b: [shared] }, every('mask'))).toEqual({
      a: { mail: 'x***@example.com' },
      b: [{ mail: 'x***@example.com' }],
    })
    const circle: Record<string, unknown> = {}
    circle.list = [{ circle }]
    expect(problemOf(circle)).toContain(
      '`arguments.list.0.circle` stands within itself; pass arguments without circles',
    )
  })

  test('100,000 values are looked at, and no more', () => {
    expect(
      sanitise(
        Array.from({ length: 99_999 }, () => 0),
        every('mask'),
      ),
    ).toEqual({ kind: 'unchanged' })
    expect(problemOf(Array.from({ length: 100_000 }, () => 0))).toContain('is beyond the first 100000 values')
    expect(problemOf({ holes: new Array(4_000_000_000) })).toContain('is beyond the first 100000 values')
  })

  test('the same value in ever more places is counted in each', () => {
    const doubled = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], 'text')
    expect(problemOf(doubled)).toContain('is beyond the first 100000 values')
    expect(sanitise({ doubled }, { paths: { doubled: 'hash' } })).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('is beyond the first 100000 values'),
    })
  })

  test('2 Mi characters are looked at, keys and all, and no more', () => {
    const half = 'a'.repeat(1024 * 1024)
    expect(sanitise([half, half], every('mask'))).toEqual({ kind: 'unchanged' })
    expect(problemOf([half, half, 'a'])).toContain('is beyond the first 2097152 characters')
    expect(problemOf({ [half]: half, a: 1 })).toContain('is beyond the first 2097152 characters')
  })
})

describe('a sanitiser', () => {
  test('keeps its key, whatever becomes of the bytes that it was given', () => {
    const key = Uint8Array.from(hashKey)
    const sanitiser = compileSanitiser([redaction({ kinds: { email: 'hash' } })], { hashKey: key })
    const first = sanitiser.sanitise('x@example.com')
    key.fill(0)
    expect(sanitiser.sanitise('x@example.com')).toEqual(first)
  })
})
