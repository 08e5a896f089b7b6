import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { JournalDamageError, readJournal } from '@toolgate/audit'
import { describe, expect, test } from 'vitest'
import { at, idsOf, read, readDamaged } from './reading.ts'
import { newDirectory } from './stored-journal.ts'
import { WrittenWriter } from './written-writer.ts'

describe('what a crash or a failing disk leaves', () => {
  test('a torn last line is not an entry yet, and nothing to speak of', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    writer.raw('{"seq":2,"prev":"0000')
    expect(await idsOf({ directory })).toEqual(['a'])
  })

  test('what a writer gave up is not read, also whole lines, whose numbers come again', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    const { length: bytes } = await readFile(writer.path)
    const lost = writer.intent('given up')
    writer.outcome(lost, 'given up')
    writer.raw('{"seq":4,')
    writer.takeBack(2)
    const after = { segment: 1, bytes, abandonedBytes: 1, abandonedSha256: '', reason: 'EIO' }
    writer.segment({ after }).call('b')
    expect(await idsOf({ directory })).toEqual(['a', 'b'])
  })

  test('a segment that was only just being begun is none yet', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    writeFileSync(writer.pathOf(2), '{"seq":2,"pr')
    expect(await idsOf({ directory })).toEqual(['a'])
    writeFileSync(writer.pathOf(2), '')
    expect(await idsOf({ directory })).toEqual(['a'])
  })

  test('segments that pruning was about to remove are passed over, and so is a writer with nothing', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    const first = await readFile(writer.path)
    writer.seal('size').segment().call('b')
    writer.prune(1, 3)
    writeFileSync(writer.pathOf(1), first)
    new WrittenWriter(directory, '20260115T120001Z')
    expect(await idsOf({ directory })).toEqual(['b'])
  })

  test('segments may be pruned while they are read', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory)
    for (const name of ['a', 'b', 'c']) {
      writer.segment().call(name)
      writer.seal('size')
    }
    const ids: string[] = []
    for await (const { callId } of readJournal({ directory })) {
      if (callId === 'a') writer.prune(2, 6)
      ids.push(callId)
    }
    expect(ids).toEqual(['a', 'c'])
  })
})

describe('damage', () => {
  test('is thrown in the end, when all has been read that can be', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    const { length: offset } = await readFile(writer.path)
    writer.raw('garbage\nmore\n')
    writer.call('b')
    const ids: string[] = []
    const reading = async () => {
      for await (const { callId } of readJournal({ directory })) ids.push(callId)
    }
    const error = await reading().catch((caught: unknown) => caught as JournalDamageError)
    expect(error).toBeInstanceOf(JournalDamageError)
    expect(error).toMatchObject({
      count: 1,
      damages: [{ writer: writer.id, segment: 1, offset, problem: 'a line stands there that is no entry' }],
      message: expect.stringMatching(/is damaged in 1 place; .* at byte \d+: .*`toolgate audit verify` finds out/),
    })
    expect(ids).toEqual(['a', 'b'])
    await expect(read({ directory, limit: 2 })).rejects.toThrow(JournalDamageError)
  })

  test('is missing entries, missing segments, and entries that come twice', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    for (const name of ['a', 'b', 'c']) writer.call(name)
    const lines = writer.lines.map((line) => `${line}\n`)
    writeFileSync(writer.path, [lines[0], lines[1], lines[3]].join(''))
    expect(await readDamaged({ directory })).toMatchObject({
      ids: ['a', 'c'],
      problems: ['1: entry 3 stands where entry 2 should'],
    })
    writeFileSync(writer.path, [lines[0], lines[1], lines[1], lines[2], lines[3]].join(''))
    expect((await readDamaged({ directory })).problems).toEqual(['1: entry 1 stands where entry 2 should'])
    writeFileSync(writer.path, lines.join(''))
    writer.segment().call('d')
    writer.segment().call('e')
    rmSync(writer.pathOf(2))
    expect(await readDamaged({ directory })).toMatchObject({
      ids: ['a', 'b', 'c', 'e'],
      problems: ['3: entry 6 stands where entry 4 should'],
    })
    rmSync(writer.pathOf(1))
    expect((await readDamaged({ directory })).problems).toEqual(['3: entry 6 stands where entry 0 should'])
  })

  test('is a torn line that the next segment does not know of', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    writer.raw('{"seq":2')
    writer.segment().call('b')
    expect(await readDamaged({ directory })).toMatchObject({
      ids: ['a', 'b'],
      problems: ['1: 8 bytes stand after the last whole entry'],
    })
  })

  test('is an entry that does not say what a call has to', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    const open = writer.intent('open')
    const intent = writer.intent('a', { callId: 7 })
    writer.outcome(intent, 'a')
    writer.add('outcome', { time: at('12:00:00'), callId: 'b', tool: 'search', outcome: 'executed', durationMs: 1 })
    writer.call('c', { tool: null })
    writer.raw(`{"seq":6,"prev":"${'0'.repeat(64)}","kind":"call","time":\n`)
    writer.outcome(open, 'open')
    const { ids, problems } = await readDamaged({ directory })
    expect(ids).toEqual(['open'])
    const numbers = problems.map((problem) => /entry (\d+) does not say what a call has to/.exec(problem)?.[1])
    expect(numbers.filter((number) => number !== undefined)).toEqual(['3', '4', '5', '6'])
  })

  test('is a pruned.json that does not say what was pruned', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    writer.call('a')
    for (const wrong of ['', '{}', 'null', '{"through":0}']) {
      writeFileSync(`${directory}/${writer.id}/pruned.json`, wrong)
      const { ids, problems } = await readDamaged({ directory })
      expect(ids).toEqual(['a'])
      expect(problems).toEqual([expect.stringContaining('does not say what was pruned')])
    }
  })

  test('of any bytes never ends reading, nor a call of another segment', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    for (let index = 0; index < 20; index++) writer.outcome(writer.intent(`${index}`), `${index}`)
    const damagedPath = writer.path
    const whole = await readFile(damagedPath)
    writer.segment().call('last')
    for (let offset = 0; offset < whole.length; offset += 97) {
      const bytes = Buffer.from(whole)
      bytes.fill('\n"}\u0000'.charCodeAt(offset % 4), offset, offset + 5)
      writeFileSync(damagedPath, bytes)
      expect((await readDamaged({ directory })).ids).toContain('last')
      truncateSync(damagedPath, offset)
      expect((await readDamaged({ directory })).ids).toContain('last')
    }
  })
})
