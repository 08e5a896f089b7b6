import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JournalReport, type VerifyJournalOptions, verifyJournal } from '@toolgate/audit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { thisProcess } from '../src/journal/format/process.ts'
import { FixtureJournal, type FixtureWriter, sampleJournal } from './fixture-journal.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'toolgate-verify-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function verified(
  journal: FixtureJournal,
  options: Omit<VerifyJournalOptions, 'directory'> = {},
): Promise<JournalReport> {
  await journal.store(directory)
  return await verifyJournal({ directory, ...options })
}

function codesOf({ findings }: JournalReport): string[] {
  return findings.map(({ severity, code }) => `${severity} ${code}`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A writer that began a call and signed, and went on no further. */
function begun(journal: FixtureJournal, options?: Parameters<FixtureJournal['writer']>[0]): FixtureWriter {
  const writer = journal.writer(options)
  writer.begin()
  writer.sign()
  writer.intent()
  writer.sign()
  return writer
}

describe('a closed journal', () => {
  test('is unanchored with nothing to compare it with, for all of it could have been written anew', async () => {
    const report = await verified(sampleJournal())
    expect(report).toMatchObject({ verdict: 'unanchored', findings: [], moreFindings: 0, entries: 28 })
    expect(report.writers.map(({ anchored }) => anchored)).toEqual([0, 0, 0])
  })

  test('is intact with a checkpoint of the last writer, which has found the others', async () => {
    const journal = sampleJournal()
    const report = await verified(journal, { checkpoints: journal.notes.slice(-1) })
    expect(report).toMatchObject({ verdict: 'intact', findings: [] })
    expect(report.writers).toMatchObject([
      { state: 'closed', entries: 9, signed: 9, anchored: 9, segments: 3, pruned: 0, unknown: 0 },
      { state: 'closed', entries: 10, signed: 10, anchored: 10 },
      { state: 'closed', entries: 9, signed: 9, anchored: 9, key: journal.key.text, checkpoint: journal.notes[2] },
    ])
  })

  test('is anchored through writers that a kept checkpoint covers, and not through those that come after it', async () => {
    const journal = sampleJournal()
    const [first, second] = journal.writers
    const { writers, verdict } = await verified(journal, { checkpoints: [second?.notes[0] ?? ''] })
    expect(verdict).toBe('unanchored')
    expect(writers.map(({ anchored }) => anchored)).toEqual([first?.leaves.length, 1, 0])
  })

  test('whose writers sign with keys of their own is verified with each one’s', async () => {
    const journal = new FixtureJournal()
    begun(journal).close()
    const other = sampleJournal().key
    begun(journal, { key: other }).close()
    expect(await verified(journal)).toMatchObject({ verdict: 'unanchored', findings: [] })
    const report = await verified(journal, { keys: [journal.key.text] })
    expect(report.verdict).toBe('tampered')
    expect(report.findings[0]).toMatchObject({ code: 'key_unknown', writer: journal.writers[1]?.id })
    expect(await verified(journal, { keys: [journal.key.text, other.text] })).toMatchObject({ findings: [] })
  })

  test('with a file that is none of its own is told of it, and of no copy’s', async () => {
    const journal = sampleJournal()
    const id = journal.writers[0]?.id ?? ''
    journal.files.set(`${id}/copied-search.json`, '{}').set(`${id}/notes.txt`, 'hello').set('other/000001.jsonl', '')
    const { findings } = await verified(journal)
    expect(findings).toMatchObject([{ severity: 'note', code: 'file_unknown', file: `${id}/notes.txt` }])
  })

  test('tells how far it has come', async () => {
    const told: { bytes: number; totalBytes: number }[] = []
    await verified(sampleJournal(), { onProgress: (progress) => told.push(progress) })
    expect(told.at(-1)?.bytes).toBe(told[0]?.totalBytes)
    expect(told.length).toBeGreaterThan(8)
  })
})

describe('a writer whose process has ended', () => {
  test('is torn where its last entry was not written whole, with the calls of unknown outcome counted', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const offset = Buffer.byteLength(journal.files.get(writer.segmentFile) ?? '')
    writer.append(writer.segmentFile, '{"seq":2,"prev":"00')
    const report = await verified(journal)
    expect(report.verdict).toBe('torn')
    expect(report.findings).toMatchObject([{ code: 'writer_unclosed', segment: 1, seq: 2, offset }])
    expect(report.writers).toMatchObject([{ state: 'ended', entries: 2, signed: 2, unknown: 1 }])
  })

  test.each([
    ['no line', '{"seq":2,'],
    ['zeros', '\0'.repeat(100)],
    ['lines that are no entries', 'garbage\n\ngarbage'],
    ['an entry that is no JSON', `{"seq":2,"prev":"${'0'.repeat(64)}","kind":"call","time":\n`],
  ])('is torn after its last signed entry by %s', async (_, tail) => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.append(writer.segmentFile, tail)
    expect(codesOf(await verified(journal))).toEqual(['torn writer_unclosed'])
  })

  test('is tampered with where an entry follows what is none', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.append(writer.segmentFile, 'garbage\n')
    writer.outcome(1)
    const report = await verified(journal)
    expect(report.verdict).toBe('tampered')
    expect(report.findings[0]).toMatchObject({ code: 'line_malformed', segment: 1, seq: 2 })
  })

  test('is tampered with where what is no entry stands before its last checkpoint', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const text = journal.files.get(writer.segmentFile) ?? ''
    journal.files.set(writer.segmentFile, text.slice(0, -20))
    const report = await verified(journal)
    expect(report.verdict).toBe('tampered')
    expect(report.findings.map(({ code }) => code)).toContain('entries_cut')
  })

  test('is no finding but a note once a later writer has recorded how it ended', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const tail = '{"seq":2,'
    writer.append(writer.segmentFile, tail)
    const later = journal.writer()
    const torn = { segment: 1, bytes: tail.length, sha256: sha256(tail) }
    later.begin({ found: [writer.found('ended', { torn, unknown: { count: 1, entries: [1] } })] })
    later.close()
    const report = await verified(journal, { checkpoints: [later.note] })
    expect(codesOf(report)).toEqual(['note writer_ended'])
    expect(report.verdict).toBe('intact')
  })

  test.each([
    ['other bytes', '{"seq":9,'],
    ['more bytes', '{"seq":2,"'],
    ['no bytes', ''],
  ])('is tampered with where %s stand after its end than were recorded', async (_, now) => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const tail = '{"seq":2,'
    const later = journal.writer()
    later.begin({ found: [writer.found('ended', { torn: { segment: 1, bytes: tail.length, sha256: sha256(tail) } })] })
    later.close()
    writer.append(writer.segmentFile, now)
    const report = await verified(journal)
    expect(report.findings[0]).toMatchObject({ severity: 'tampered', code: 'tail_changed', writer: writer.id })
  })

  test('is tampered with where entries were added after it was found', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const later = journal.writer()
    later.begin({ found: [writer.found('ended')] })
    later.close()
    writer.outcome(1)
    const report = await verified(journal)
    expect(report.findings[0]).toMatchObject({ severity: 'tampered', code: 'entries_after_end', seq: 2 })
  })

  test('is tampered with where its end was cut off that a later writer has found', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const text = journal.files.get(writer.segmentFile) ?? ''
    writer.outcome(1)
    const later = journal.writer()
    later.begin({ found: [writer.found('ended')] })
    later.close()
    journal.files.set(writer.segmentFile, text)
    const report = await verified(journal)
    expect(report.findings[0]).toMatchObject({ severity: 'tampered', code: 'entries_cut', seq: 2, segment: 1 })
  })

  test('is torn where it crashed before its first checkpoint, and while it closed', async () => {
    const beginning = new FixtureJournal()
    beginning.writer().begin()
    expect(codesOf(await verified(beginning))).toEqual(['torn writer_unclosed'])
    const closing = new FixtureJournal()
    begun(closing).seal('closed')
    expect(codesOf(await verified(closing))).toEqual(['torn closed_unsigned'])
  })

  test('is torn where it crashed while it wrote a checkpoint', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.append(writer.checkpointsFile, '{"note":"audit/2026')
    expect(codesOf(await verified(journal))).toEqual(['torn checkpoint_torn', 'torn writer_unclosed'])
  })

  test('is torn where it crashed while it began a segment', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.seal('size')
    writer.sign()
    journal.files.set(writer.fileOf(2), '{"seq":3,"pr')
    const report = await verified(journal)
    expect(codesOf(report)).toEqual(['torn writer_unclosed'])
    expect(report.findings[0]).toMatchObject({ segment: 2, offset: 0, seq: 3 })
  })

  test('that has written nothing is a note', async () => {
    const journal = sampleJournal()
    await journal.store(directory)
    await mkdir(join(directory, '20260101T000008Z-000000000008'))
    expect(codesOf(await verifyJournal({ directory }))).toEqual(['note writer_empty'])
  })
})

