import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvHeader, csvRecord } from '../src/audit-command/csv.ts'
import { DecimalSum } from '../src/audit-command/decimal-sum.ts'
import { DurationHistogram } from '../src/audit-command/duration-histogram.ts'
import { splitNotes } from '../src/audit-command/notes.ts'
import { formatBytes, formatDuration, parseDuration, parseTime } from '../src/command-line/quantities.ts'
import { clip, pad, safeJson, safeText, widthOf, wrap } from '../src/command-line/safe-text.ts'

describe('text of calls on a terminal', () => {
  test.each([
    ['an escape sequence', '\x1b[2J', '\\x1b[2J'],
    ['a control of one byte', '\x9b2J', '\\x9b2J'],
    ['ends of lines and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['a turn of direction', 'a\u202eb', 'a\\u202eb'],
    ['what can not be seen', 'a\u200bb\ufeff\u{e0041}', 'a\\u200bb\\ufeff\\u{e0041}'],
    ['half of a pair', 'a\ud800', 'a\\ud800'],
    ['a separator of lines', 'a\u2028b', 'a\\u2028b'],
  ])('%s is written out', (_, text, expected) => {
    expect(safeText(text)).toBe(expected)
  })

  test('words of any script and emoji stay as they are', () => {
    expect(safeText('Grüße, 你好, می‌خواهم, 👩‍💻')).toBe('Grüße, 你好, می‌خواهم, 👩‍💻')
  })

  test('nothing that acts is left in a text or in JSON, and the JSON means the same', () => {
    const acting = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(safeText(text)).not.toMatch(acting)
        expect(safeJson({ text })).not.toMatch(acting)
        expect(JSON.parse(safeJson({ text }))).toEqual({ text })
      }),
    )
  })

  test('a text is clipped to the columns that it takes', () => {
    expect(clip('hello', 5)).toBe('hello')
    expect(clip('hello!', 5)).toBe('hell…')
    expect(clip('你好世界', 5)).toBe('你好…')
    expect(clip('你好', 4)).toBe('你好')
  })

  test('a clipped text is never wider than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        expect(widthOf(clip(safeText(text), width))).toBeLessThanOrEqual(width)
      }),
    )
  })

  test('padding and wrapping count columns', () => {
    expect(pad('你', 4)).toBe('你  ')
    expect(pad('7', 3, 'right')).toBe('  7')
    expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
    expect(wrap('', 8)).toEqual([''])
  })
})

describe('quantities', () => {
  test.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [9.97, '10 ms'],
    [812.4, '812 ms'],
    [999.6, '1.0 s'],
    [4_210, '4.2 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [90_000_000, '25 h 00 min'],
  ])('%d ms is %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })

  test.each([
    [999, '999 B'],
    [1_234, '1.2 kB'],
    [600_000, '600 kB'],
    [999_600, '1.0 MB'],
    [12_000_000, '12 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  const nowMs = Date.parse('2026-11-21T17:00:00.000Z')

  test.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T10:30', '2026-11-20T10:30:00.000Z'],
    ['2026-11-20 10:30:05.250', '2026-11-20T10:30:05.250Z'],
    ['2026-11-20T10:30:00+0200', '2026-11-20T08:30:00.000Z'],
    ['2026-11-20t10:30z', '2026-11-20T10:30:00.000Z'],
    ['90m', '2026-11-21T15:30:00.000Z'],
    ['24h', '2026-11-20T17:00:00.000Z'],
    ['7d', '2026-11-14T17:00:00.000Z'],
  ])('the time %s is %s', (text, expected) => {
    expect(parseTime('--from', text, nowMs).toISOString()).toBe(expected)
  })

  test.each(['yesterday', '2026-02-30', '2026-13-01', '2026-11-20T25:00', '7', '-7d', '999999999w', ''])(
    '`%s` is no time, and the error says what is',
    (text) => {
      expect(() => parseTime('--from', text, nowMs)).toThrow(`\`--from\` is \`${text}\`; expected a time`)
    },
  )

  test('a duration has a unit', () => {
    expect(parseDuration('--older-than', '90d')).toBe(7_776_000_000)
    expect(() => parseDuration('--older-than', '90')).toThrow('expected a duration, such as 90m, 24h or 7d')
  })
})

describe('sums of costs', () => {
  test('are exact where floating point is not', () => {
    const sum = new DecimalSum()
    for (const cost of ['0.1', '0.2', '12345678901234567890.000000001', '-1']) sum.add(cost)
    expect(String(sum)).toBe('12345678901234567889.300000001')
  })

  test('say what is no decimal', () => {
    const sum = new DecimalSum()
    for (const cost of ['1.50', '1e3', 'free', '']) sum.add(cost)
    expect([String(sum), sum.unreadable]).toEqual(['1.50', 3])
  })

  test('are those of whole numbers of the smallest unit', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })), (units) => {
        const sum = new DecimalSum()
        for (const each of units) {
          const digits = String(each < 0n ? -each : each).padStart(7, '0')
          sum.add(`${each < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`)
        }
        const total = units.reduce((one, other) => one + other, 0n)
        expect(BigInt(String(sum).replace('.', ''))).toBe(units.length === 0 ? 0n : total)
      }),
    )
  })
})

