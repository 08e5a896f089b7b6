import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FixtureJournal, type FixtureWriter } from './fixture-journal.ts'
import { checkpointsOf, journaled, newDirectory, type StoredEntry } from './stored-journal.ts'

/** What a new journal finds in a directory. */
async function foundIn(directory: string): Promise<unknown> {
  const { runner, closed } = await journaled({}, { directory })
  await runner.call('nothing')
  const [first] = await closed()
  return (first as StoredEntry).found
}

/** What a new journal finds of a fixture. */
async function foundOf(fixture: FixtureJournal): Promise<unknown> {
  const directory = await newDirectory()
  await fixture.store(directory)
  return foundIn(directory)
}

function begun(fixture: FixtureJournal, options?: Parameters<FixtureJournal['writer']>[0]): FixtureWriter {
  const writer = fixture.writer(options)
  writer.begin()
  writer.sign()
  return writer
}

const here = { host: hostname(), pid: process.pid }
const hasPipes = process.platform !== 'win32'

const elsewhere = { host: `not-${hostname()}`, pid: 1 }

describe('a new writer', () => {
  test('that is the first finds nobody', async () => {
    expect(await foundIn(await newDirectory())).toBeUndefined()
  })

  test('finds one that has closed, with its entries and the leaf hash of the last', async () => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture)
    writer.outcome(writer.intent())
    writer.seal('size')
    writer.begin()
    writer.close()
    expect(await foundOf(fixture)).toEqual([{ writer: writer.id, entries: 6, head: writer.head, state: 'closed' }])
  })

  test.each([
    ['on this machine', here],
    ['on another machine', elsewhere],
  ])('finds one that is running %s, as its last checkpoint has it', async (_, process) => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture, { process })
    writer.intent()
    writer.sign()
    const found = writer.foundRunning()
    writer.intent()
    expect(await foundOf(fixture)).toEqual([found])
  })

  test('finds a journal of its own process that is open', async () => {
    const one = await journaled()
    await one.runner.call('nothing')
    const [checkpoint] = await checkpointsOf(one.directory, one.journal.writer as string)
    const found = { writer: one.journal.writer, entries: 1, root: checkpoint?.root, state: 'running' }
    expect(await foundIn(one.directory)).toEqual([found])
  })

  test('finds one that has ended, with the calls whose outcome nobody knows', async () => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture)
    const [first, second, third] = [writer.intent(), writer.intent(), writer.intent()]
    writer.outcome(second)
    const found = { writer: writer.id, entries: 5, head: writer.head, state: 'ended' }
    expect(await foundOf(fixture)).toEqual([{ ...found, unknown: { count: 2, entries: [first, third] } }])
  })

  test('finds the calls of an ended one that earlier segments have the intents of', async () => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture)
    const [first, second] = [writer.intent(), writer.intent()]
    writer.seal('size')
    writer.begin({ inFlight: [first, second] })
    writer.outcome(first)
    expect(await foundOf(fixture)).toMatchObject([{ state: 'ended', unknown: { count: 1, entries: [second] } }])
  })

  test('counts all the calls of unknown outcome, and lists a hundred', async () => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture)
    const intents = Array.from({ length: 130 }, () => writer.intent())
    const unknown = { count: 130, entries: intents.slice(0, 100) }
    expect(await foundOf(fixture)).toMatchObject([{ entries: 131, unknown }])
  })

  test.each([
    ['half a line', '{"seq":2,"prev":"'],
    ['a line that follows nothing', `{"seq":2,"prev":"${'0'.repeat(64)}","kind":"call"}\n`],
    ['a line that is no JSON', 'x\n'],
  ])('finds what stands after the last whole entry of an ended one: %s', async (_, torn) => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture)
    writer.outcome(writer.intent())
    writer.append(writer.segmentFile, torn)
    const rest = { segment: 1, bytes: torn.length, sha256: hash('sha256', torn) }
    expect(await foundOf(fixture)).toEqual([
      { writer: writer.id, entries: 3, head: writer.head, state: 'ended', torn: rest },
    ])
  })

  test('finds an ended one whose last segment was never begun', async () => {
    const fixture = new FixtureJournal()
    const writer = begun(fixture)
    writer.outcome(writer.intent())
    writer.seal('size')
    fixture.files.set(writer.fileOf(2), '{"seq":4,')
    const rest = { segment: 2, bytes: 9, sha256: hash('sha256', '{"seq":4,') }
    expect(await foundOf(fixture)).toEqual([
      { writer: writer.id, entries: 4, head: writer.head, state: 'ended', torn: rest },
    ])
  })

  test('repeats of one that has ended what another has found of it, also once its own files say less', async () => {
    const fixture = new FixtureJournal()
    const [ended, witness] = [begun(fixture), fixture.writer()]
    ended.intent()
    const found = ended.found('ended', { unknown: { count: 1, entries: [1] } })
    witness.begin({ found: [found] })
    witness.close()
    fixture.files.set(ended.segmentFile, `${fixture.files.get(ended.segmentFile)?.split('\n')[0]}\n`)
    expect(await foundOf(fixture)).toEqual([found, witness.found('closed')])
  })

  test('finds 64 others at most, the latest, in the order of their beginning', async () => {
    const fixture = new FixtureJournal()
    for (let index = 0; index < 70; index++) {
      const hour = String(Math.floor(index / 60)).padStart(2, '0')
      const minute = String(index % 60).padStart(2, '0')
      const writer = begun(fixture, { id: `20260101T${hour}${minute}00Z-000000000000` })
      writer.close()
    }
    const latest = fixture.writers.slice(-64)
    expect(await foundOf(fixture)).toEqual(latest.map((writer) => writer.found('closed')))
  })

  test('finds one before those 64 too that has ended since they have found it running', async () => {
    const fixture = new FixtureJournal()
    const ended = begun(fixture)
    const running = ended.foundRunning()
    const intent = ended.intent()
    for (let index = 0; index < 66; index++) {
      const hour = String(1 + Math.floor(index / 60)).padStart(2, '0')
      const minute = String(index % 60).padStart(2, '0')
      const writer = fixture.writer({ id: `20260101T${hour}${minute}00Z-000000000000` })
      writer.begin({ found: [running] })
      writer.close()
    }
    const latest = fixture.writers.slice(-64).map((writer) => writer.found('closed'))
    const found = ended.found('ended', { unknown: { count: 1, entries: [intent] } })
    expect(await foundOf(fixture)).toEqual([found, ...latest])
  })

  test('finds them anew with each of its segments', async () => {
    const { directory, runner, stored } = await journaled({ durability: 'outcome' }, { maxSegmentBytes: 4_096 })
    await runner.call('nothing')
    const other = await journaled({}, { directory })
    await other.runner.call('nothing')
    await other.closed()
    for (let call = 0; call < 2; call++) await runner.call('nothing', { text: 'x'.repeat(5_000) })
    const segments = (await stored()).filter(({ kind }) => kind === 'segment')
    expect(segments[0]).not.toHaveProperty('found')
    expect(segments[1]?.found).toMatchObject([{ writer: other.journal.writer, state: 'closed' }])
  })
})