describe('a writer whose process runs', () => {
  test('may be in the middle of an entry and of a checkpoint, and ahead with its values', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal, { process: { ...thisProcess() } })
    writer.append(writer.segmentFile, '{"seq":2,"prev":"00')
    writer.append(writer.valuesFile, '{"seq":2,"disclosure":"YQ"}\n{"seq"')
    writer.append(writer.checkpointsFile, '{"note":"audit/2026')
    const report = await verified(journal, { checkpoints: [writer.note] })
    expect(report).toMatchObject({ verdict: 'intact', findings: [], writers: [{ state: 'running', unknown: 0 }] })
  })

  test('counts as running on another host, where nobody can look', async () => {
    const journal = new FixtureJournal()
    begun(journal, { process: { host: 'elsewhere.example', pid: 1 } })
    expect(await verified(journal)).toMatchObject({ verdict: 'unanchored', writers: [{ state: 'running' }] })
  })

  test('is anchored by a later writer that has found its last checkpoint', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal, { process: { ...thisProcess() } })
    const later = journal.writer()
    later.begin({ found: [writer.foundRunning()] })
    later.close()
    writer.outcome(1)
    const report = await verified(journal, { checkpoints: [later.note] })
    expect(report).toMatchObject({ verdict: 'intact', findings: [] })
    expect(report.writers[0]).toMatchObject({ entries: 3, anchored: 2 })
  })

  test('is tampered with where its root is not the one that was found', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal, { process: { ...thisProcess() } })
    const later = journal.writer()
    later.begin({ found: [{ ...writer.foundRunning(), root: '1'.repeat(64) }] })
    later.close()
    const report = await verified(journal)
    expect(report.findings[0]).toMatchObject({ severity: 'tampered', code: 'writer_misfit', seq: 1 })
  })

  test('can be verified while it writes', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal, { process: { ...thisProcess() } })
    await journal.store(directory)
    const path = join(directory, writer.segmentFile)
    const before = (journal.files.get(writer.segmentFile) ?? '').length
    let isDone = false
    const writing = (async () => {
      while (!isDone) {
        const from = (journal.files.get(writer.segmentFile) ?? '').length
        writer.intent()
        await appendFile(path, (journal.files.get(writer.segmentFile) ?? '').slice(from))
      }
    })()
    const reports: JournalReport[] = []
    for (let index = 0; index < 20; index++)
      reports.push(await verifyJournal({ directory, checkpoints: [writer.note] }))
    isDone = true
    await writing
    expect((journal.files.get(writer.segmentFile) ?? '').length).toBeGreaterThan(before)
    expect(reports.map(({ verdict, findings }) => [verdict, findings])).toEqual(reports.map(() => ['intact', []]))
  })
})

