import { describe, expect, test } from 'vitest'
import type { FindingKind } from '../src/document/document.ts'
import { detect } from '../src/sanitise/detect.ts'
import { labelledTexts, stringsOfKinds } from './sensitive-strings.ts'

const everyKind: ReadonlySet<FindingKind> = new Set(stringsOfKinds.map(({ kind }) => kind))

/** What is found, as it is written. */
function found(text: string, kinds: ReadonlySet<FindingKind> = everyKind, label?: string): [FindingKind, string][] {
  return detect(text, kinds, label).map(({ kind, start, end }) => [kind, text.slice(start, end)])
}

describe('the hand-checked set', () => {
  const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other)
  const results = labelledTexts.map(({ text, found: expected }) => ({ expected, actual: detect(text, everyKind) }))
  const scores = stringsOfKinds.map(({ kind }) => {
    const expected = results.flatMap((result) => result.expected.filter((each) => each.kind === kind))
    const actual = results.flatMap((result) => result.actual.filter((each) => each.kind === kind))
    const right = results.flatMap((result) =>
      result.actual.filter((each) => each.kind === kind && result.expected.some((other) => isSame(each, other))),
    )
    return {
      kind,
      right: right.length,
      recall: right.length / expected.length,
      precision: right.length / actual.length,
    }
  })

  test('has enough of each kind, and of what only looks like it', () => {
    expect(labelledTexts.length).toBeGreaterThanOrEqual(340)
    expect(stringsOfKinds).toHaveLength(8)
    for (const { holding, tempting } of stringsOfKinds) {
      expect(holding.length).toBeGreaterThanOrEqual(25)
      expect(tempting.length).toBeGreaterThanOrEqual(15)
    }
  })

  test('names no text twice', () => {
    const texts = labelledTexts.map(({ text }) => text)
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([])
  })

  test('is found with a recall and a precision of 0.95 or more for each kind, by exact place', () => {
    const rows = scores.map(({ kind, right, recall, precision }) => {
      return `${kind.padEnd(14)}${String(right).padStart(5)}${recall.toFixed(3).padStart(9)}${precision.toFixed(3).padStart(11)}`
    })
    console.log([`kind          right   recall  precision (${labelledTexts.length} texts)`, ...rows].join('\n'))
    expect(scores.filter(({ recall, precision }) => !(recall >= 0.95 && precision >= 0.95))).toEqual([])
  })
})

describe('detections', () => {
  test('are sorted by place and do not overlap', () => {
    for (const { text } of labelledTexts) {
      const detections = detect(`${text} ${text}`, everyKind)
      expect(detections.every(({ start }, index) => start >= (detections[index - 1]?.end ?? 0))).toBe(true)
      expect(detections.every(({ start, end }) => start < end)).toBe(true)
    }
  })

  test('are only of the kinds that were asked for', () => {
    for (const { text } of labelledTexts) {
      for (const kind of everyKind) {
        expect(detect(text, new Set([kind])).every((detection) => detection.kind === kind)).toBe(true)
      }
    }
    expect(detect('jane@example.com 4111 1111 1111 1111', new Set())).toEqual([])
  })

  test('keep the longest of those that overlap', () => {
    const text = `https://bot:${'gl'}pat-kkMxzwwM5hpA6eEfujfo@git.example.com`
    expect(found(text)).toEqual([['token', `bot:${'gl'}pat-kkMxzwwM5hpA6eEfujfo`]])
    expect(found(text, new Set<FindingKind>(['api_key', 'email']))).toEqual([
      ['api_key', `${'gl'}pat-kkMxzwwM5hpA6eEfujfo`],
    ])
  })

  test('keep the more severe kind of those in the very same place', () => {
    const key = `${'gl'}pat-kkMxzwwM5hpA6eEfujfo`
    expect(found(`Authorization: Bearer ${key}`)).toEqual([['api_key', key]])
    expect(found(`Authorization: Bearer ${key}`, new Set<FindingKind>(['token']))).toEqual([['token', key]])
  })

  test.each<[string, string]>([
    ['5551234567 is not the number of anything', ''],
    ['2125550199', 'phone'],
    ['2125550199', 'customerPhone number'],
    ['2125550199', 'mobile_number'],
  ])('tell a bare number by the key under which it stands: %s under `%s`', (text, label) => {
    const expected = label === '' ? [] : [['phone', text]]
    expect(found(text, everyKind, label)).toEqual(expected)
  })

  test.each<[string, FindingKind | undefined]>([
    ['apiKey', 'api_key'],
    ['client secret', 'api_key'],
    ['access_token', 'token'],
    ['nextPageToken', undefined],
    ['secretName', undefined],
    ['id', undefined],
  ])('tell a value that looks random by the key under which it stands: `%s`', (label, kind) => {
    const value = 'IGEo0Fg0WweytpVLqPb5cMpkON74U4YD'
    expect(found(value, everyKind, label)).toEqual(kind === undefined ? [] : [[kind, value]])
  })

  test('take a word for the number that is nearest to it only', () => {
    expect(found('SSN 123-45-6789, order 123456782')).toEqual([['national_id', '123-45-6789']])
  })

  test('do not find the marks that stand for what was redacted', () => {
    for (const kind of everyKind) {
      expect(found(`see [${kind}] and [${kind}:0123456789abcdef], "${kind}": "[${kind}:a1b2c3d4e5f60718]"`)).toEqual([])
    }
    expect(
      found('****1111 ****0199 j***@example.com https://[token:0123456789abcdef]@host.example [redacted]'),
    ).toEqual([])
  })

  test('stand in the right place in texts of other scripts and with halves of characters', () => {
    expect(found('\ud800 联系 jane@example.com 😀 4111 1111 1111 1111')).toEqual([
      ['email', 'jane@example.com'],
      ['payment_card', '4111 1111 1111 1111'],
    ])
  })
})
