import { describe, expect, test } from 'vitest'
import { type Given, sanitise } from './sanitiser-setup.ts'

const card = '4111 1111 1111 1111'

describe('the findings of a refusal', () => {
  test('have what blocks the call among them, however much else is found before it', () => {
    const mails = Array.from({ length: 150 }, (_, index) => `user${index}@example.com`)
    const sanitised = sanitise({ mails, card, rest: [card] }, { kinds: { email: 'mask', payment_card: 'block' } })
    if (sanitised.kind !== 'refused') throw new Error(sanitised.kind)
    expect(sanitised.findings).toHaveLength(100)
    expect(sanitised.findings.slice(97)).toEqual([
      { kind: 'email', path: 'arguments.mails.97', action: 'mask' },
      { kind: 'payment_card', path: 'arguments.card', action: 'block' },
      { kind: 'payment_card', path: 'arguments.rest.0', action: 'block' },
    ])
  })

  test('are the first hundred that block, where more do', () => {
    const cards = Array.from({ length: 150 }, () => card)
    const sanitised = sanitise(['a@example.com', cards], { kinds: { email: 'mask', payment_card: 'block' } })
    if (sanitised.kind !== 'refused') throw new Error(sanitised.kind)
    expect(sanitised.findings).toHaveLength(100)
    expect(sanitised.findings.at(0)).toMatchObject({ path: 'arguments.1.0' })
    expect(sanitised.findings.at(-1)).toMatchObject({ path: 'arguments.1.99' })
  })
})

describe('a refusal names the redaction that blocks the first finding', () => {
  function blockedBy(args: unknown, ...given: readonly Given[]): number | undefined {
    const sanitised = sanitise(args, ...given)
    if (sanitised.kind !== 'refused') throw new Error(sanitised.kind)
    return sanitised.blockedBy
  }

  const cards = { payment_card: 'block' } as const

  test.each<[string, unknown, number]>([
    ['the first', { a: card, b: 'x' }, 0],
    ['the second', { a: 'x', b: card }, 1],
    ['the one of what comes first in the arguments', { b: card, a: card }, 1],
    ['the one of an address', { a: 'x', c: 'kim@example.com' }, 2],
  ])('by the parts within which it looks: %s', (_, args, expected) => {
    const given: Given[] = [
      { kinds: cards, within: ['a'] },
      { kinds: cards, within: ['b'] },
      { kinds: { email: 'block' } },
    ]
    expect(blockedBy(args, ...given)).toBe(expected)
  })

  test('by its paths, also those to every item', () => {
    const given: Given[] = [{ paths: { 'a.0': 'block' } }, { paths: { 'b.*.c': 'block' } }]
    expect(blockedBy({ b: [{ c: 1 }] }, ...given)).toBe(1)
    expect(blockedBy({ a: [1], b: [{ c: 1 }] }, ...given)).toBe(0)
  })

  test('by what is in a part that another one redacts', () => {
    expect(blockedBy({ a: { note: card } }, { paths: { a: 'drop' } }, { kinds: cards })).toBe(1)
  })

  test('by the longest of what blocks in the same place', () => {
    const url = `https://kim:${'gh'}p_so8urnMWy2xdKbiGpW5B9G0xQLOry7eJZXwo@host.example/x`
    expect(blockedBy(url, { kinds: { api_key: 'block' } }, { kinds: { token: 'mask' } })).toBe(0)
    expect(blockedBy(url, { kinds: { api_key: 'block' } }, { kinds: { token: 'block' } })).toBe(1)
  })

  test('and of several that block it, the first that asks for no less', () => {
    expect(blockedBy({ a: card }, { kinds: { payment_card: 'mask' } }, { kinds: cards }, { kinds: cards })).toBe(1)
  })

  test('and none where the arguments can not be looked through', () => {
    expect(blockedBy({ a: new Map() }, { kinds: cards })).toBe(undefined)
    expect(blockedBy({ a: card, b: new Map() }, { kinds: cards })).toBe(0)
  })
})
