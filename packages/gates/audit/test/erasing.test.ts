import { hash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JournalError, verifyJournal } from '@toolgate/audit'
import { describe, expect, test } from 'vitest'
import { FixtureJournal } from './fixture-journal.ts'
import {
  allBytesOf,
  entriesOf,
  journaled,
  leafOf,
  linesOf,
  newDirectory,
  type StoredEntry,
  valuesOf,
} from './stored-journal.ts'

const policy = { durability: 'outcome', arguments: { erasable: ['email', 'card.number', 'items.*.name'] } } as const
const args = {
  email: 'ada@example.com',
  card: { number: '4111', kind: 'x' },
  items: [{ name: 'one' }, { name: 'two' }],
}

/** A journal with one call whose values can be erased, and the entry that has their digests. */
async function withCall(options: Parameters<typeof journaled>[1] = {}) {
  const recorded = await journaled(policy, options)
  recorded.runner.register('pay', { execute: () => 1 })
  await recorded.runner.call('nothing')
  await recorded.runner.call('pay', args)
  const writer = recorded.journal.writer as string
  const entry = (await recorded.stored()).find(({ erasable }) => erasable !== undefined) as StoredEntry
  const values = join(recorded.directory, writer, '000001.values.jsonl')
  return { ...recorded, writer, entry, values }
}

describe('erasing', () => {
  test('overwrites the values of an entry with spaces, where they stand', async () => {
    const { directory, journal, writer, entry, values } = await withCall()
    const before = await readFile(values, 'utf8')
    const erased = await journal.erase({ writer, entry: entry.seq })
    expect(erased).toEqual({ paths: ['email', 'card.number', 'items.0.name', 'items.1.name'] })
    expect(await readFile(values, 'utf8')).toBe(before.replace(/[^\n]/g, ' '))
    expect(before.length).toBeGreaterThan(200)
    const disclosures = before
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { disclosure: string }).disclosure)
    const bytes = await allBytesOf(directory)
    for (const disclosure of disclosures) expect(bytes).not.toContain(disclosure)
  })

  test('changes no entry and no checkpoint: the chain stays right, and the journal verifies', async () => {
    const { directory, journal, writer, entry, closed } = await withCall()
    const before = await linesOf(directory, writer)
    await journal.erase({ writer, entry: entry.seq })
    expect((await linesOf(directory, writer)).slice(0, before.length)).toEqual(before)
    const entries = await closed()
    const lines = await linesOf(directory, writer)
    expect(entries.slice(1).map(({ prev }) => prev)).toEqual(lines.slice(0, -1).map(leafOf))
    const report = await verifyJournal({ directory })
    expect(report.findings).toEqual([])
    expect(report.verdict).toBe('unanchored')
  })

  test('is recorded, each value by its digest, with the reason and the time', async () => {
    const { journal, writer, entry, clock, stored } = await withCall()
    clock.now += 60_000
    await journal.erase({ writer, entry: entry.seq, reason: 'asked for by the customer' })
    const erased = (await stored()).filter(({ kind }) => kind === 'erase')
    expect(erased.map(({ seq: _, prev: __, ...fields }) => fields)).toEqual(
      (entry.erasable as string[]).map((digest) => ({
        kind: 'erase',
        time: '2026-01-15T12:01:00.000Z',
        writer,
        entry: entry.seq,
        digest,
        reason: 'asked for by the customer',
      })),
    )
  })

  test('without a reason leaves none in the record', async () => {
    const { journal, writer, entry, stored } = await withCall()
    await journal.erase({ writer, entry: entry.seq, path: 'email' })
    expect((await stored()).find(({ kind }) => kind === 'erase')).not.toHaveProperty('reason')
  })

  test('of a path leaves the others', async () => {
    const { directory, journal, writer, entry } = await withCall()
    expect(await journal.erase({ writer, entry: entry.seq, path: 'items.0.name' })).toEqual({ paths: ['items.0.name'] })
    const left = await valuesOf(directory, writer)
    expect(left.map(({ path }) => path)).toEqual(['email', 'card.number', 'items.1.name'])
    for (const { disclosure } of left) expect(entry.erasable).toContain(hash('sha256', disclosure, 'base64url'))
  })

  test('of an entry leaves those of other entries', async () => {
    const { directory, journal, runner, writer, entry } = await withCall()
    await runner.call('pay', { email: 'bob@example.com' })
    await journal.erase({ writer, entry: entry.seq })
    expect((await valuesOf(directory, writer)).map(({ value }) => value)).toEqual(['bob@example.com'])
  })

  test('goes on where it left off: values that come afterwards are stored as ever', async () => {
    const { directory, journal, runner, writer, entry } = await withCall()
    await journal.erase({ writer, entry: entry.seq })
    await runner.call('pay', { email: 'bob@example.com' })
    const [value] = await valuesOf(directory, writer)
    expect(value).toMatchObject({ path: 'email', value: 'bob@example.com' })
    expect(value?.seq).toBeGreaterThan(entry.seq)
  })

  test('finds values in all segments', async () => {
    const { directory, journal, runner, writer, stored } = await withCall({ maxSegmentBytes: 4_096 })
    for (let call = 0; call < 4; call++) await runner.call('pay', { ...args, email: `${call}`, pad: 'x'.repeat(2_000) })
    const last = (await stored()).findLast(({ erasable }) => erasable !== undefined) as StoredEntry
    expect(last.seq).toBeGreaterThan((await entriesOf(directory, writer)).find(({ kind }) => kind === 'seal')?.seq ?? 0)
    expect((await journal.erase({ writer, entry: last.seq, path: 'email' })).paths).toEqual(['email'])
    await expect(journal.erase({ writer, entry: last.seq, path: 'email' })).rejects.toThrow(JournalError)
  })

  test('of what another journal that is running has written is recorded in one’s own', async () => {
    const one = await withCall()
    const other = await journaled({}, { directory: one.directory })
    await other.journal.erase({ writer: one.writer, entry: one.entry.seq, path: 'email' })
    expect((await other.stored()).at(-1)).toMatchObject({ kind: 'erase', writer: one.writer, entry: one.entry.seq })
    expect((await one.stored()).some(({ kind }) => kind === 'erase')).toBe(false)
    await one.runner.call('pay', { email: 'bob@example.com' })
    const left = (await valuesOf(one.directory, one.writer)).map(({ value }) => value)
    expect(left).toEqual(['4111', 'one', 'two', 'bob@example.com'])
  })

  test('of what a journal that has ended has written', async () => {
    const directory = await newDirectory()
    const fixture = new FixtureJournal()
    const writer = fixture.writer()
    writer.begin()
    writer.sign()
    const seq = writer.intent(['MARK', 'other'])
    await fixture.store(directory)
    const { journal } = await journaled({}, { directory })
    expect(await journal.erase({ writer: writer.id, entry: seq, path: 'path0' })).toEqual({ paths: ['path0'] })
    expect((await valuesOf(directory, writer.id)).map(({ value }) => value)).toEqual(['other'])
  })

  test('is recorded before the value is overwritten: where nothing can be recorded, the value stays', async () => {
    const { directory, journal, writer, entry, values } = await withCall()
    const before = await readFile(values, 'utf8')
    // The journal notices that something else has written to its segment, and gives it up.
    await writeFile(join(directory, writer, '000001.jsonl'), 'not a line\n', { flag: 'a' })
    await expect(journal.erase({ writer, entry: entry.seq })).rejects.toThrow(JournalError)
    expect(await readFile(values, 'utf8')).toBe(before)
  })
})

