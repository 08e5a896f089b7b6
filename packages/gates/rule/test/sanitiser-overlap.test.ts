import { describe, expect, test } from 'vitest'
import { type Given, kept, sanitise } from './sanitiser-setup.ts'

const githubKey = `${'gh'}p_so8urnMWy2xdKbiGpW5B9G0xQLOry7eJZXwo`
const inUrl = { url: `https://kim:${githubKey}@host.example/x` }
const jwt = `${'ey'}JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U`

describe('findings that overlap', () => {
  test.each<[string, Given, string]>([
    [
      'a key in the credentials of a URL',
      { kinds: { api_key: 'block', token: 'mask' } },
      `https://kim:${githubKey}@host.example/x`,
    ],
    ['an address as the password of a URL', { kinds: { email: 'block', token: 'mask' } }, 'a://x:kim@example.com@host'],
    ['a token that is assigned to a key', { kinds: { token: 'block', api_key: 'mask' } }, `api_key=${jwt}`],
    ['a token in the very same place', { kinds: { token: 'block', api_key: 'drop' } }, `Bearer ${githubKey}`],
  ])('block the call where any of them does: %s', (_, given, text) => {
    const [blocking] = Object.entries(given.kinds ?? {}).flatMap(([kind, action]) => (action === 'block' ? kind : []))
    expect(sanitise({ text }, given)).toEqual({
      kind: 'refused',
      problem: undefined,
      blockedBy: 0,
      findings: [{ kind: blocking, path: 'arguments.text', action: 'block' }],
    })
  })

  test('are listed with what blocks, where they stand apart from it', () => {
    const text = `${inUrl.url} or kim@example.com`
    expect(sanitise({ text }, { kinds: { email: 'mask', api_key: 'block', token: 'mask' } })).toMatchObject({
      findings: [
        { kind: 'api_key', action: 'block' },
        { kind: 'email', action: 'mask' },
      ],
    })
  })

  test('block the call also in a key of an object', () => {
    const args = { [inUrl.url]: 1 }
    expect(sanitise(args, { kinds: { api_key: 'block', token: 'mask' } })).toMatchObject({
      kind: 'refused',
      findings: [{ kind: 'api_key', path: 'arguments.[redacted]' }],
    })
  })

  test('are replaced as the longest of them, with the strictest of their actions', () => {
    expect(kept(inUrl, { kinds: { api_key: 'drop', token: 'mask' } })).toEqual({ url: 'https://@host.example/x' })
    expect(kept(inUrl, { kinds: { api_key: 'mask', token: 'drop' } })).toEqual({ url: 'https://@host.example/x' })
    const hashed = kept(inUrl, { kinds: { token: 'hash' } })
    expect(kept(inUrl, { kinds: { api_key: 'hash', token: 'mask' } })).toEqual(hashed)
    expect(sanitise(inUrl, { kinds: { api_key: 'hash', token: 'mask' } })).toMatchObject({
      findings: [{ kind: 'token', action: 'hash' }],
    })
  })

  test('leave nothing of those that reach beyond the longest', () => {
    // Both are right: an international number, and a card whose first groups it takes for its last ones.
    const text = 'to +49 170 4111 1111 1111 1111 today'
    expect(kept({ text }, { kinds: { payment_card: 'mask' } })).toEqual({ text: 'to +49 170 ****1111 today' })
    expect(kept({ text }, { kinds: { phone: 'mask' } })).toEqual({ text: 'to ****1111 1111 1111 today' })
    expect(kept({ text }, { kinds: { payment_card: 'mask', phone: 'mask' } })).toEqual({ text: 'to ****1111 today' })
    expect(kept({ text }, { kinds: { payment_card: 'mask', phone: 'drop' } })).toEqual({ text: 'to  today' })
  })

  test('leave alone what is milder elsewhere in the same text', () => {
    const text = `${inUrl.url} or kim@example.com`
    expect(kept({ text }, { kinds: { email: 'mask', api_key: 'drop', token: 'mask' } })).toEqual({
      text: 'https://@host.example/x or k***@example.com',
    })
  })
})
