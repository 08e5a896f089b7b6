import { generateKeyPairSync, sign } from 'node:crypto'
import { access, copyFile, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { JournalError, type JournalReport, verifyJournal } from '@toolgate/audit'
import { describe, expect, test } from 'vitest'
import { rawPublicKey } from '../src/journal/format/note.ts'
import { FixtureJournal, FixtureKey, type FixtureWriter, subtreesOf } from './fixture-journal.ts'
import {
  journaled,
  leafOf,
  linesOf,
  newDirectory,
  StillClock,
  type StoredEntry,
  segmentsOf,
  startMs,
} from './stored-journal.ts'

const hourMs = 3_600_000

const subtreesOver = (leaves: readonly string[]) => subtreesOf(leaves.map((leaf) => Buffer.from(leaf, 'hex')))

/** A journal whose segments, of two entries and their seal, begin an hour after each other. The last is open. */
async function withSegments(count: number) {
  const recorded = await journaled(
    { durability: 'outcome', arguments: { erasable: ['email'] } },
    { maxSegmentBytes: 4_096 },
  )
  recorded.runner.register('tool', { execute: () => 1 })
  await recorded.runner.call('nothing')
  for (let segment = 1; segment < count; segment++) {
    await recorded.runner.call('tool', { email: `${segment}@example.com`, pad: 'x'.repeat(5_000) })
    recorded.clock.now += hourMs
  }
  await recorded.runner.call('nothing')
  const writer = recorded.journal.writer as string
  const leaves = (await linesOf(recorded.directory, writer)).map(leafOf)
  return { ...recorded, writer, leaves, own: join(recorded.directory, writer) }
}

async function prunedOf(directory: string, writer: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(directory, writer, 'pruned.json'), 'utf8')) as Record<string, unknown>
}

/** A journal of the name that others here have too. */
function fixtureJournal(key = new FixtureKey('toolgate')): FixtureJournal {
  return new FixtureJournal({ name: 'toolgate', key })
}

/** A fixture on the disk, its files as old as its entries, and a journal beside it that can prune it. */
async function beside(fixture: FixtureJournal) {
  const directory = await newDirectory()
  await fixture.store(directory)
  for (const file of fixture.files.keys()) await utimes(join(directory, file), new Date(0), new Date(0))
  return journaled({ durability: 'outcome' }, { directory })
}

/** A writer of a fixture with three segments. The third is open. */
function threeSegments(fixture: FixtureJournal, options?: Parameters<FixtureJournal['writer']>[0]): FixtureWriter {
  const writer = fixture.writer(options)
  writer.begin()
  writer.sign()
  writer.outcome(writer.intent(['secret']))
  writer.seal('size')
  writer.begin()
  writer.outcome(writer.intent(['secret']))
  writer.seal('size')
  writer.sign()
  writer.begin()
  writer.outcome(writer.intent())
  return writer
}

