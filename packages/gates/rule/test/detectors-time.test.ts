import { expect, test } from 'vitest'
import type { FindingKind } from '../src/document/document.ts'
import { detect } from '../src/sanitise/detect.ts'
import { stringsOfKinds } from './sensitive-strings.ts'

const everyKind: ReadonlySet<FindingKind> = new Set(stringsOfKinds.map(({ kind }) => kind))
const characters = 1_000_000

/**
 * A megabyte of what a detector is anchored at, and looks out from. Time that grows with the square of the length would
 * take minutes for each of them, and longer than the limit of a test.
 */
function countIn(unit: string, before = '', after = ''): number {
  return detect(before + unit.repeat(Math.ceil(characters / unit.length)) + after, everyKind).length
}

test.each([
  ...['1', '1-', '1 ', '1.', '1(', '1)', '4111 ', '4111-1111-', '0', '00 ', '%20', '1%20', 'x1', '*1', '12 34 '],
  ...['123456782 ', 'card 1 ', 'ssn 1 ', '1 85 05 2A ', '2A 00 ', 'AB 12 ', 'ABCDEF12', 'X1234567', '12345678', '-a1-'],
  ...['%A0', '\\x20', '\\u0020', '\\', '4111111111111112-', '4242424242424242-a-', '219-09-9999-', '%C2%A01'],
])('numbers and national identifiers take linear time over %j', (unit) => {
  expect(countIn(unit)).toBe(0)
})

test.each([
  ...['+', '+1 ', '+1(', '+49 1 ', '(0)', '+(1)', '0044 ', '%2B', '(415) ', 'tel ', 'phone 1 ', 'order 415-'],
])('phone numbers take linear time over %j', (unit) => {
  expect(countIn(unit)).toBe(0)
})

test.each(['GB82', 'GB82 ', 'gb82west', 'GB82 WEST ', 'DE', 'DE89 3704 0044 0532 ', 'A'])(
  'IBANs take linear time over %j',
  (unit) => {
    expect(countIn(unit)).toBe(0)
  },
)

test.each([
  ['@', '', ''],
  ['a@', '', ''],
  ['@a', '', ''],
  ['%40', '', ''],
  ['%20', '', '@b.cc%20'],
  ['%41', 'x@', ''],
  ['a.a@a.', '', ''],
  ["'@", '', ''],
  ['//a:', '', ''],
  ['a', '', ''],
  ['a', 'x@', ''],
  ['a.', 'x@', ''],
  ['a-', 'x@', ''],
  ['a', '', '@'],
])('e-mail addresses take linear time over %j after %j and before %j', (unit, before, after) => {
  expect(countIn(unit, before, after)).toBe(0)
})

test.each([
  ...[
    'sk-',
    'ghp_',
    'ghp_aB3',
    'AKIA',
    'xoxb-',
    'SG.',
    'pat',
    '110201543:AA',
    '9899aba9',
    'a1Q~',
    'discord.com/api/webhooks/',
  ],
  ...['api_key=', 'api_key=a1B2', 'token:', 'secret is ', 'secret"', 'private_key=0x', '[token:', '\\"', '0x'],
])('keys take linear time over %j', (unit) => {
  expect(countIn(unit)).toBe(0)
})

test.each([
  ['eyJ', '', 0],
  ['-eyJ', '', 0],
  ['1-eyJ', '', 0],
  ['%20eyJ', '', 0],
  ['eyJ.', '', 0],
  ['.eyJhbGciOiJIUzI1NiJ9', '', 9524],
  ['h', 'eyJ', 0],
  ['h', 'eyJhbGciOiJIUzI1NiJ9.', 0],
  ['Bearer ', '', 0],
  ['Basic ', '', 0],
  ['authorization: bearer ', '', 0],
  ['a1', 'Bearer ', 0],
  ['://', '', 0],
  ['http://a:', '', 0],
  ['a://b:c', '', 0],
  ['a', 'http://', 0],
  ['a:', 'http://', 0],
])('tokens take linear time over %j after %j', (unit, before, count) => {
  expect(countIn(unit, before)).toBe(count)
})

const first = `-----${'BEGIN'} PRIVATE KEY-----`

test.each([
  ['-----BEGIN ', '', 0],
  ['-----BEGIN A PRIVATE', '', 0],
  [first, '', 0],
  [`${first} `, '', 0],
  ['A', `${first}\n`, 0],
  [' A', first, 0],
  ['a: b\n', `${first}\n`, 0],
  ['\\n', first, 0],
  [`\nabc: ${first}`, '', 0],
  [`\nabc: - ${first}`, '', 0],
  ['\na: --- b', `${first}\n`, 0],
  ['> ', first, 0],
  ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n', `${first}\n`, 1],
  ['AGE-SECRET-KEY-1', '', 0],
  ['Q', 'AGE-SECRET-KEY-1', 0],
  ['PuTTY-User-Key-File-3: ', '', 0],
  ['Private-Lines: 999\nAAAA\n', '', 0],
  [' AAAA', 'PuTTY-User-Key-File-3: x\nPrivate-Lines: 999', 1],
])('private keys take linear time over %j after %j', (unit, before, count) => {
  expect(countIn(unit, before)).toBe(count)
})

test('a long label takes linear time as well', () => {
  const numbers = '123456789 '.repeat(characters / 10)
  expect(detect(numbers, everyKind, 'a'.repeat(characters))).toEqual([])
})

test.each<[string, number]>([
  ['4111 1111 1111 1111, ', 47_620],
  ['4111111111111111 ', 58_824],
  ['4111111111111111-', 58_824],
  ['4111111111111111-219-09-9999/', 68_966],
  ['%204111111111111111', 52_632],
  ['a@b.cc%20', 111_112],
  ['a@b.cc ', 142_858],
  ['tel 4155550132 ', 66_667],
  ['12345678Z ', 100_000],
  ['a://b:c@d ', 100_000],
])('what is found a thousand times over takes linear time as well: %j', (unit, count) => {
  expect(countIn(unit)).toBe(count)
})
