import { describe, expect, test } from 'vitest'
import type { FindingKind } from '../src/document/document.ts'
import { detect } from '../src/sanitise/detect.ts'
import { stringsOfKinds } from './sensitive-strings.ts'

const everyKind: ReadonlySet<FindingKind> = new Set(stringsOfKinds.map(({ kind }) => kind))

/** What is found, as it is written. */
function found(text: string, kinds: ReadonlySet<FindingKind> = everyKind): [FindingKind, string][] {
  return detect(text, kinds).map(({ kind, start, end }) => [kind, text.slice(start, end)])
}

const githubKey = `${'gh'}p_so8urnMWy2xdKbiGpW5B9G0xQLOry7eJZXwo`
const jwt = `${'ey'}JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U`

const secrets: [FindingKind, string][] = [
  ['payment_card', '4111 1111 1111 1111'],
  ['payment_card', '4111111111111111'],
  ['iban', 'DE89370400440532013000'],
  ['email', 'kim@example.com'],
  ['phone', '+49 170 1234567'],
  ['national_id', '219-09-9999'],
  ['national_id', '12345678Z'],
  ['api_key', githubKey],
  ['api_key', `${'AKI'}AIOSFODNN7EXAMPL2`],
  ['api_key', `${'9899aba9c6d0e1f2a3b4c5d6e7f80912'}-us12`],
  ['api_key', `110201543:${'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1'}`],
  ['token', jwt],
]

describe('an escape', () => {
  const before = ['my%20', '%3A', '%22', '%0A', '%C2%A0', 'line\\n', '\\x20', '\\u0020']

  test.each(secrets)('is no part of what follows or precedes it: %s %s', (kind, secret) => {
    for (const escaped of before)
      expect([escaped, ...found(`q=${escaped}${secret}%22`)]).toEqual([escaped, [kind, secret]])
  })

  test('is found with everything in a URL that was made from text', () => {
    const { href } = new URL(`https://e.test/?q=my key "${githubKey}" for kim@example.com`)
    expect(found(href)).toEqual([
      ['api_key', githubKey],
      ['email', 'kim@example.com'],
    ])
  })

  test.each([
    ['payment_card', '4111%201111%201111%201111'],
    ['iban', 'DE89%203704%200044%200532%200130%2000'],
    ['iban', 'DE89+3704+0044+0532+0130+00'],
    ['phone', '+49%20170%201234567'],
    ['national_id', '219%2009%209999'],
  ] as const)('may separate the groups of a number: %s', (kind, written) => {
    expect(found(`?q=my%20${written}&x=1`)).toEqual([[kind, written]])
  })

  test('separates addresses in a list', () => {
    for (const separator of ['%2C', '%20', '%3B', '+']) {
      expect(found(`?to=kim@example.com${separator}jo@example.org`)).toEqual([
        ['email', 'kim@example.com'],
        ['email', 'jo@example.org'],
      ])
    }
    expect(found('?to=kim%40example.com%2Cjo%2Bnews%40example.org')).toEqual([
      ['email', 'kim%40example.com'],
      ['email', 'jo%2Bnews%40example.org'],
    ])
  })

  test('is one only where hex digits follow the sign', () => {
    expect(found('%zz4111111111111111 and \\q4111111111111111')).toEqual([])
  })
})

describe('numbers that are joined by a sign', () => {
  const card = '4111 1111 1111 1111'

  test.each<[string, ...[FindingKind, string][]]>([
    [`${card}-5555-5555-5555-4444`, ['payment_card', card], ['payment_card', '5555-5555-5555-4444']],
    ['4111111111111111-5555555555554444', ['payment_card', '4111111111111111'], ['payment_card', '5555555555554444']],
    [
      '4111-1111-1111-1111-5555-5555-5555-4444',
      ['payment_card', '4111-1111-1111-1111'],
      ['payment_card', '5555-5555-5555-4444'],
    ],
    [`${card}/5555555555554444`, ['payment_card', card], ['payment_card', '5555555555554444']],
    [`${card}-${jwt}`, ['payment_card', card], ['token', jwt]],
    [`${card}-${githubKey}`, ['payment_card', card], ['api_key', githubKey]],
    [`${card}-219-09-9999`, ['payment_card', card], ['national_id', '219-09-9999']],
    [`219-09-9999-${card}`, ['national_id', '219-09-9999'], ['payment_card', card]],
    [`DE89 3704 0044 0532 0130 00-${card}`, ['iban', 'DE89 3704 0044 0532 0130 00'], ['payment_card', card]],
  ])('are found beside each other: %s', (text, ...expected) => {
    expect(found(text)).toEqual(expected)
  })

  test('are found whatever else was asked for', () => {
    const cards = new Set<FindingKind>(['payment_card'])
    expect(found(`${card}-${jwt}`, cards)).toEqual([['payment_card', card]])
    expect(found(`${card}-219-09-9999`, cards)).toEqual([['payment_card', card]])
    expect(found(`${card}-219-09-9999`, new Set<FindingKind>(['national_id']))).toEqual([
      ['national_id', '219-09-9999'],
    ])
  })

  test.each([
    '4111111111111111-thumbnail.jpg',
    '2026-4111111111111111',
    '4111111111111111-5555555555554445',
    '0.4111111111111111',
    '6f813469-4111-1111-1111-111111111111',
    '219-09-9999-219-09-9999',
    'snapshot 4111-1111-1111-1111-0042',
  ])('are taken for parts of something longer where the rest is nothing that is found: %s', (text) => {
    expect(found(text)).toEqual([])
  })
})

test('an address in the credentials of a URL is one, and the user of a host is none', () => {
  const emails = new Set<FindingKind>(['email'])
  expect(found('https://x:kim@example.com@host.example/', emails)).toEqual([['email', 'kim@example.com']])
  expect(found('https://kim%40example.com:secret@host.example/', emails)).toEqual([['email', 'kim%40example.com']])
  expect(found('https://e.test?to=kim@example.com', emails)).toEqual([['email', 'kim@example.com']])
  expect(found('https://kim@host.example/ and ssh://kim:secret@host.example:22/', emails)).toEqual([])
})