describe('pruning', () => {
  test('removes whole segments that ended before the time, with their values, and never the last', async () => {
    const { journal, own, directory, writer, clock } = await withSegments(4)
    expect(await segmentsOf(directory, writer)).toEqual([
      '000001.jsonl',
      '000002.jsonl',
      '000003.jsonl',
      '000004.jsonl',
    ])
    // The second began an hour after the start, and ended when the third began, an hour later.
    const olderThanMs = clock.now - (startMs + 2 * hourMs) - 1
    expect(await journal.prune({ olderThanMs })).toEqual({ writers: 1, segments: 2 })
    expect((await readdir(own)).sort()).toEqual([
      '000003.jsonl',
      '000003.values.jsonl',
      '000004.jsonl',
      'checkpoints.jsonl',
      'pruned.json',
    ])
    clock.now += 1_000 * hourMs
    expect(await journal.prune({ olderThanMs: 1 })).toEqual({ writers: 1, segments: 1 })
    expect(await segmentsOf(directory, writer)).toEqual(['000004.jsonl'])
  })

  test('leaves a segment that ended at the very time', async () => {
    const { journal, clock } = await withSegments(2)
    expect(await journal.prune({ olderThanMs: clock.now - (startMs + hourMs) })).toEqual({ writers: 0, segments: 0 })
  })

  test('is recorded, as pruned.json says it, with the head and the subtrees of what there was', async () => {
    const { journal, directory, writer, leaves, clock, closed } = await withSegments(4)
    const entries = (await linesOf(directory, writer)).map((line) => JSON.parse(line) as StoredEntry)
    const third = entries.find(({ kind, segment }) => kind === 'segment' && segment === 3)?.seq as number
    await journal.prune({ olderThanMs: clock.now - (startMs + 2 * hourMs) - 1 })
    const said = {
      time: new Date(clock.now).toISOString(),
      writer,
      key: entries[0]?.key,
      through: 2,
      entries: third,
      head: leaves[third - 1],
      subtrees: subtreesOver(leaves.slice(0, third)),
    }
    const entry = (await closed()).find(({ kind }) => kind === 'prune') as StoredEntry
    const { seq, prev: _, kind: __, ...fields } = entry
    expect(fields).toEqual(said)
    expect(await prunedOf(directory, writer)).toEqual({ ...said, by: { writer, seq } })
  })

  test('goes on from what was pruned before, and the journal stays verifiable', async () => {
    const { journal, directory, writer, leaves, clock, closed } = await withSegments(6)
    const bounds = (await linesOf(directory, writer))
      .map((line) => JSON.parse(line) as StoredEntry)
      .filter(({ kind }) => kind === 'segment')
      .map(({ seq }) => seq)
    for (const through of [1, 2, 4]) {
      await journal.prune({ olderThanMs: clock.now - (startMs + through * hourMs) - 1 })
      const entries = bounds[through] as number
      const subtrees = subtreesOver(leaves.slice(0, entries))
      expect(await prunedOf(directory, writer)).toMatchObject({ through, entries, head: leaves[entries - 1], subtrees })
      const { findings, writers } = await verifyJournal({ directory })
      expect(findings).toEqual([])
      expect(writers).toMatchObject([{ pruned: entries }])
    }
    await closed()
    const checkpoints = (await readFile(join(directory, writer, 'checkpoints.jsonl'), 'utf8')).split('\n').slice(0, -1)
    const last = (JSON.parse(checkpoints.at(-1) as string) as { note: string }).note
    expect(await verifyJournal({ directory, checkpoints: [last] })).toMatchObject({ verdict: 'pruned', findings: [] })
  })

  test('of nothing changes nothing', async () => {
    const { journal, directory, writer, clock } = await withSegments(3)
    const before = await linesOf(directory, writer)
    expect(await journal.prune({ olderThanMs: clock.now })).toEqual({ writers: 0, segments: 0 })
    expect(await linesOf(directory, writer)).toEqual(before)
    await expect(access(join(directory, writer, 'pruned.json'))).rejects.toThrow('ENOENT')
  })

  test('of nothing begins no writer', async () => {
    const { directory, clock, closed, writer } = await withSegments(3)
    await closed()
    const next = await journaled({}, { directory }, clock)
    expect(await next.journal.prune({ olderThanMs: 1_000 * 24 * hourMs })).toEqual({ writers: 0, segments: 0 })
    await next.closed()
    expect(await readdir(directory)).toEqual([writer])
  })

  test('is refused once the journal is closed', async () => {
    const { journal, directory, writer, closed } = await withSegments(3)
    await closed()
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow('is closed')
    expect((await segmentsOf(directory, writer)).length).toBe(3)
  })
})

