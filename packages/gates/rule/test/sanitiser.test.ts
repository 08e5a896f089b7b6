import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { FindingKind, RedactionAction } from '../src/document/document.ts'
import { every, type Given, hashKey, kept, sanitise } from './sanitiser-setup.ts'

const githubKey = `${'gh'}p_so8urnMWy2xdKbiGpW5B9G0xQLOry7eJZXwo`
const pem = `-----${'BEGIN'} PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----`

function hashOf(text: string): string {
  return createHmac('sha256', hashKey).update(text).digest('hex').slice(0, 16)
}

describe('what is found in a text', () => {
  test.each<[FindingKind, string, string]>([
    ['payment_card', 'card 4111 1111 1111 1111, thanks', 'card ****1111, thanks'],
    ['iban', 'to GB82 WEST 1234 5698 7654 32 now', 'to ****5432 now'],
    ['email', 'mail jane.doe@example.com', 'mail j***@example.com'],
    ['email', '?to=jane%40example.com', '?to=j***%40example.com'],
    ['phone', 'call +1 (415) 555-0132', 'call ****0132'],
    ['national_id', 'DNI 12345678Z', 'DNI ****678Z'],
    ['api_key', `key ${githubKey}!`, 'key [api_key]!'],
    ['token', 'https://user:password@host.example/', 'https://[token]@host.example/'],
    ['private_key', `"${pem}"`, '"[private_key]"'],
  ])('is masked by its kind: %s', (_, text, expected) => {
    expect(kept({ text }, every('mask'))).toEqual({ text: expected })
  })

  test.each<[FindingKind, string, string]>([
    ['payment_card', '4111-1111-1111-1111', '4111111111111111'],
    ['iban', 'gb82 west 1234 5698 7654 32', 'GB82WEST12345698765432'],
    ['email', 'Jane.Doe@Example.com', 'jane.doe@example.com'],
    ['phone', '+44 (0)20 7946-0958', '442079460958'],
    ['phone', '%2B442079460958', '442079460958'],
    ['national_id', '87.654.321-x', '87654321X'],
    ['api_key', githubKey, githubKey],
    ['token', 'a://User:Pass@host', 'User:Pass'],
    ['private_key', pem, pem],
  ])('is hashed as the same however it is written: %s', (kind, text, normalised) => {
    const hashed = kept({ text }, { kinds: { [kind]: 'hash' } })
    const mark = `[${kind}:${hashOf(normalised)}]`
    expect(hashed).toEqual({ text: kind === 'token' ? `a://${mark}@host` : mark })
  })

  test('has another hash under another key', () => {
    expect(kept('jane@example.com', { kinds: { email: 'hash' } })).toBe(`[email:${hashOf('jane@example.com')}]`)
    expect(hashOf('jane@example.com')).not.toBe(createHmac('sha256', 'other').update('jane@example.com').digest('hex'))
  })

  test('is cut out where it is dropped', () => {
    expect(kept({ text: 'mail jane@example.com today' }, { kinds: { email: 'drop' } })).toEqual({ text: 'mail  today' })
  })

  test('refuses the call where it blocks, and says nothing of how to mend it', () => {
    expect(sanitise({ a: [{ note: 'card 4111111111111111' }] }, { kinds: { payment_card: 'block' } })).toEqual({
      kind: 'refused',
      problem: undefined,
      blockedBy: 0,
      findings: [{ kind: 'payment_card', path: 'arguments.a.0.note', action: 'block' }],
    })
  })

  test('is looked for again after what stood between its parts was cut out', () => {
    expect(kept('so 4111 1111 jane@example.com 1111 1111 it is', every('drop'))).toBe('so  it is')
    expect(kept('so 4111 1111 jane@example.com 1111 1111 it is', every('mask'))).toContain('j***@example.com')
  })

  test('redacts the whole text where redacting does not come to an end', () => {
    const rest = pem.slice(pem.indexOf('VATE'))
    const keyInKeys = (count: number) => `-----${'BEGIN'} PRI`.repeat(count) + rest.repeat(count)
    expect(kept(`a ${keyInKeys(4)} z`, every('drop'))).toBe('a  z')
    expect(kept(`a ${keyInKeys(5)} z`, every('drop'))).toBe('[redacted]')
  })

  test('is also found in a number that is a card, which then becomes text', () => {
    const args = { a: 4111111111111111, b: 4111111111111111n, c: -4242424242424242, d: 4111111111111112, e: 2125550199 }
    expect(kept(args, every('mask'))).toEqual({ ...args, a: '****1111', b: '****1111', c: '-****4242' })
    expect(kept({ phone: 2125550199, ssn: 123456789 }, every('mask'))).toEqual({ phone: 2125550199, ssn: 123456789 })
  })

  test('is told by the keys under which it stands', () => {
    const args = { phone: { number: '2125550199' }, ids: ['2125550199'], mobileNumbers: ['2125550199'] }
    expect(kept(args, every('mask'))).toEqual({
      phone: { number: '****0199' },
      ids: ['2125550199'],
      mobileNumbers: ['****0199'],
    })
  })
})