describe('a segment that its writer gave up', () => {
  function abandoned(bytes: string): { journal: FixtureJournal; writer: FixtureWriter } {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    const kept = Buffer.byteLength(journal.files.get(writer.segmentFile) ?? '')
    writer.append(writer.segmentFile, bytes)
    const after = {
      segment: 1,
      bytes: kept,
      abandonedBytes: bytes.length,
      abandonedSha256: sha256(bytes),
      reason: 'full',
    }
    writer.begin({ after, inFlight: [1] })
    writer.outcome(1)
    writer.close()
    return { journal, writer }
  }

  test('is intact where the next says what of it does not count', async () => {
    const { journal, writer } = abandoned('{"seq":2,"prev')
    const report = await verified(journal, { checkpoints: [writer.note] })
    expect(report).toMatchObject({ verdict: 'intact', findings: [], entries: 5 })
  })

  test('is tampered with where what does not count was changed', async () => {
    const { journal, writer } = abandoned('{"seq":2,"prev')
    journal.files.set(writer.fileOf(1), (journal.files.get(writer.fileOf(1)) ?? '').replace('2,"prev', '3,"prev'))
    const report = await verified(journal)
    expect(report.findings).toMatchObject([{ severity: 'tampered', code: 'abandoned_changed', segment: 1, seq: 2 }])
  })

  test('is tampered with where nothing says why it has no seal', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.begin()
    writer.close()
    const report = await verified(journal)
    expect(report.findings).toMatchObject([{ severity: 'tampered', code: 'seal_missing', segment: 1 }])
  })
})

