import { describe, expect, test } from 'vitest'
import { compileCondition } from '../src/condition/compile.ts'
import type { Category } from '../src/document/document.ts'
import { literal, path, place, subject, truthOf, value } from './conditions.ts'

function find(pathText: string, of = subject(), categories: readonly Category[] = []): unknown {
  return compileCondition(value(pathText, { operator: 'exists', expected: true }), categories).find(of)
}

describe('a path reads', () => {
  const call = subject({
    arguments: { customer: { id: 'c-1' }, items: [{ sku: 'a' }], 'a.b': { c: 1 }, nothing: null, name: 'bob' },
    principal: 'agent:7',
    tenant: 'acme',
    session: 's-1',
    run: 'r-1',
    traceId: 't-1',
    tool: 'slack_post',
    metadata: { trustTier: 'verified', region: { name: 'eu' } },
    action: 'write:slack',
    tags: ['pii', 'slow'],
  })

  test.each([
    ['arguments', call.call.arguments],
    ['arguments.customer.id', 'c-1'],
    ['arguments.items.0.sku', 'a'],
    ['arguments.items.length', 1],
    ['arguments.nothing', null],
    ['principal', 'agent:7'],
    ['tenant', 'acme'],
    ['session', 's-1'],
    ['run', 'r-1'],
    ['traceId', 't-1'],
    ['tool', 'slack_post'],
    ['action', 'write:slack'],
    ['tags', ['pii', 'slow']],
    ['trustTier', 'verified'],
    ['category', 'slack'],
    ['metadata.region.name', 'eu'],
  ])('%s', (pathText, expected) => {
    expect(find(pathText, call)).toEqual(expected)
  })

  test('keys with a dot in them', () => {
    const dotted = { kind: 'value', path: { ...path('arguments'), keys: ['a.b', 'c'] }, place } as const
    const isOne = { ...dotted, test: { operator: 'equals', literal: literal(1) } } as const
    expect(truthOf(isOne, call)).toBe(true)
  })

  test.each([
    'arguments.missing',
    'arguments.customer.missing.id',
    'arguments.nothing.id',
    'arguments.name.length',
    'arguments.name.0',
    'arguments.items.1',
    'arguments.items.-1',
    'arguments.items.00',
    'arguments.constructor',
    'arguments.__proto__',
    'arguments.toString',
    'arguments.items.map',
    'metadata.missing',
    'metadata.constructor',
    'tags.missing',
  ])('nothing at %s', (pathText) => {
    expect(find(pathText, call)).toBeUndefined()
    expect(truthOf(value(pathText, { operator: 'exists', expected: false }), call)).toBe(true)
  })

  test.each(['tenant', 'session', 'run', 'traceId', 'trustTier'])(
    'nothing at %s of a call that names none',
    (pathText) => {
      expect(truthOf(value(pathText, { operator: 'equals', literal: literal('a') }))).toBe('unknown')
    },
  )

  test('a trust tier only where it is text', () => {
    expect(find('trustTier', subject({ metadata: { trustTier: 3 } }))).toBeUndefined()
    expect(find('trustTier', subject({ metadata: Object.create({ trustTier: 'verified' }) }))).toBeUndefined()
  })

  test('what JSON has under a name that objects inherit', () => {
    const args: unknown = JSON.parse('{"__proto__": {"admin": true}, "constructor": "mine"}')
    expect(find('arguments.__proto__.admin', subject({ arguments: args }))).toBe(true)
    expect(find('arguments.constructor', subject({ arguments: args }))).toBe('mine')
    expect(find('arguments.admin', subject({ arguments: args }))).toBeUndefined()
  })

  test.each([undefined, null, 'text', 5, () => 1])('nothing in arguments that are %s', (args) => {
    expect(find('arguments.length', subject({ arguments: args }))).toBeUndefined()
  })
})

describe('what throws when it is looked at is unknown', () => {
  const fail = (): never => {
    throw new Error('do not look')
  }
  const hostile: [string, unknown][] = [
    [
      'a getter',
      {
        get value() {
          return fail()
        },
      },
    ],
    ['a proxy', new Proxy({}, { getOwnPropertyDescriptor: fail, get: fail, has: fail })],
    ['a revoked proxy', revoked()],
    ['a value that is a revoked proxy', { value: revoked() }],
    ['a list with a getter', { value: Object.defineProperty([1], '0', { get: fail }) }],
  ]

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    return proxy
  }

  test.each(hostile)('%s', (_, args) => {
    const of = subject({ arguments: args })
    const someOne = value('arguments.value', {
      operator: 'some',
      tests: [{ operator: 'equals', literal: literal(1) }],
    })
    expect(truthOf(someOne, of)).toBe('unknown')
    expect(truthOf({ kind: 'not', condition: someOne, place }, of)).toBe('unknown')
    expect(truthOf({ kind: 'any', conditions: [someOne, { kind: 'all', conditions: [], place }], place }, of)).toBe(
      true,
    )
    expect(() => compileCondition(someOne, []).find(of)).not.toThrow()
  })

  test('also for whether it exists, and in what is found for an explanation', () => {
    const of = subject({ arguments: new Proxy({}, { getOwnPropertyDescriptor: fail }) })
    expect(truthOf(value('arguments.value', { operator: 'exists', expected: false }), of)).toBe('unknown')
    expect(find('arguments.value', of)).toBeUndefined()
  })
})
