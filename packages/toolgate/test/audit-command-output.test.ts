import { describe, expect, test } from 'vitest'
import { LatestCalls } from '../src/audit-command/latest-calls.ts'
import { Output } from '../src/command-line/output.ts'
import { Table } from '../src/command-line/table.ts'
import { Progress } from '../src/journal-reading/progress.ts'
import { TextStream } from './command-streams.ts'

class ColourStream extends TextStream {
  override hasColors(): boolean {
    return true
  }
}

describe('colours', () => {
  test.each([
    ['a terminal that has some', new ColourStream(80), '\x1b[32mgreen\x1b[39m'],
    ['a terminal where nobody wants any', new TextStream(80), 'green'],
    ['a pipe', new ColourStream(), 'green'],
  ])('on %s', (_, stream, text) => {
    expect(new Output(stream).style('green', 'green')).toBe(text)
  })
})

describe('progress', () => {
  const halfOf = (bytes: number) => ({ bytes: bytes / 2, totalBytes: bytes })

  test('is shown on a terminal, once the work has taken half a second, and goes away', async () => {
    const stream = new TextStream(80)
    let nowMs = 0
    const progress = new Progress(new Output(stream), () => nowMs)
    nowMs = 499
    progress.show(halfOf(8_000_000))
    await progress.clear()
    expect(stream.text).toBe('')
    nowMs = 500
    progress.show(halfOf(8_000_000))
    expect(stream.text).toBe('\r███████████████░░░░░░░░░░░░░░░  50 %  4.0 MB of 8.0 MB\x1b[K')
    await progress.clear()
    expect(stream.text.endsWith('\r\x1b[K')).toBe(true)
  })

  test('is never shown elsewhere', () => {
    const stream = new TextStream()
    let nowMs = 0
    const progress = new Progress(new Output(stream), () => nowMs)
    nowMs = 60_000
    progress.show(halfOf(8_000_000))
    expect(stream.text).toBe('')
  })
})

describe('a table', () => {
  const columns = [{ title: 'NAME', mostWidth: 6 }, { title: 'COUNT', side: 'right' as const }, { title: 'TEXT' }]

  test('clips what does not fit on a terminal', async () => {
    const stream = new TextStream(30)
    const table = new Table(new Output(stream), columns)
    await table.add(['a long name', '1', 'a text that is too long for it'])
    await table.flush()
    expect(stream.text.split('\n')).toEqual(['NAME    COUNT  TEXT', 'a lon…      1  a text that is…', ''])
  })

  test('leaves out nothing elsewhere', async () => {
    const stream = new TextStream()
    const output = new Output(stream)
    const table = new Table(output, columns)
    await table.add(['a long name', '1', 'a text'])
    await table.flush()
    await output.end()
    expect(stream.text).toContain('a long name      1  a text\n')
  })

  test('of any length is written as it comes', async () => {
    const stream = new TextStream(80)
    const table = new Table(new Output(stream), columns)
    for (let row = 0; row < 250; row++) await table.add([`row ${row}`, String(row), ''])
    expect(stream.text.split('\n')).toHaveLength(252)
    await table.flush()
    expect(stream.text.split('\n')).toHaveLength(252)
  })
})

describe('the latest calls', () => {
  const call = (writer: string, time: string) => ({
    writer,
    time,
    seq: 0,
    callId: time,
    runner: 'default',
    tool: 'ping',
    principal: 'agent:1',
    decisions: {},
    outcome: 'executed' as const,
    durationMs: 1,
  })

  test('are those that arrived last, of however many, in whatever order they come', () => {
    const latest = new LatestCalls(3)
    const times = Array.from({ length: 5_000 }, (_, index) => String((index * 7_919) % 5_000).padStart(4, '0'))
    for (const time of times) latest.add(call('w', time))
    expect(latest.sorted().map(({ time }) => time)).toEqual(['4997', '4998', '4999'])
  })

  test('are known again when they come again, for each writer', () => {
    const latest = new LatestCalls(0)
    for (const writer of ['a', 'a', 'b']) latest.add(call(writer, '1'))
    const again = ['a', 'b', 'a', 'a', 'b', 'c'].map((writer) => latest.skip(call(writer, '1')))
    expect(again).toEqual([true, true, true, false, false, false])
    expect(latest.sorted()).toEqual([])
  })
})