describe('what is found in a key', () => {
  test('is redacted in the same way, and the paths below it show the redacted key', () => {
    const args = { 'jane@example.com': { note: 'or bob@example.org' }, plain: 1 }
    expect(sanitise(args, { kinds: { email: 'mask' } })).toEqual({
      kind: 'changed',
      arguments: { 'j***@example.com': { note: 'or b***@example.org' }, plain: 1 },
      findings: [
        { kind: 'email', path: String.raw`arguments.j***@example\.com`, action: 'mask' },
        { kind: 'email', path: String.raw`arguments.j***@example\.com.note`, action: 'mask' },
      ],
    })
  })

  test('refuses the call where it blocks, and is not shown', () => {
    const sanitised = sanitise({ 'jane@example.com': { a: 'x@example.com' } }, { kinds: { email: 'block' } })
    expect(sanitised).toMatchObject({ kind: 'refused', problem: undefined })
    expect(JSON.stringify(sanitised)).not.toContain('jane')
  })

  test.each<[object, RedactionAction]>([
    [{ 'jane@example.com': 1, 'john@example.com': 2 }, 'mask'],
    [{ 'j***@example.com': 1, 'john@example.com': 2 }, 'mask'],
    [{ 'john@example.com': 1, 'j***@example.com': 2 }, 'mask'],
    [{ 'jane@example.com': 1, '': 2 }, 'drop'],
  ])('refuses the call where two keys would become the same: %j', (args, action) => {
    expect(sanitise({ people: args }, { kinds: { email: action } })).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('`arguments.people` has two keys that are the same once redacted; pass'),
    })
  })
})

describe('several redactions', () => {
  const args = { note: 'jane@example.com', card: { n: 1 } }
  const actions: readonly RedactionAction[] = ['mask', 'hash', 'drop', 'block']

  test.each(actions.flatMap((weaker, index) => actions.slice(index).map((stricter) => [weaker, stricter] as const)))(
    'ask for the stricter of %s and %s, in either order',
    (weaker, stricter) => {
      const both: Given[] = [
        { kinds: { email: weaker }, paths: { card: weaker } },
        { kinds: { email: stricter }, paths: { card: stricter } },
      ]
      const alone = sanitise(args, { kinds: { email: stricter }, paths: { card: stricter } })
      const asAlone = alone.kind === 'refused' ? { ...alone, blockedBy: expect.any(Number) } : alone
      expect(sanitise(args, ...both)).toEqual(asAlone)
      expect(sanitise(args, ...both.toReversed())).toEqual(asAlone)
    },
  )

  test('look each within its own parts', () => {
    const given: Given[] = [
      { kinds: { email: 'mask' }, within: ['a', 'list.*.b'] },
      { kinds: { email: 'drop' }, within: ['list.1'] },
    ]
    const mail = 'x@example.com'
    expect(
      kept(
        {
          a: mail,
          c: mail,
          list: [
            { b: mail, c: mail },
            { b: mail, c: mail },
          ],
        },
        ...given,
      ),
    ).toEqual({
      a: 'x***@example.com',
      c: mail,
      list: [
        { b: 'x***@example.com', c: mail },
        { b: '', c: '' },
      ],
    })
  })

  test('look nowhere within no parts', () => {
    expect(sanitise({ a: 'x@example.com' }, { kinds: { email: 'mask' }, within: [] })).toEqual({ kind: 'unchanged' })
  })

  test('look into a text that stands where a part was expected', () => {
    const given: Given = { kinds: { email: 'mask' }, within: ['customer.email'] }
    expect(kept({ customer: '{"email":"x@example.com"}' }, given)).toEqual({ customer: '{"email":"x***@example.com"}' })
  })

  test('look at the keys of the parts, not at the key that leads to them', () => {
    const given: Given = { kinds: { email: 'mask' }, within: ['a@example.com'.split('.')[0] ?? '', 'b'] }
    expect(kept({ 'x@example.com': 1, b: { 'x@example.com': 1 } }, given)).toEqual({
      'x@example.com': 1,
      b: { 'x***@example.com': 1 },
    })
  })
})