describe('what is damaged of others keeps no writer from beginning, nor from finding the rest:', () => {
  const damages: [string, (writer: FixtureWriter, fixture: FixtureJournal) => void][] = [
    ['an empty segment', (writer, { files }) => files.set(writer.fileOf(1), '')],
    ['a segment of other bytes', (writer, { files }) => files.set(writer.fileOf(1), '\u0000\u0001\n\n\nnull\n')],
    ['a first line that is null', (writer, { files }) => files.set(writer.fileOf(1), 'null\n')],
    ['a first line that is a list', (writer, { files }) => files.set(writer.fileOf(1), '[]\n')],
    ['`found` that is no list', (writer, { files }) => files.set(writer.fileOf(1), '{"kind":"segment","found":5}\n')],
    [
      '`found` that lists nothing',
      (writer, { files }) => files.set(writer.fileOf(1), '{"kind":"segment","found":[null]}\n'),
    ],
    [
      'a process that is none',
      (writer, { files }) => files.set(writer.fileOf(1), '{"kind":"segment","process":null}\n'),
    ],
    ['no checkpoints', (writer, { files }) => files.delete(writer.checkpointsFile)],
    ['checkpoints that are none', (writer, { files }) => files.set(writer.checkpointsFile, 'x\n{"note":5}\n')],
    [
      'a seal that is no JSON',
      (writer, fixture) => {
        const head = `{"seq":9,"prev":"${'0'.repeat(64)}","kind":"seal"`
        writer.append(writer.segmentFile, `${head}\n`)
        fixture.files.delete(writer.checkpointsFile)
      },
    ],
    ['segments with a gap', (writer, { files }) => files.set(writer.fileOf(7), 'x')],
  ]

  test.each(damages)('%s', async (_, damage) => {
    for (const process of [here, undefined]) {
      const fixture = new FixtureJournal()
      const one = begun(fixture, process === undefined ? {} : { process })
      const whole = begun(fixture)
      whole.close()
      damage(one, fixture)
      expect(await foundOf(fixture)).toContainEqual(whole.found('closed'))
    }
  })

  test('a directory in the place of a segment, and files that are no part of a journal', async () => {
    const directory = await newDirectory()
    const fixture = new FixtureJournal()
    const whole = begun(fixture)
    whole.close()
    await fixture.store(directory)
    await mkdir(join(directory, '20260101T000001Z-000000000001', '000001.jsonl'), { recursive: true })
    await mkdir(join(directory, '20260101T000002Z-000000000002'))
    await mkdir(join(directory, 'lost+found'))
    await writeFile(join(directory, '20260101T000003Z-000000000003'), 'a file')
    expect(await foundIn(directory)).toEqual([whole.found('closed')])
    expect(await readFile(join(directory, '20260101T000003Z-000000000003'), 'utf8')).toBe('a file')
  })

  test.runIf(hasPipes)('a pipe in the place of a segment, that nobody ever writes to', async () => {
    const directory = await newDirectory()
    const fixture = new FixtureJournal()
    const [whole, ended] = [begun(fixture), begun(fixture)]
    whole.close()
    ended.seal('size')
    await fixture.store(directory)
    const alone = join(directory, '20260101T000002Z-000000000002')
    await mkdir(alone)
    execFileSync('mkfifo', [join(alone, '000001.jsonl'), join(directory, ended.fileOf(2))])
    expect(await foundIn(directory)).toContainEqual(whole.found('closed'))
  })
})