describe('what can not be erased is refused, and says why:', () => {
  test('what was erased before', async () => {
    const { journal, writer, entry, stored } = await withCall()
    await journal.erase({ writer, entry: entry.seq })
    const before = (await stored()).length
    await expect(journal.erase({ writer, entry: entry.seq })).rejects.toThrow(
      `entry ${entry.seq} of writer ${writer} has no value that can be erased, or no more`,
    )
    expect((await stored()).length).toBe(before)
  })

  test('a path that the entry has no value at', async () => {
    const { journal, writer, entry } = await withCall()
    await expect(journal.erase({ writer, entry: entry.seq, path: 'phone' })).rejects.toThrow(
      `entry ${entry.seq} of writer ${writer} has no value at "phone" that can be erased, or no more`,
    )
  })

  test.each([0, 1, 999])('an entry without values, or that is not there: %s', async (entry) => {
    const { journal, writer } = await withCall()
    await expect(journal.erase({ writer, entry })).rejects.toThrow(JournalError)
    await expect(journal.erase({ writer, entry })).rejects.toThrow('has no value that can be erased')
  })

  test('a writer that is not there', async () => {
    const { journal } = await withCall()
    const writer = '20200101T000000Z-0123456789ab'
    await expect(journal.erase({ writer, entry: 1 })).rejects.toThrow(JournalError)
    await expect(journal.erase({ writer, entry: 1 })).rejects.toThrow(writer)
  })

  test('anything, once the journal is closed', async () => {
    const { journal, writer, entry, values, closed } = await withCall()
    await closed()
    const before = await readFile(values, 'utf8')
    await expect(journal.erase({ writer, entry: entry.seq })).rejects.toThrow('is closed')
    expect(await readFile(values, 'utf8')).toBe(before)
  })
})

test('a values file that was damaged hinders nobody from erasing what is whole in it', async () => {
  const { directory, journal, writer, entry, values } = await withCall()
  const text = await readFile(values, 'utf8')
  await writeFile(values, text.replace('"disclosure"', '"disclosurX"'))
  expect((await journal.erase({ writer, entry: entry.seq })).paths).toEqual([
    'card.number',
    'items.0.name',
    'items.1.name',
  ])
  expect(await allBytesOf(directory)).not.toContain(Buffer.from('4111').toString('base64url').slice(0, 5))
})
