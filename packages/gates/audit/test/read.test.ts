import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { type ReadJournalOptions, readJournal } from '@toolgate/audit'
import { describe, expect, test } from 'vitest'
import { thisProcess } from '../src/journal/format/process.ts'
import { openFiles } from './open-files.ts'
import { at, idsOf, outcomesOf, read, readDamaged } from './reading.ts'
import { journaled, newDirectory } from './stored-journal.ts'
import { WrittenWriter } from './written-writer.ts'

describe('a call', () => {
  test('is read as other sinks were told of it, in one piece, through all segments', async () => {
    const { directory, journal, memory, runner } = await journaled({}, { maxSegmentBytes: 4_096 })
    const execute = (query: unknown) => {
      if (query === 'fail') throw new Error('nothing was found')
      return query
    }
    runner.register('find', { execute })
    for (let index = 0; index < 30; index++) {
      await runner.call('find', index % 7 === 0 ? 'fail' : `query ${index}`, { principal: 'agent:1' })
      await runner.call('none', '{"a":', { principal: 'agent:ü"2' })
    }
    await journal.close()
    const calls = await read({ directory })
    expect(calls.map(({ writer: _, seq: __, ...entry }) => entry)).toEqual(memory.entries)
    expect(new Set(calls.map(({ seq }) => seq)).size).toBe(60)
    expect(new Set(calls.map(({ writer }) => writer))).toEqual(new Set([journal.writer]))
  })

  test('has the time of its arrival, and the decisions as settling has left them', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    const first = writer.intent('first', { time: at('12:00:01') })
    const second = writer.intent('second', { time: at('12:00:02') })
    const decisions = { budget: { kind: 'allow', cost: '0.02' } }
    writer.outcome(second, 'second', { time: at('12:00:03'), durationMs: 1_000, cost: '0.02', decisions })
    writer.seal('size').segment({ inFlight: [first] })
    writer.outcome(first, 'first', { time: at('12:00:09'), durationMs: 8_000 })
    writer.seal('closed')
    const common = { runner: 'default', tool: 'search', principal: 'agent:1', outcome: 'executed', writer: writer.id }
    const [query, rate] = [(name: string) => ({ query: name }), { rate: { kind: 'allow' } }]
    const one = { seq: first, callId: 'first', time: at('12:00:01'), durationMs: 8_000, decisions: rate }
    const two = { seq: second, callId: 'second', time: at('12:00:02'), durationMs: 1_000, cost: '0.02', decisions }
    expect(await read({ directory })).toEqual([
      { ...common, ...two, arguments: query('second') },
      { ...common, ...one, arguments: query('first') },
    ])
  })

  test('without outcome is running while its process is there, and unknown when it is not', async () => {
    const directory = await newDirectory()
    new WrittenWriter(directory, '20260115T120001Z').segment({ process: thisProcess() }).intent('alive')
    new WrittenWriter(directory, '20260115T120002Z').segment().intent('gone')
    const closed = new WrittenWriter(directory, '20260115T120003Z').segment({ process: thisProcess() })
    closed.intent('closed')
    closed.seal('closed')
    expect((await outcomesOf({ directory })).sort()).toEqual(['alive running', 'closed unknown', 'gone unknown'])
    expect(await idsOf({ directory, outcome: 'running' })).toEqual(['alive'])
    expect((await idsOf({ directory, outcome: 'unknown' })).sort()).toEqual(['closed', 'gone'])
  })

  test('of a process on another host is running, until somebody there has found that the process ended', async () => {
    const directory = await newDirectory()
    const elsewhere = { host: `not-${hostname()}`, pid: 1 }
    const one = new WrittenWriter(directory, '20260115T120001Z').segment({ process: elsewhere })
    one.intent('one')
    expect(await outcomesOf({ directory })).toEqual(['one running'])
    const found = [{ writer: one.id, entries: 2, head: one.leaves[1], state: 'ended' }]
    new WrittenWriter(directory, '20260115T120002Z').segment({ process: elsewhere, found }).call('two')
    expect(await outcomesOf({ directory })).toEqual(['one unknown', 'two executed'])
  })

  test('whose intent was pruned is told as far as it is known, with the time at which it must have arrived', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    const first = writer.intent('first')
    writer.seal('size').segment({ inFlight: [first] })
    writer.outcome(first, 'first', { time: at('12:00:09'), durationMs: 8_000 })
    writer.seal('closed')
    writer.prune(1, 3)
    const left = { callId: 'first', tool: 'search', time: at('12:00:01'), outcome: 'executed', durationMs: 8_000 }
    expect(await read({ directory })).toEqual([{ ...left, writer: writer.id, seq: first }])
    expect(await idsOf({ directory, tool: 'search', callId: 'first' })).toEqual(['first'])
    // Who called is not known.
    expect(await idsOf({ directory, principal: 'agent:1' })).toEqual([])
    expect(await idsOf({ directory, tool: 'other' })).toEqual([])
    expect(await idsOf({ directory, from: new Date(at('12:00:02')) })).toEqual([])
  })
})