describe('quantiles of durations', () => {
  test('are within one hundredth of the exact ones', () => {
    const duration = fc.double({ min: 0.01, max: 1e9, noNaN: true })
    const share = fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1)
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1 }), share, (durations, asked) => {
        const histogram = new DurationHistogram()
        for (const each of durations) histogram.add(each)
        const sorted = durations.toSorted((one, other) => one - other)
        const exact = sorted[Math.max(1, Math.ceil(asked * sorted.length)) - 1] ?? Number.NaN
        expect(Math.abs((histogram.quantile(asked) ?? Number.NaN) / exact - 1)).toBeLessThan(0.01)
      }),
    )
  })

  test('take what is no duration for none', () => {
    const histogram = new DurationHistogram()
    for (const each of [Number.NaN, -1]) histogram.add(each)
    expect(histogram.quantile(0.5)).toBeUndefined()
    histogram.add(0)
    expect(histogram.quantile(0.5)).toBe(0)
    histogram.add(Number.POSITIVE_INFINITY)
    expect(histogram.quantile(1)).toBeGreaterThan(1e12)
  })
})

describe('a file of kept checkpoints', () => {
  const note = (size: number) => `audit/w\n${size}\nAAAA\n\n— audit c2lnbmF0dXJl\n`

  test.each([
    ['one', note(1), [note(1)]],
    ['several, one right after the other', note(1) + note(2), [note(1), note(2)]],
    ['several with empty lines between them', `\n${note(1)}\n\n\n${note(2)}\n`, [note(1), note(2)]],
    ['the line ends of another system', `\ufeff${note(1)}${note(2)}`.replaceAll('\n', '\r\n'), [note(1), note(2)]],
    ['no newline at the end', note(1).trimEnd(), [note(1)]],
    [
      'the lines of checkpoints.jsonl',
      `${JSON.stringify({ note: note(1) })}\n${JSON.stringify({ note: note(2) })}\n`,
      [note(1), note(2)],
    ],
    ['two signatures', `${note(1)}— other c2ln\n${note(2)}`, [`${note(1)}— other c2ln\n`, note(2)]],
    ['an empty line inside of a text', `a\n\n${note(1)}`, [`a\n\n${note(1)}`]],
    ['nothing', '\n', []],
  ])('may hold %s', (_, text, notes) => {
    expect(splitNotes(text)).toEqual(notes)
  })

  test('hands on what is no note, so that it is refused and not passed over', () => {
    expect(splitNotes(`${note(1)}rubbish\n`)).toEqual([note(1), 'rubbish\n'])
  })
})

describe('CSV', () => {
  const call = {
    writer: '20261121T170102Z-8f3a61c09d2e',
    seq: 4,
    callId: 'c1',
    time: '2026-11-21T17:01:02.000Z',
    runner: 'default',
    tool: 'send_mail',
    principal: 'agent:1',
    decisions: {},
    outcome: 'executed' as const,
    durationMs: 1.5,
  }
  const cellsOf = (record: string) => record.replace(/\r\n$/, '').split(',')
  const toolCell = csvHeader.split(',').indexOf('tool')

  test('has a record for each call, in the columns of the header', () => {
    expect(csvRecord(call, false)).toBe(
      '2026-11-21T17:01:02.000Z,20261121T170102Z-8f3a61c09d2e,4,c1,default,send_mail,agent:1,,,,,executed,,,,,,1.5,,,,,{}\r\n',
    )
    expect(cellsOf(csvRecord(call, false))).toHaveLength(cellsOf(csvHeader).length)
  })

  test.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['\r=1', `"'\r=1"`],
    ['＝1', `'＝1`],
    ['a=1', 'a=1'],
  ])('lets no spreadsheet take %j for a formula', (tool, cell) => {
    expect(cellsOf(csvRecord({ ...call, tool }, false))[toolCell]).toBe(cell)
  })

  test('quotes what separates cells and lines', () => {
    expect(csvRecord({ ...call, tool: 'a "b",\nc' }, false)).toContain(',"a ""b"",\nc",')
  })

  test('lets nothing act on a terminal', () => {
    expect(cellsOf(csvRecord({ ...call, tool: '\x1b[2J' }, true))[toolCell]).toBe('\\x1b[2J')
  })
})
