import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JournalFinding, JournalReport } from '../src/journal/verification/report.ts'
import { verifyJournal } from '../src/journal/verification/verify.ts'
import { FixtureJournal, type FixtureWriter, sampleJournal } from './fixture-journal.ts'

/** A line of a file of a journal. */
interface Line {
  readonly file: string
  readonly writer: string
  readonly segment: number
  readonly text: string
  /** The number of the entry, for entries and their values. */
  readonly seq: number
  /** In bytes, which are characters here: the journal of these tests is ASCII but for the dash of a note. */
  readonly offset: number
  readonly bytes: number
}

const valuesFile = /\.values\.jsonl$/
const checkpointsFile = /checkpoints\.jsonl$/

function linesOf(journal: FixtureJournal, file: string): Line[] {
  const texts = (journal.files.get(file) ?? '').split('\n').slice(0, -1)
  const segment = Number(/(\d{6})\.(?:values\.)?jsonl$/.exec(file)?.[1])
  let offset = 0
  let before = -1
  return texts.map((text) => {
    const seq = Number(/^\{"seq":(\d+)/.exec(text)?.[1] ?? before)
    before = seq
    const bytes = Buffer.byteLength(text)
    const line = { file, writer: file.slice(0, file.indexOf('/')), segment, text, seq, offset, bytes }
    offset += bytes + 1
    return line
  })
}

function allLines(journal: FixtureJournal): Line[] {
  return [...journal.files.keys()].flatMap((file) => linesOf(journal, file))
}

/** Whether a finding leads to the line, to within one entry. */
function isAt({ writer, file, seq, offset }: JournalFinding, line: Line): boolean {
  if (writer !== line.writer) return false
  if (checkpointsFile.test(line.file)) return file === line.file && offset === line.offset
  const isNear = seq !== undefined && Math.abs(seq - line.seq) <= 1
  return isNear || (valuesFile.test(line.file) && file === line.file && offset === line.offset)
}

const kinds = [/[0-9]/, /[a-f]/, /[a-z]/, /[A-Z]/]

/** Whether both are digits, or letters that may stand in the same place. */
function areAlike(byte: number, other: number): boolean {
  return kinds.some((kind) => kind.test(String.fromCharCode(byte)) && kind.test(String.fromCharCode(other)))
}

/** Another letter for a letter, and a space for what is neither letter nor digit. */
function alike(byte: number): number {
  const kind = [...'afgzAZ'].find((letter) => areAlike(byte, letter.charCodeAt(0)) && letter.charCodeAt(0) !== byte)
  if (kind !== undefined) return kind.charCodeAt(0)
  return byte === 0x20 ? 0x78 : 0x20
}

describe('every byte of every file', () => {
  const journal = sampleJournal({ segments: [3, 1, 1] })
  const lanes: string[] = []
  beforeAll(async () => {
    for (let lane = 0; lane < 4; lane++) {
      const made = await mkdtemp(join(tmpdir(), 'toolgate-bytes-'))
      await journal.store(made)
      lanes.push(made)
    }
  })
  afterAll(async () => {
    for (const lane of lanes) await rm(lane, { recursive: true, force: true })
  })

  /** Changes each byte, one after the other, and returns the changes that were not found where they are. */
  async function unfound(change: (byte: number) => number | undefined): Promise<string[]> {
    const changes = allLines(journal).flatMap((line) => {
      return Array.from({ length: line.bytes + 1 }, (_, index) => ({ line, index }))
    })
    expect(changes).toHaveLength([...journal.files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0))
    const missed: string[] = []
    const work = async (lane: string) => {
      for (let next = changes.pop(); next !== undefined; next = changes.pop()) {
        const { line, index } = next
        const original = Buffer.from(journal.files.get(line.file) ?? '')
        const changed = Buffer.from(original)
        const at = line.offset + index
        const byte = change(original[at] as number)
        if (byte === undefined) continue
        changed[at] = byte
        await writeFile(join(lane, line.file), changed)
        const { verdict, findings } = await verifyJournal({ directory: lane })
        const isFound = findings.some((finding) => finding.severity === 'tampered' && isAt(finding, line))
        if (verdict !== 'tampered' || !isFound) missed.push(`byte ${at} of ${line.file}: ${JSON.stringify(findings)}`)
        await writeFile(join(lane, line.file), original)
      }
    }
    await Promise.all(lanes.map(work))
    return missed
  }

  test('[A2] with its lowest bit flipped is found and located', { timeout: 600_000 }, async () => {
    expect(await unfound((byte) => byte ^ 1)).toEqual([])
  })

  test('[A2] replaced by another of its kind, as a forger would, is found and located', {
    timeout: 600_000,
  }, async () => {
    // A flipped bit makes other digits of digits, and other letters of most letters.
    expect(await unfound((byte) => (areAlike(byte, byte ^ 1) ? undefined : alike(byte)))).toEqual([])
  })
})

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'toolgate-tampering-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

/** The journal's files, to be changed. */
type Edit = (journal: FixtureJournal) => void

async function verifyEdited(edit: Edit, hasKept = false): Promise<JournalReport> {
  const journal = sampleJournal()
  const checkpoints = hasKept ? journal.notes : []
  edit(journal)
  await journal.store(directory)
  return await verifyJournal({ directory, checkpoints })
}

/** Makes an edit of each line, one after the other, and returns those that were not found where they are. */
async function unfoundOf(
  lines: readonly Line[],
  edit: (texts: string[], index: number, line: Line) => void,
): Promise<string[]> {
  expect(lines).not.toEqual([])
  await sample.store(directory)
  const missed: string[] = []
  for (const line of lines) {
    const texts = linesOf(sample, line.file).map(({ text }) => `${text}\n`)
    const index = linesOf(sample, line.file).findIndex(({ offset }) => offset === line.offset)
    edit(texts, index, line)
    await writeFile(join(directory, line.file), texts.join(''))
    const { verdict, findings } = await verifyJournal({ directory })
    const isFound = findings.some((finding) => finding.severity === 'tampered' && isAt(finding, line))
    if (verdict !== 'tampered' || !isFound) missed.push(`${line.file} ${line.seq}: ${JSON.stringify(findings)}`)
    await writeFile(join(directory, line.file), sample.files.get(line.file) ?? '')
  }
  return missed
}

const sample = sampleJournal()
const entryLines = allLines(sample).filter(({ file }) => !valuesFile.test(file) && !checkpointsFile.test(file))
const valueLines = allLines(sample).filter(({ file, text }) => valuesFile.test(file) && text.trim() !== '')

describe('every entry', () => {
  test('[A2] deleted is found and located', async () => {
    expect(await unfoundOf(entryLines, (texts, index) => texts.splice(index, 1))).toEqual([])
  })

  test('[A2] repeated after itself is found and located', async () => {
    expect(await unfoundOf(entryLines, (texts, index, { text }) => texts.splice(index, 0, `${text}\n`))).toEqual([])
  })

  test('[A2] swapped with the next is found and located', async () => {
    const lines = entryLines.filter((line) => linesOf(sample, line.file).at(-1)?.offset !== line.offset)
    expect(
      await unfoundOf(lines, (texts, index) => texts.splice(index, 2, texts[index + 1] ?? '', texts[index] ?? '')),
    ).toEqual([])
  })

  test('[A2] followed by a forged one that continues the chain is found and located', async () => {
    expect(await unfoundOf(entryLines, (texts, index, line) => texts.splice(index + 1, 0, forgedAfter(line)))).toEqual(
      [],
    )
  })

  test('[A2] without its hash is found and located', async () => {
    expect(
      await unfoundOf(entryLines, (texts, index, { text }) => {
        texts[index] = `${text.replace(/"prev":"[0-9a-f]+",/, '')}\n`
      }),
    ).toEqual([])
  })

  test('[A2] with another time is found and located', async () => {
    expect(
      await unfoundOf(entryLines, (texts, index, { text }) => {
        texts[index] = `${text.replace('2026-01-01T', '2025-01-01T')}\n`
      }),
    ).toEqual([])
  })

  test('[A2] with what follows cut off in the middle of it is found and located', async () => {
    expect(
      await unfoundOf(entryLines, (texts, index, { text }) => texts.splice(index, texts.length, text.slice(0, 50))),
    ).toEqual([])
  })

  test('[A2] with what stands before it in its segment cut off is found', async () => {
    const lines = entryLines.filter(({ offset }) => offset > 0)
    const firsts = lines.map((line) => linesOf(sample, line.file)[0] as Line)
    expect(
      await unfoundOf(firsts, (texts, _, line) => {
        const index = lines[firsts.indexOf(line)]
        texts.splice(
          0,
          linesOf(sample, line.file).findIndex(({ offset }) => offset === index?.offset),
        )
      }),
    ).toEqual([])
  })
})

describe('every value that can be erased', () => {
  test('[A2] deleted is found and located', async () => {
    expect(await unfoundOf(valueLines, (texts, index) => texts.splice(index, 1))).toEqual([])
  })

  test('[A2] overwritten without an entry that says so is found and located', async () => {
    expect(
      await unfoundOf(valueLines, (texts, index, { bytes }) => {
        texts[index] = `${' '.repeat(bytes)}\n`
      }),
    ).toEqual([])
  })

  test('[A2] repeated or swapped with the next is found and located', async () => {
    expect(await unfoundOf(valueLines, (texts, index) => texts.splice(index, 0, texts[index] ?? ''))).toEqual([])
    const pairs = valueLines.filter((line) => linesOf(sample, line.file).at(-1)?.offset !== line.offset)
    expect(
      await unfoundOf(pairs, (texts, index) => texts.splice(index, 2, texts[index + 1] ?? '', texts[index] ?? '')),
    ).toEqual([])
  })
})

/** An entry that says all that can be known without the key. */
function forgedAfter({ text, seq }: Line): string {
  const prev = createHash('sha256').update(Buffer.of(0)).update(text).digest('hex')
  return `${JSON.stringify({ seq: seq + 1, prev, kind: 'call', time: '2026-01-01T00:00:00.000Z', callId: 'forged' })}\n`
}

interface Expected {
  readonly verdict?: JournalReport['verdict']
  readonly code: string
  /** Which of the three writers. */
  readonly writer?: number
  readonly segment?: number
}

const structural: readonly (readonly [title: string, edit: Edit, expected: Expected])[] = [
  ['the first segment deleted', remove(0, 1), { code: 'segment_missing', writer: 0, segment: 1 }],
  ['a segment in the middle deleted', remove(1, 2), { code: 'segment_missing', writer: 1, segment: 2 }],
  ['the last segment deleted', remove(2, 3), { code: 'entries_cut', writer: 2, segment: 2 }],
  ['a segment renamed', rename(1, 3, 4), { code: 'segment_missing', writer: 1, segment: 3 }],
  ['two segments swapped', swapSegments, { code: 'segment_foreign', writer: 0, segment: 2 }],
  ["a segment replaced by another writer's", replaceByOther, { code: 'segment_foreign', writer: 0, segment: 2 }],
  ["a segment replaced by another journal's", replaceByForeign, { code: 'segment_foreign', writer: 1, segment: 2 }],
  ['an old state of a segment replayed', replay(false), { code: 'entries_cut', writer: 2, segment: 3 }],
  [
    'an old state of a segment in the middle replayed with its checkpoints',
    replayMiddle,
    { code: 'entries_missing', writer: 0, segment: 2 },
  ],
  ['the checkpoints deleted', dropCheckpoints(() => []), { code: 'checkpoints_missing', writer: 0 }],
  [
    'the checkpoints reversed',
    dropCheckpoints((lines) => lines.toReversed()),
    { code: 'checkpoint_misfit', writer: 0 },
  ],
  ['a checkpoint repeated', dropCheckpoints((lines) => lines.concat(lines)), { code: 'checkpoint_misfit', writer: 0 }],
  [
    'the last checkpoint of a writer that nobody has found deleted',
    ({ files, writers }) => editLines(files, writers[2]?.checkpointsFile, (lines) => lines.slice(0, -1)),
    { verdict: 'torn', code: 'closed_unsigned', writer: 2 },
  ],
  ['a writer deleted that another has found', deleteWriter(0), { code: 'writer_missing', writer: 0 }],
  ['a writer renamed', renameWriter, { code: 'segment_entry_misfit' }],
  ['a writer added by copying another', copyWriter, { code: 'segment_entry_misfit' }],
  ['a writer added without checkpoints', addUnsigned, { code: 'checkpoints_missing' }],
  ['the values of a segment deleted', dropValues, { code: 'value_missing', writer: 0, segment: 2 }],
  ['values added to a segment without any', addValues, { code: 'value_unexpected', writer: 0, segment: 3 }],
  ['segments removed as if they were pruned', pruneAlone, { code: 'prune_unrecorded', writer: 1 }],
]

function editLines(
  files: Map<string, string>,
  file: string | undefined,
  edit: (lines: readonly string[]) => readonly string[],
): void {
  if (file === undefined) return
  const lines = (files.get(file) ?? '').split('\n').slice(0, -1)
  const edited = edit(lines).map((line) => `${line}\n`)
  if (edited.length === 0) files.delete(file)
  else files.set(file, edited.join(''))
}

function writerAt({ writers }: FixtureJournal, index: number): FixtureWriter {
  return writers[index] as FixtureWriter
}

function move(files: Map<string, string>, from: string, to: string): void {
  files.set(to, files.get(from) ?? '')
  files.delete(from)
}

function remove(writer: number, segment: number): Edit {
  return (journal) => journal.files.delete(writerAt(journal, writer).fileOf(segment))
}

function rename(writer: number, from: number, to: number): Edit {
  return (journal) => {
    const { files } = journal
    move(files, writerAt(journal, writer).fileOf(from), writerAt(journal, writer).fileOf(to))
  }
}

function swapSegments(journal: FixtureJournal): void {
  const writer = writerAt(journal, 0)
  const [second, third] = [writer.fileOf(2), writer.fileOf(3)].map((file) => journal.files.get(file) ?? '')
  journal.files.set(writer.fileOf(2), third ?? '').set(writer.fileOf(3), second ?? '')
}

function replaceByOther(journal: FixtureJournal): void {
  journal.files.set(writerAt(journal, 0).fileOf(2), journal.files.get(writerAt(journal, 1).fileOf(2)) ?? '')
}

function replaceByForeign(journal: FixtureJournal): void {
  const foreign = sampleJournal({ name: 'other', key: journal.key })
  journal.files.set(writerAt(journal, 1).fileOf(2), foreign.files.get(writerAt(foreign, 0).fileOf(2)) ?? '')
}

function replay(withCheckpoints: boolean): Edit {
  return (journal) => {
    const writer = writerAt(journal, 2)
    editLines(journal.files, writer.fileOf(3), (lines) => lines.slice(0, 1))
    if (withCheckpoints) editLines(journal.files, writer.checkpointsFile, (lines) => lines.slice(0, -1))
  }
}

function replayMiddle(journal: FixtureJournal): void {
  const writer = writerAt(journal, 0)
  editLines(journal.files, writer.fileOf(2), (lines) => lines.slice(0, 2))
  editLines(journal.files, writer.checkpointsFile, (lines) => lines.slice(0, 2))
}

function dropCheckpoints(edit: (lines: readonly string[]) => readonly string[]): Edit {
  return (journal) => editLines(journal.files, writerAt(journal, 0).checkpointsFile, edit)
}

function deleteWriter(index: number): Edit {
  return (journal) => {
    for (const file of [...journal.files.keys()]) {
      if (file.startsWith(writerAt(journal, index).id)) journal.files.delete(file)
    }
  }
}

function copyTo(journal: FixtureJournal, id: string): void {
  const writer = writerAt(journal, 2)
  for (const [file, text] of [...journal.files]) {
    if (file.startsWith(writer.id)) journal.files.set(file.replace(writer.id, id), text)
  }
}

const otherId = '20260101T000009Z-00000000000f'

function renameWriter(journal: FixtureJournal): void {
  copyTo(journal, otherId)
  deleteWriter(2)(journal)
}

function copyWriter(journal: FixtureJournal): void {
  copyTo(journal, otherId)
}

function addUnsigned(journal: FixtureJournal): void {
  const writer = journal.writer()
  writer.begin()
  writer.outcome(writer.intent())
  writer.seal('closed')
}

function dropValues(journal: FixtureJournal): void {
  journal.files.delete(writerAt(journal, 0).fileOf(2).replace('.jsonl', '.values.jsonl'))
}

function addValues(journal: FixtureJournal): void {
  const writer = writerAt(journal, 0)
  const values = (segment: number) => writer.fileOf(segment).replace('.jsonl', '.values.jsonl')
  journal.files.set(values(3), journal.files.get(values(2)) ?? '')
}

function pruneAlone(journal: FixtureJournal): void {
  const stranger = new FixtureJournal({ name: journal.name }).writer()
  stranger.begin()
  writerAt(journal, 1).prune(stranger, 1, 3)
}

describe('what is done to files', () => {
  test.each(structural)('[A2] %s is found and located', async (_, edit, expected) => {
    const { verdict, findings } = await verifyEdited(edit)
    expect(verdict).toBe(expected.verdict ?? 'tampered')
    const ids = sampleJournal().writers.map(({ id }) => id)
    const { code, segment, writer } = expected
    const found = findings.filter((finding) => finding.code === code && finding.severity === verdict)
    expect(found).toContainEqual(
      expect.objectContaining({
        ...(writer !== undefined && { writer: ids[writer] }),
        ...(segment !== undefined && { segment }),
      }),
    )
  })
})

/** What needs something that was kept elsewhere to be found, and what that is. */
const unanchored: readonly (readonly [title: string, edit: Edit, code: string])[] = [
  ['a writer that nobody has found, cut back to an earlier checkpoint', replayToCheckpoint, 'entries_cut'],
  ['the last writer deleted', deleteWriter(2), 'writer_missing'],
  ['the whole journal rewritten with another key', rewriteAll, 'kept_unsigned'],
]

function replayToCheckpoint(journal: FixtureJournal): void {
  const writer = writerAt(journal, 2)
  journal.files.delete(writer.fileOf(2))
  journal.files.delete(writer.fileOf(2).replace('.jsonl', '.values.jsonl'))
  journal.files.delete(writer.fileOf(3))
  editLines(journal.files, writer.checkpointsFile, (lines) => lines.slice(0, 2))
}

function rewriteAll(journal: FixtureJournal): void {
  for (const [file, text] of sampleJournal().files) journal.files.set(file, text)
}

describe('what is consistent in itself', () => {
  test.each(unanchored)(
    '[A2] %s is found with the checkpoints that were kept, and only with them',
    async (_, edit, code) => {
      const without = await verifyEdited(edit)
      expect(without.findings.filter(({ severity }) => severity === 'tampered')).toEqual([])
      expect(['torn', 'unanchored']).toContain(without.verdict)
      const { verdict, findings } = await verifyEdited(edit, true)
      expect(verdict).toBe('tampered')
      expect(findings.map((finding) => finding.code)).toContain(code)
    },
  )

  test('[A2] the whole journal rewritten with another key is found with the key', async () => {
    const journal = sampleJournal()
    rewriteAll(journal)
    await journal.store(directory)
    const { verdict, findings } = await verifyJournal({ directory, keys: [journal.key.text] })
    expect(verdict).toBe('tampered')
    expect(findings).toContainEqual(expect.objectContaining({ code: 'key_unknown' }))
  })

  test('[A2] entries after the last checkpoint rewritten are found once they are covered by one that was kept', async () => {
    const open = (message: string) => {
      const journal = new FixtureJournal({ key: sample.key })
      const writer = journal.writer()
      writer.begin()
      writer.sign()
      writer.entry('call', { callId: 'call', tool: 'pay', message })
      return { journal, writer }
    }
    const { journal } = open('forged')
    await journal.store(directory)
    expect((await verifyJournal({ directory })).verdict).toBe('torn')
    const kept = open('true').writer.sign()
    const { verdict, findings } = await verifyJournal({ directory, checkpoints: [kept] })
    expect(verdict).toBe('tampered')
    expect(findings).toContainEqual(expect.objectContaining({ code: 'entries_rewritten', seq: 1, segment: 1 }))
  })

  test('a checkpoint between others can be removed, for the later ones cover what it covers', async () => {
    const report = await verifyEdited((journal) => {
      editLines(journal.files, writerAt(journal, 0).checkpointsFile, (lines) => lines.toSpliced(1, 1))
    })
    expect(report).toMatchObject({ verdict: 'unanchored', findings: [] })
  })
})

describe('with the checkpoints of all writers', () => {
  test('[A2] no random edit of a random file leaves a journal intact', { timeout: 120_000 }, async () => {
    const names = [...sample.files.keys()]
    const edit = fc.record({
      file: fc.constantFrom(...names),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      removed: fc.integer({ min: 0, max: 200 }),
      added: fc.oneof(
        fc.string({ maxLength: 20 }),
        fc.constantFrom(...allLines(sample).map(({ text }) => `${text}\n`)),
      ),
    })
    await sample.store(directory)
    const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      const files = new Map(sample.files)
      for (const { file, at, removed, added } of edits) {
        const text = files.get(file) ?? ''
        const from = Math.floor(at * text.length)
        files.set(file, `${text.slice(0, from)}${added}${text.slice(from + removed)}`)
      }
      const changed = names.filter((name) => files.get(name) !== sample.files.get(name))
      fc.pre(changed.some((name) => !onlyAddsBlanks(sample.files.get(name) ?? '', files.get(name) ?? '')))
      for (const name of changed) await writeFile(join(directory, name), files.get(name) ?? '')
      const { verdict } = await verifyJournal({ directory, checkpoints: sample.notes })
      for (const name of changed) await writeFile(join(directory, name), sample.files.get(name) ?? '')
      // Checkpoints before others may go; nothing is lost with them.
      const isFound = verdict === 'tampered' || verdict === 'torn'
      expect(
        isFound || changed.every((name) => lacksCheckpoints(sample.files.get(name) ?? '', files.get(name) ?? '')),
      ).toBe(true)
    })
    await fc.assert(property, { numRuns: 500 })
  })
})

/** The length of a value that was erased means nothing. */
function onlyAddsBlanks(one: string, other: string): boolean {
  return one.replace(/ +\n/g, ' \n') === other.replace(/ +\n/g, ' \n')
}

/** Whether whole checkpoints are missing, and nothing else was changed. */
function lacksCheckpoints(before: string, after: string): boolean {
  const left = after.split('\n')
  for (const line of before.split('\n')) if (left[0] === line) left.shift()
  return before.startsWith('{"note":') && left.length === 0
}