describe('values that can be erased', () => {
  test('are a note where they were to be erased and can still be read', async () => {
    const journal = new FixtureJournal()
    const writer = journal.writer()
    writer.begin()
    const seq = writer.intent(['secret'])
    const values = journal.files.get(writer.valuesFile) ?? ''
    writer.erase(writer, seq)
    writer.close()
    expect(codesOf(await verified(journal))).toEqual([])
    journal.files.set(writer.valuesFile, values)
    const report = await verified(journal)
    expect(report.findings).toMatchObject([{ severity: 'note', code: 'value_readable', seq }])
  })

  test('may be erased while the journal is verified', async () => {
    const journal = new FixtureJournal()
    const first = begun(journal)
    const writer = begun(journal, { process: { ...thisProcess() } })
    const seq = writer.intent(['secret'])
    await journal.store(directory)
    // When the first writer has been read, the files of the second have been looked at, and not read yet.
    const onProgress = () => {
      if (journal.files.get(writer.valuesFile)?.includes('disclosure') !== true) return
      writer.erase(writer, seq)
      for (const file of [writer.segmentFile, writer.valuesFile]) {
        writeFileSync(join(directory, file), journal.files.get(file) ?? '')
      }
    }
    const report = await verifyJournal({ directory, onProgress })
    expect(report.findings).toMatchObject([{ code: 'writer_unclosed', writer: first.id }])
    expect(journal.files.get(writer.valuesFile)).toMatch(/^ +\n$/)
  })

  test('are found to have been removed, also after they were erased', async () => {
    const journal = new FixtureJournal()
    const writer = journal.writer()
    writer.begin()
    writer.erase(writer, writer.intent(['secret']))
    writer.close()
    journal.files.set(writer.valuesFile, '')
    const report = await verified(journal)
    expect(report.findings).toMatchObject([{ severity: 'tampered', code: 'value_missing', seq: 1 }])
  })

  test('are torn where a crash lost the end of them', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.intent(['secret'])
    journal.files.delete(writer.valuesFile)
    expect(codesOf(await verified(journal))).toEqual(['torn writer_unclosed', 'torn value_missing'])
  })
})