describe('of other writers', () => {
  test.each([
    ['has closed', true],
    ['has ended', false],
  ])('one that %s is pruned whole: its last checkpoint and pruned.json are left', async (_, isClosed) => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    if (isClosed) writer.close()
    const { journal, directory, stored } = await beside(fixture)
    expect(await journal.prune({ olderThanMs: 0 })).toEqual({ writers: 1, segments: 3 })
    expect((await readdir(join(directory, writer.id))).sort()).toEqual(['checkpoints.jsonl', 'pruned.json'])
    const checkpoints = await readFile(join(directory, writer.id, 'checkpoints.jsonl'), 'utf8')
    expect(checkpoints).toBe(`${JSON.stringify({ note: writer.note })}\n`)
    const { seq, prev: __, kind, ...said } = (await stored()).at(-1) as StoredEntry
    expect(kind).toBe('prune')
    expect(said).toMatchObject({
      writer: writer.id,
      through: 3,
      entries: writer.leaves.length,
      head: writer.head,
      subtrees: subtreesOf(writer.leaves),
    })
    expect(await prunedOf(directory, writer.id)).toEqual({ ...said, by: { writer: journal.writer, seq } })
    const keys = [fixture.key.text, String((await stored())[0]?.key)]
    expect((await verifyJournal({ directory, keys })).findings).toEqual([])
  })

  test('one that signed with a key of its own still verifies, by what the journal itself says', async () => {
    const fixture = fixtureJournal()
    threeSegments(fixture).close()
    const { journal, directory } = await beside(fixture)
    await journal.prune({ olderThanMs: 0 })
    const { findings } = await verifyJournal({ directory })
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
  })

  test.each([
    ['on this machine', { host: hostname(), pid: process.pid }],
    ['on another machine', { host: `not-${hostname()}`, pid: 1 }],
  ])('one that is running %s keeps its last segment', async (_, process) => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture, { process })
    const { journal, directory } = await beside(fixture)
    expect(await journal.prune({ olderThanMs: 0 })).toEqual({ writers: 1, segments: 2 })
    expect(await segmentsOf(directory, writer.id)).toEqual(['000003.jsonl'])
    expect(await prunedOf(directory, writer.id)).toMatchObject({
      through: 2,
      subtrees: subtreesOf(writer.leaves.slice(0, 8)),
    })
    expect((await readFile(join(directory, writer.id, 'checkpoints.jsonl'), 'utf8')).split('\n').length).toBe(3)
  })

  test('one that has ended with half a line is pruned up to its last whole entry', async () => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.append(writer.segmentFile, '{"seq":')
    const { journal, directory } = await beside(fixture)
    expect(await journal.prune({ olderThanMs: 0 })).toEqual({ writers: 1, segments: 3 })
    expect(await prunedOf(directory, writer.id)).toMatchObject({ entries: writer.leaves.length, head: writer.head })
  })

  test('one that has ended when it had just made a segment is pruned whole', async () => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.seal('size')
    fixture.files.set(writer.fileOf(4), '')
    const { journal, directory } = await beside(fixture)
    expect((await journal.prune({ olderThanMs: 0 })).writers).toBe(1)
    expect(await segmentsOf(directory, writer.id)).toEqual([])
  })

  test('one whose last segment was written to since keeps it', async () => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.close()
    const { journal, directory } = await beside(fixture)
    const since = new Date(startMs - hourMs)
    await utimes(join(directory, writer.segmentFile), since, since)
    await journal.prune({ olderThanMs: 2 * hourMs })
    expect(await segmentsOf(directory, writer.id)).toEqual(['000003.jsonl'])
    await journal.prune({ olderThanMs: hourMs - 1 })
    expect(await segmentsOf(directory, writer.id)).toEqual([])
  })

  test('all that have ended are pruned whole, however many there are', async () => {
    const fixture = fixtureJournal()
    for (let index = 0; index < 70; index++) {
      const minute = String(index % 60).padStart(2, '0')
      threeSegments(fixture, { id: `20260101T0${Math.floor(index / 60)}${minute}00Z-000000000000` })
    }
    const { journal } = await beside(fixture)
    expect(await journal.prune({ olderThanMs: 0 })).toEqual({ writers: 70, segments: 210 })
  })

  test('one whose clock was set back is pruned as far as all before is old', async () => {
    const fixture = fixtureJournal()
    const writer = fixture.writer({ process: { host: hostname(), pid: process.pid } })
    for (const day of ['2026-01-01', '2027-01-01', '2026-01-02', '2026-01-03']) {
      const fields = { time: `${day}T00:00:00.000Z`, found: [] }
      writer.begin(fields)
      writer.seal('age')
    }
    writer.sign()
    const { journal, directory } = await beside(fixture)
    // The first segment ended when the second began, by the clock as it was then: too late.
    expect(await journal.prune({ olderThanMs: 0 })).toEqual({ writers: 0, segments: 0 })
    expect((await segmentsOf(directory, writer.id)).length).toBe(4)
  })
})