describe('a path', () => {
  const args = {
    card: { number: '4111', cvc: 123 },
    items: [{ email: 'a@x' }, { email: null, n: 1 }, { n: 2 }],
    tags: ['a', 'b', 'c'],
    note: 'text',
    none: null,
    missing: undefined,
  }

  test.each<[Record<string, RedactionAction>, object]>([
    [{ 'card.number': 'mask' }, { ...args, card: { number: '[redacted]', cvc: 123 } }],
    [{ card: 'mask' }, { ...args, card: '[redacted]' }],
    [{ none: 'mask' }, { ...args, none: '[redacted]' }],
    [{ 'card.*': 'mask' }, { ...args, card: { number: '[redacted]', cvc: '[redacted]' } }],
    [{ 'items.*.email': 'drop' }, { ...args, items: [{}, { n: 1 }, { n: 2 }] }],
    [{ 'tags.1': 'drop' }, { ...args, tags: ['a', null, 'c'] }],
    [{ 'tags.*': 'drop' }, { ...args, tags: [null, null, null] }],
    [{ 'items.1': 'mask' }, { ...args, items: [args.items[0], '[redacted]', args.items[2]] }],
    [{ card: 'hash' }, { ...args, card: `[path:${hashOf('{"cvc":123,"number":"4111"}')}]` }],
    [
      { none: 'hash', note: 'hash' },
      { ...args, none: `[path:${hashOf('null')}]`, note: `[path:${hashOf('"text"')}]` },
    ],
  ])('redacts what stands there, whatever it is: %j', (paths, expected) => {
    expect(kept(args, { paths })).toEqual(expected)
  })

  test.each(['other', 'missing', 'card.other', 'items.9', 'items.*.other', 'none.below', 'tags.7.x'])(
    'to nothing redacts nothing: %s',
    (path) => {
      expect(sanitise(args, { paths: { [path]: 'block' } })).toEqual({ kind: 'unchanged' })
    },
  )

  test.each<[string, object]>([
    ['note.deeper.still', { ...args, note: '[redacted]' }],
    ['card.cvc.deeper', { ...args, card: { number: '4111', cvc: '[redacted]' } }],
    ['items.email', { ...args, items: '[redacted]' }],
    ['tags.*.deeper', { ...args, tags: ['[redacted]', '[redacted]', '[redacted]'] }],
  ])('that leads into what can not be gone into redacts that: %s', (path, expected) => {
    expect(kept(args, { paths: { [path]: 'mask' } })).toEqual(expected)
  })

  test('redacts what no detector could look into', () => {
    expect(
      kept({ file: new Map([[1, 2]]), f: () => 1 }, { ...every('mask'), paths: { file: 'mask', f: 'drop' } }),
    ).toEqual({ file: '[redacted]' })
  })

  test('that blocks refuses the call', () => {
    expect(sanitise(args, { paths: { 'items.*.email': 'block' } })).toEqual({
      kind: 'refused',
      problem: undefined,
      blockedBy: 0,
      findings: [
        { kind: 'path', path: 'arguments.items.0.email', action: 'block' },
        { kind: 'path', path: 'arguments.items.1.email', action: 'block' },
      ],
    })
  })

  test.each<Given[]>([
    [{ paths: { card: 'mask', 'card.number': 'block' } }],
    [{ paths: { note: 'drop' } }, { paths: { 'note.below': 'block' } }],
  ])('that blocks does so also within what is redacted: %j', (...given) => {
    expect(sanitise(args, ...given)).toMatchObject({ kind: 'refused', problem: undefined })
  })

  test('lets what blocks a call block it, and hides everything else that is found there', () => {
    const secret = { secret: { note: 'x@example.com' } }
    const paths = { secret: 'mask' } as const
    expect(sanitise(secret, { paths, kinds: { email: 'block' } })).toMatchObject({
      kind: 'refused',
      findings: [
        { kind: 'path', path: 'arguments.secret' },
        { kind: 'email', path: 'arguments.secret.note' },
      ],
    })
    expect(sanitise(secret, { paths, kinds: { email: 'drop' } })).toMatchObject({
      kind: 'changed',
      arguments: { secret: '[redacted]' },
      findings: [{ kind: 'path', path: 'arguments.secret' }],
    })
  })

  test('of a drop leaves null in a list, so that everything else there keeps its position', () => {
    const paths = { 'tags.0': 'drop' } as const
    const once = kept(args, { paths })
    expect(once).toEqual({ ...args, tags: [null, 'b', 'c'] })
    expect(sanitise(once, { paths })).toEqual({ kind: 'unchanged' })
    expect(kept(['first', 'second', 'third'], { paths: { '0': 'drop' } })).toEqual([null, 'second', 'third'])
  })

  test('leaves alone what is null in a list, where something may have been dropped', () => {
    const given: Given = { paths: { '0': 'mask', '*.deeper': 'drop' } }
    const once = kept(['text', { deeper: 1 }, null], given)
    expect(once).toEqual([null, {}, null])
    expect(sanitise(once, given)).toEqual({ kind: 'unchanged' })
    expect(sanitise([null], { paths: { '0': 'block' } })).toMatchObject({ kind: 'refused' })
  })

  test('of a drop finds nothing in what is null already, and leaves out a field that is', () => {
    const paths = { 'tags.0': 'drop', none: 'drop' } as const
    expect(sanitise({ tags: [null, 'b'], none: null }, { paths })).toEqual({
      kind: 'changed',
      arguments: { tags: [null, 'b'] },
      findings: [{ kind: 'path', path: 'arguments.none', action: 'drop' }],
    })
  })
})