describe('a pruned journal', () => {
  /** The first segment of the first writer is pruned by the last. */
  function pruned(): { journal: FixtureJournal; first: FixtureWriter; later: FixtureWriter } {
    const journal = sampleJournal()
    const later = journal.writer()
    const [first] = journal.writers as [FixtureWriter]
    later.begin({ found: journal.writers.slice(0, 3).map((writer) => writer.found('closed')) })
    later.sign()
    first.prune(later, 1, 3)
    later.close()
    return { journal, first, later }
  }

  test('is pruned, and nothing worse, where an entry says what was pruned', async () => {
    const { journal, later } = pruned()
    const report = await verified(journal, { checkpoints: [later.note] })
    expect(report).toMatchObject({ verdict: 'pruned', findings: [] })
    expect(report.writers[0]).toMatchObject({ entries: 9, pruned: 3, segments: 2, signed: 9, anchored: 9 })
  })

  test('says which kept checkpoints can not be compared any more', async () => {
    const { journal, first } = pruned()
    const report = await verified(journal, { checkpoints: [first.notes[0] ?? ''] })
    expect(codesOf(report)).toEqual(['note kept_pruned'])
    expect(report.writers[0]).toMatchObject({ anchored: 0 })
    expect(codesOf(await verified(journal, { checkpoints: [first.notes[1] ?? ''] }))).toEqual([])
  })

  test.each(['through', 'entries', 'head', 'subtrees', 'time', 'seq'])(
    'is tampered with where its `%s` was changed',
    async (field) => {
      const { journal, first } = pruned()
      const file = `${first.id}/pruned.json`
      const text = journal.files.get(file) ?? ''
      const changed = text.replace(
        new RegExp(`("${field}":\\[?"?)(.)`),
        (_, start, value) => `${start}${value === '1' ? 2 : 1}`,
      )
      expect(changed).not.toBe(text)
      journal.files.set(file, changed)
      const report = await verified(journal)
      expect(report.verdict).toBe('tampered')
      expect(report.findings).toContainEqual(expect.objectContaining({ writer: first.id, severity: 'tampered' }))
    },
  )

  test('A2 any byte of what is left changed is found', { timeout: 60_000 }, async () => {
    const { journal, first } = pruned()
    const file = `${first.id}/pruned.json`
    const text = journal.files.get(file) ?? ''
    await journal.store(directory)
    for (let index = 0; index < text.length; index++) {
      const changed = Buffer.from(text)
      changed[index] = (changed[index] as number) ^ 1
      await writeFile(join(directory, file), changed)
      const { verdict, findings } = await verifyJournal({ directory })
      expect([verdict, findings[0]?.writer, index]).toEqual(['tampered', first.id, index])
    }
  })

  test('is tampered with where what is left of it was removed', async () => {
    const { journal, first } = pruned()
    journal.files.delete(`${first.id}/pruned.json`)
    const report = await verified(journal)
    expect(report.findings[0]).toMatchObject({ code: 'segment_missing', writer: first.id, segment: 1 })
  })

  test('is a note where pruning was cut short', async () => {
    const { journal, first } = pruned()
    journal.files.set(first.fileOf(1), 'what was to be removed\n')
    expect(codesOf(await verified(journal))).toEqual(['note prune_unfinished'])
  })

  test('keeps a writer of which all segments were pruned, and misses it when it is gone', async () => {
    const journal = new FixtureJournal()
    const whole = begun(journal)
    whole.close()
    const later = journal.writer()
    later.begin({ found: [whole.found('closed')] })
    whole.prune(later, 1, 3)
    later.close()
    const report = await verified(journal, { checkpoints: [later.note] })
    expect(report).toMatchObject({ verdict: 'pruned', findings: [] })
    expect(report.writers[0]).toMatchObject({ state: 'closed', entries: 3, pruned: 3, segments: 0, anchored: 3 })
    for (const file of [...journal.files.keys()]) if (file.startsWith(whole.id)) journal.files.delete(file)
    expect((await verified(journal)).findings[0]).toMatchObject({ code: 'writer_missing', writer: whole.id })
  })

  test('may have pruned the entry that says so, with the segment that it stood in', async () => {
    const journal = new FixtureJournal()
    const first = journal.writer()
    first.begin()
    first.sign()
    first.seal('size')
    first.begin()
    const later = journal.writer()
    later.begin()
    first.prune(later, 1, 2)
    later.seal('size')
    later.begin()
    later.prune(later, 1, 3)
    first.close()
    later.close()
    const report = await verified(journal, { checkpoints: journal.notes })
    expect(report).toMatchObject({ verdict: 'pruned', findings: [] })
  })

  test('counts the calls that were under way where the rest begins', async () => {
    const journal = new FixtureJournal()
    const writer = journal.writer()
    writer.begin()
    const open = writer.intent()
    writer.seal('size')
    writer.begin({ inFlight: [open] })
    writer.prune(writer, 1, 3)
    writer.close()
    expect((await verified(journal)).writers[0]).toMatchObject({ pruned: 3, unknown: 1 })
  })
})