describe('what was tampered with is not pruned, for that would hide it:', () => {
  const tamper: [string, (text: string) => string][] = [
    ['an entry that was changed', (text) => text.replace('"tool":"pay"', '"tool":"pax"')],
    ['an entry that is missing', (text) => text.split('\n').toSpliced(1, 1).join('\n')],
    [
      'entries in another order',
      (text) => {
        const [first, second, third, ...rest] = text.split('\n')
        return [first, third, second, ...rest].join('\n')
      },
    ],
    ['an entry that was put in', (text) => text.replace('\n', '\n{"seq":1,"kind":"call"}\n')],
    ['a line that is none', (text) => text.replace('\n', '\nx\n')],
  ]

  test.each(tamper)('%s', async (_, change) => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.close()
    fixture.files.set(writer.fileOf(1), change(fixture.files.get(writer.fileOf(1)) as string))
    const { journal, directory, stored } = await beside(fixture)
    const before = await readdir(join(directory, writer.id))
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow(JournalError)
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow(
      /^segment [12] of writer 20260101T000000Z-000000000000, entry \d, does not fit .* run: toolgate audit verify$/,
    )
    expect(await readdir(join(directory, writer.id))).toEqual(before)
    expect((await stored()).some(({ kind }) => kind === 'prune')).toBe(false)
  })

  test('a segment that was written anew, so that only its checkpoint tells', async () => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.close()
    const forged = fixtureJournal(fixture.key)
    const other = forged.writer()
    other.begin({ inFlight: [9] })
    other.outcome(other.intent(['secret']))
    other.seal('size')
    other.begin()
    other.outcome(other.intent(['secret']))
    other.seal('size')
    other.begin()
    other.outcome(other.intent())
    other.seal('closed')
    for (const segment of [1, 2, 3]) {
      fixture.files.set(writer.fileOf(segment), forged.files.get(other.fileOf(segment)) as string)
    }
    const { journal, directory } = await beside(fixture)
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow('does not fit')
    expect((await segmentsOf(directory, writer.id)).length).toBe(3)
  })

  test('a tail that was cut off, so that there is less than a checkpoint says', async () => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.close()
    const lines = (fixture.files.get(writer.fileOf(3)) as string).split('\n')
    fixture.files.set(writer.fileOf(3), `${lines.slice(0, 2).join('\n')}\n`)
    const { journal, directory } = await beside(fixture)
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow(JournalError)
    expect((await segmentsOf(directory, writer.id)).length).toBe(3)
  })

  test('a segment that was written anew together with its checkpoints, which nobody has signed', async () => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.close()
    const text = fixture.files.get(writer.checkpointsFile) as string
    fixture.files.set(writer.checkpointsFile, text.replaceAll(/ [A-Za-z0-9+/]{90,}/g, ` ${'A'.repeat(91)}`))
    const { journal, directory } = await beside(fixture)
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow(JournalError)
    expect((await segmentsOf(directory, writer.id)).length).toBe(3)
  })

  test('and all others are pruned nevertheless', async () => {
    const fixture = fixtureJournal()
    const [first, second, third] = [threeSegments(fixture), threeSegments(fixture), threeSegments(fixture)]
    for (const writer of [first, second, third]) writer.close()
    const text = fixture.files.get(second.fileOf(2)) as string
    fixture.files.set(second.fileOf(2), text.replace('"tool":"pay"', '"tool":"pax"'))
    const { journal, directory } = await beside(fixture)
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow(second.id)
    expect(await segmentsOf(directory, first.id)).toEqual([])
    expect((await segmentsOf(directory, second.id)).length).toBe(3)
    expect(await segmentsOf(directory, third.id)).toEqual([])
  })

  test.each([
    ['gone', undefined],
    ['no checkpoints', 'x\n'],
    ['half a line', '{"note":"'],
  ])('a writer whose checkpoints are %s', async (_, checkpoints) => {
    const fixture = fixtureJournal()
    const writer = threeSegments(fixture)
    writer.close()
    if (checkpoints === undefined) fixture.files.delete(writer.checkpointsFile)
    else fixture.files.set(writer.checkpointsFile, checkpoints)
    const { journal, directory } = await beside(fixture)
    await expect(journal.prune({ olderThanMs: 0 })).rejects.toThrow(JournalError)
    expect((await segmentsOf(directory, writer.id)).length).toBe(3)
  })

  test('what stands in pruned.json, where that is damaged', async () => {
    const { journal, own, clock, directory, writer } = await withSegments(4)
    await journal.prune({ olderThanMs: clock.now - (startMs + hourMs) - 1 })
    await writeFile(join(own, 'pruned.json'), '{"entries":')
    clock.now += hourMs
    await expect(journal.prune({ olderThanMs: 1 })).rejects.toThrow(JournalError)
    expect((await segmentsOf(directory, writer)).length).toBe(3)
  })
})

describe('a process that ended while it pruned', () => {
  test.each([
    ['before any file was removed', ['000001.jsonl', '000001.values.jsonl', '000002.jsonl', '000002.values.jsonl']],
    ['when a part was', ['000002.jsonl', '000002.values.jsonl']],
    ['when only values were left', ['000002.values.jsonl']],
  ])('%s leaves what the next one removes', async (_, left) => {
    const { journal, own, directory, writer, clock } = await withSegments(4)
    const kept = await newDirectory()
    for (const name of left) await copyFile(join(own, name), `${kept}-${name}`)
    await journal.prune({ olderThanMs: clock.now - (startMs + 2 * hourMs) - 1 })
    for (const name of left) await copyFile(`${kept}-${name}`, join(own, name))
    clock.now += hourMs
    await journal.prune({ olderThanMs: 1 })
    expect((await readdir(own)).filter((name) => /^\d/.test(name)).sort()).toEqual(['000004.jsonl'])
    expect(await prunedOf(directory, writer)).toMatchObject({ through: 3 })
  })
})