describe('findings', () => {
  test('are in the order of the arguments and never hold what was found', () => {
    const args = { b: ['call 415-555-0132', 'x@example.com and 4111111111111111'], a: { key: githubKey } }
    const sanitised = sanitise(args, every('mask'))
    expect(sanitised).toMatchObject({
      findings: [
        { kind: 'phone', path: 'arguments.b.0', action: 'mask' },
        { kind: 'email', path: 'arguments.b.1', action: 'mask' },
        { kind: 'payment_card', path: 'arguments.b.1', action: 'mask' },
        { kind: 'api_key', path: 'arguments.a.key', action: 'mask' },
      ],
    })
  })

  test('are listed up to a hundred; what is beyond is redacted all the same', () => {
    const list = Array.from({ length: 250 }, (_, index) => `user${index}@example.com`)
    const sanitised = sanitise({ list }, { kinds: { email: 'mask' } })
    if (sanitised.kind !== 'changed') throw new Error(sanitised.kind)
    expect(sanitised.findings).toHaveLength(100)
    expect(sanitised.arguments).toEqual({ list: list.map(() => 'u***@example.com') })
  })

  test('have bounded paths that every record can hold', () => {
    const sanitised = sanitise(
      { [`${'k'.repeat(99)}😀${'k'.repeat(1000)}`]: 'x@example.com' },
      { kinds: { email: 'mask' } },
    )
    expect(sanitised).toMatchObject({ findings: [{ path: `arguments.${'k'.repeat(99)}\ufffd…` }] })
  })
})