describe('findings', () => {
  test('are bounded, and counted beyond that', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    for (let index = 0; index < 1_000; index++) writer.intent()
    writer.close()
    const text = journal.files.get(writer.segmentFile) ?? ''
    journal.files.set(writer.segmentFile, text.replaceAll(/"seq":(\d*[05]),/g, '"seq":1$1,'))
    const { findings, moreFindings } = await verified(journal)
    expect(findings).toHaveLength(100)
    expect(moreFindings).toBe(101)
  })

  test('of changes that have nothing to do with each other are told each', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    for (let index = 0; index < 30; index++) writer.intent()
    writer.close()
    const text = journal.files.get(writer.segmentFile) ?? ''
    const changed = text.replace('call-5"', 'call-x"').replace('call-15"', 'call-xx"').replace('call-25"', 'call-xx"')
    journal.files.set(writer.segmentFile, changed)
    const { findings } = await verified(journal)
    expect(findings.map(({ code, seq }) => [code, seq])).toEqual([5, 15, 25].map((seq) => ['entry_changed', seq]))
  })

  test('quote what stands in files only in part, and without control characters', async () => {
    const journal = new FixtureJournal()
    const writer = begun(journal)
    writer.close()
    const name = `\u001b[31m${'x'.repeat(10_000)}`
    const text = journal.files.get(writer.segmentFile) ?? ''
    journal.files.set(
      writer.segmentFile,
      text.replace('"writer":"2026', `"writer":${JSON.stringify(name).slice(0, -1)}2026`),
    )
    const { findings } = await verified(journal)
    for (const { message } of findings) expect(message).toMatch(/^\P{Cc}{1,501}$/u)
    expect(findings[0]).toMatchObject({ code: 'segment_entry_misfit', seq: 0 })
  })
})

describe('what can not be verified is refused', () => {
  test('a directory that is not there, or is no journal', async () => {
    const nowhere = join(directory, 'nowhere')
    await expect(verifyJournal({ directory: nowhere })).rejects.toThrow('is not there')
    await expect(verifyJournal({ directory })).rejects.toThrow('is no journal')
    await writeFile(nowhere, '')
    await expect(verifyJournal({ directory: nowhere })).rejects.toThrow('is no journal')
  })

  test('keys and checkpoints that are none', async () => {
    await expect(verifyJournal({ directory, keys: ['audit+00+x'] })).rejects.toThrow(
      'verifyJournal.keys[0] is `audit+00+x`; expected name+id+base64 of an Ed25519 public key',
    )
    await expect(verifyJournal({ directory, checkpoints: ['hello'] })).rejects.toThrow(
      'verifyJournal.checkpoints[0] is `hello`; expected a signed note of a checkpoint, as a writer hands it on',
    )
  })

  test('a verification that is aborted', async () => {
    const journal = sampleJournal()
    await expect(verified(journal, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })
})

describe('a kept checkpoint', () => {
  test('of another journal is no proof of this one', async () => {
    const other = sampleJournal({ name: 'other' })
    const { findings } = await verified(sampleJournal(), { checkpoints: other.notes })
    expect(findings.map(({ code }) => code)).toEqual(['kept_misfit', 'kept_misfit', 'kept_misfit'])
  })

  test('of a journal of which nothing is left is missed', async () => {
    const report = await verifyJournal({ directory, checkpoints: sampleJournal().notes.slice(0, 1) })
    expect(report).toMatchObject({ verdict: 'tampered', findings: [{ code: 'writer_missing' }] })
  })
})