describe('what is left of writers that were pruned whole', () => {
  test('stays, for others have found it, and its checkpoints may have been kept elsewhere', async () => {
    const { journal, directory, runner, clock, writer } = await withSegments(1)
    const other = await journaled({}, { directory })
    await other.runner.call('nothing')
    await other.closed()
    const gone = other.journal.writer as string
    const [line = ''] = (await readFile(join(directory, gone, 'checkpoints.jsonl'), 'utf8')).split('\n').slice(-2)
    const { note } = JSON.parse(line) as { note: string }
    for (const name of await readdir(join(directory, gone)))
      await utimes(join(directory, gone, name), new Date(0), new Date(0))
    clock.now += hourMs
    expect(await journal.prune({ olderThanMs: 1 })).toEqual({ writers: 1, segments: 1 })
    expect((await readdir(join(directory, gone))).sort()).toEqual(['checkpoints.jsonl', 'pruned.json'])
    for (let segment = 0; segment < 3; segment++) {
      await runner.call('tool', { pad: 'x'.repeat(5_000) })
      clock.now += hourMs
    }
    await journal.prune({ olderThanMs: 2 * hourMs + 1 })
    expect((await readdir(directory)).sort()).toEqual([gone, writer].sort())
    await journal.prune({ olderThanMs: hourMs - 1 })
    expect((await readdir(directory)).sort()).toEqual([gone, writer].sort())
    expect((await verifyJournal({ directory, checkpoints: [note] })).findings).toEqual([])
  })

  test('is not taken for a writer that is running, or ended, by those who come later', async () => {
    const fixture = fixtureJournal()
    threeSegments(fixture).close()
    const { journal, directory, closed } = await beside(fixture)
    await journal.prune({ olderThanMs: 0 })
    await closed()
    const next = await journaled({}, { directory })
    await next.runner.call('nothing')
    const [first] = await next.stored()
    expect(first?.found).toMatchObject([{ writer: journal.writer, state: 'closed' }])
    await rm(directory, { recursive: true })
  })
})

describe('a process a day that prunes and closes, with all checkpoints kept elsewhere', () => {
  const dayMs = 24 * hourMs

  test.each([
    ['and nothing else', false],
    ['after one that has crashed', true],
  ])('leaves a journal that verifies as pruned, %s', async (_, hasCrashed) => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const signer = {
      publicKey: rawPublicKey(privateKey),
      sign: async (text: Uint8Array) => sign(null, text, privateKey),
    }
    const fixture = fixtureJournal(new FixtureKey('toolgate', privateKey))
    const directory = await newDirectory()
    const checkpoints: string[] = []
    const clock = new StillClock()
    const age = async (writer: string) => {
      for (const name of await readdir(join(directory, writer))) {
        await utimes(join(directory, writer, name), new Date(clock.now), new Date(clock.now))
      }
    }
    if (hasCrashed) {
      const crashed = threeSegments(fixture)
      checkpoints.push(...crashed.notes)
      await fixture.store(directory)
      await age(crashed.id)
    }
    const reports: JournalReport[] = []
    for (let day = 0; day < 8; day++) {
      clock.now += dayMs
      const checkpoint = (note: string) => void checkpoints.push(note)
      const { journal, runner } = await journaled({}, { directory, signer, checkpoint }, clock)
      await runner.call('nothing')
      await journal.prune({ olderThanMs: 1.5 * dayMs })
      const writer = journal.writer as string
      await journal.close()
      await age(writer)
      reports.push(await verifyJournal({ directory, checkpoints }))
    }
    for (const { findings } of reports) expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(reports.slice(3).map(({ verdict }) => verdict)).toEqual(Array(5).fill('pruned'))
    expect(reports.at(-1)?.writers.filter(({ segments }) => segments > 0)).toHaveLength(2)
  })
})

test('two journals that prune at the same time harm nothing', async () => {
  const fixture = fixtureJournal()
  for (let index = 0; index < 5; index++) threeSegments(fixture).close()
  const one = await beside(fixture)
  const other = await journaled({}, { directory: one.directory })
  await Promise.allSettled([one.journal.prune({ olderThanMs: 0 }), other.journal.prune({ olderThanMs: 0 })])
  await one.journal.prune({ olderThanMs: 0 })
  for (const { id } of fixture.writers) expect(await segmentsOf(one.directory, id)).toEqual([])
  const keys = [fixture.key.text, String((await one.stored())[0]?.key)]
  const { findings } = await verifyJournal({ directory: one.directory, keys })
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
})