describe('the order', () => {
  test('is that of arrival where each writer has its calls in that order', async () => {
    const directory = await newDirectory()
    const writers = [1, 2, 3].map((number) => new WrittenWriter(directory, `20260115T12000${number}Z`).segment())
    for (let second = 10; second < 59; second++) {
      writers[(second * 7) % 3]?.call(`${second}`, { time: at(`12:00:${second}`) })
    }
    expect(await idsOf({ directory })).toEqual(Array.from({ length: 49 }, (_, index) => `${index + 10}`))
  })

  test('of one writer is that in which its calls ended, and then come those that have not', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    const intents = ['a', 'b', 'c'].map((name, index) => writer.intent(name, { time: at(`12:00:0${index}`) }))
    writer.outcome(intents[2] as number, 'c')
    writer.call('d', { time: at('12:00:04') })
    writer.outcome(intents[0] as number, 'a')
    expect(await idsOf({ directory })).toEqual(['c', 'd', 'a', 'b'])
  })

  test('does not look into a writer before the others have come to its start', async () => {
    const directory = await newDirectory()
    const early = new WrittenWriter(directory, '20260115T120000Z').segment()
    for (let second = 10; second < 20; second++) early.call(`${second}`, { time: at(`12:00:${second}`) })
    const late = new WrittenWriter(directory, '20260115T120015Z').segment()
    late.raw('not an entry\n')
    late.call('late', { time: at('12:00:15') })
    const before = await readDamaged({ directory, limit: 5 })
    expect(before).toMatchObject({ ids: ['10', '11', '12', '13', '14'], problems: [] })
    expect((await readDamaged({ directory, limit: 8 })).problems).toEqual(['1: a line stands there that is no entry'])
  })

  test('holds for hundreds of writers side by side', async () => {
    const directory = await newDirectory()
    for (let number = 0; number < 300; number++) {
      const writer = new WrittenWriter(directory, '20260115T120000Z', number).segment()
      for (const half of [0, 1]) {
        const time = new Date(Date.UTC(2026, 0, 15, 12, 0, 1, 0) + half * 1_000 + ((number * 7) % 1_000)).toISOString()
        writer.call(`${number}`, { time })
      }
    }
    const calls = await read({ directory })
    expect(calls).toHaveLength(600)
    expect(calls.map(({ time }) => time)).toEqual(calls.map(({ time }) => time).sort())
  })
})

describe('reading', () => {
  test('stops at the limit, and leaves no file open wherever it is broken off', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment({ process: thisProcess() })
    for (let index = 0; index < 5_000; index++) writer.call(`${index}`)
    expect(await idsOf({ directory, limit: 3 })).toEqual(['0', '1', '2'])
    for await (const { callId } of readJournal({ directory })) if (callId === '1') break
    expect(openFiles(directory)).toEqual([])
    for await (const { callId } of readJournal({ directory, follow: true })) if (callId === '4999') break
    expect(openFiles(directory)).toEqual([])
  })

  test('takes up lines of any length', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    for (const length of [10, 3_000_000, 20]) writer.call(`${length}`, { arguments: 'ü'.repeat(length) })
    const calls = await read({ directory })
    expect(calls.map(({ arguments: text }) => String(text).length)).toEqual([10, 3_000_000, 20])
  })

  test('can be begun again, and says how far it has come', async () => {
    const directory = await newDirectory()
    const sizes: number[] = []
    for (const number of [1, 2]) {
      const writer = new WrittenWriter(directory, '20260115T120000Z', number).segment()
      writer.call('a')
      sizes.push((await readFile(writer.path)).length)
    }
    const totalBytes = sizes.reduce((sum, size) => sum + size)
    const told: { bytes: number; totalBytes: number }[] = []
    const calls = readJournal({ directory, onProgress: (progress) => told.push(progress) })
    for (let time = 0; time < 2; time++) {
      told.length = 0
      for await (const _ of calls) expect(told.length).toBeGreaterThan(0)
      expect(told.at(-1)).toEqual({ bytes: totalBytes, totalBytes })
    }
  })

  test('rejects with the reason of the signal', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment()
    for (let index = 0; index < 10; index++) writer.call(`${index}`)
    const abort = new AbortController()
    const ids: string[] = []
    const reading = async () => {
      for await (const { callId } of readJournal({ directory, signal: abort.signal })) {
        ids.push(callId)
        if (ids.length === 3) abort.abort(new Error('enough'))
      }
    }
    await expect(reading()).rejects.toThrow('enough')
    expect(ids).toEqual(['0', '1', '2'])
    await expect(read({ directory, signal: AbortSignal.abort(new Error('not now')) })).rejects.toThrow('not now')
  })

  test('says that there is no journal, and reads nothing of an empty one', async () => {
    const directory = await newDirectory()
    await expect(read({ directory })).rejects.toThrow(`there is no journal in \`${directory}\``)
    new WrittenWriter(directory)
    expect(await read({ directory })).toEqual([])
  })

  test('refuses options that can not be used, and names that there are not', () => {
    const refused: [object, string][] = [
      [{}, 'readJournal.directory is `undefined`; expected the directory of a journal, such as "audit"'],
      [{ directory: 'audit', agent: 'a' }, 'readJournal.agent is `"a"`; expected no such field'],
      [{ directory: 'audit', tool: '' }, 'readJournal.tool is `""`; expected a string that is not empty'],
      [{ directory: 'audit', from: '2026' }, 'readJournal.from is `"2026"`; expected a valid Date'],
      [{ directory: 'audit', to: new Date('?') }, 'expected a valid Date'],
      [{ directory: 'audit', limit: 0 }, 'readJournal.limit is `0`; expected a whole number of 1 or more'],
      [{ directory: 'audit', outcome: 'done' }, 'readJournal.outcome is `"done"`; expected one of "executed"'],
      [{ directory: 'audit', decision: 'deny' }, 'expected one of "allow", "block", "replace", "pend"'],
      [{ directory: 'audit', follow: 1 }, 'readJournal.follow is `1`; expected true or false'],
      [{ directory: 'audit', signal: {} }, 'expected an AbortSignal'],
      [{ directory: 'audit', onDamage: 'log' }, 'readJournal.onDamage is `"log"`; expected a function'],
    ]
    for (const [options, message] of refused) {
      expect(() => readJournal(options as ReadJournalOptions)).toThrow(message)
    }
  })
})
