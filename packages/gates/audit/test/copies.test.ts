import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Copier } from '../src/journal/copies/copier.ts'
import { backoffMs } from '../src/journal/copies/outage.ts'
import { segmentPath } from '../src/journal/format/layout.ts'
import { MemoryCopy, range, WriterFiles } from './copied-files.ts'
import { eventually } from './journal-setup.ts'

const [older, own, younger] = [
  '20260101T000000Z-000000000001',
  '20260202T000000Z-000000000002',
  '20260303T000000Z-000000000003',
]

let directory: string
let files: WriterFiles
let copy: MemoryCopy
let errors: string[]
const copiers: Copier[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'toolgate-copies-'))
  files = new WriterFiles(directory, own)
  copy = new MemoryCopy()
  errors = []
})
afterEach(async () => {
  copy.before = () => undefined
  await Promise.all(copiers.splice(0).map((copier) => copier.close()))
  await rm(directory, { recursive: true, force: true })
})

function start(closeTimeoutMs: number = 5_000, writer: string = own): Copier {
  const copier = new Copier({
    directory,
    writer,
    copy,
    closeTimeoutMs,
    onError: ({ message }) => errors.push(message),
  })
  copiers.push(copier)
  return copier
}

const copied = (seqs: readonly number[], writer: string = own) =>
  eventually(() => expect(copy.seqs(writer)).toEqual(seqs))
const placePath = (writer: string = own) => join(directory, writer, 'copied-memory.json')
const place = async (writer?: string) => JSON.parse(await readFile(placePath(writer), 'utf8')) as object

describe('the entries of its own writer', () => {
  test('are handed on once they are committed, as they are stored, and none after them', async () => {
    await files.begin()
    await files.calls(3)
    const copier = start()
    copier.wake(2)
    await copied([0, 1, 2])
    copier.wake(3)
    await copied([0, 1, 2, 3])
    const lines = (await readFile(segmentPath(directory, own, 1), 'utf8')).split('\n').slice(0, -1)
    expect(copy.batches.flat().map(({ line }) => line)).toEqual(lines)
    expect(copy.batches.flat().map(({ kind }) => kind)).toEqual(['segment', 'call', 'call', 'call'])
  })

  test('go on through segments, and leave out what was abandoned', async () => {
    await files.begin()
    await files.calls(2)
    const copier = start()
    copier.wake(files.last)
    await copied([0, 1, 2])
    await files.abandon(5)
    await files.calls(2)
    await files.begin()
    await files.abandon(1)
    copier.wake(files.last)
    await copied(range(0, files.seq))
    expect(copy.batches.flat()[3]).toMatchObject({ seq: 3, kind: 'segment' })
    expect(errors).toEqual([])
  })

  test('come in batches of at most 500 entries and about a mebibyte, one at a time', async () => {
    await files.begin()
    await files.calls(1_200)
    await files.calls(6, 400_000)
    const copier = start()
    copier.wake(files.last)
    await copied(range(0, files.seq))
    const sizes = copy.batches.map((batch) => batch.length)
    expect(Math.max(...sizes)).toBe(500)
    const bytes = copy.batches.map((batch) => batch.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0))
    expect(Math.max(...bytes)).toBeLessThanOrEqual(1 << 20)
    expect(copy.mostUnderWay).toBe(1)
  })

  test('are handed on again, in order, until the copy has them, and an outage is told once', async () => {
    await files.begin()
    await files.calls(9)
    let failures = 0
    copy.before = () => {
      if (failures++ < 3) throw new Error('it is down')
    }
    const copier = start()
    copier.wake(4)
    copier.wake(files.last)
    await copied(range(0, 10))
    expect(errors).toEqual([
      'the copy `memory` of the journal fails, and is tried until it has all entries: it is down',
    ])
    copy.before = () => {
      if (failures++ < 5) throw new Error('it is down again')
    }
    await files.calls(1)
    copier.wake(files.last)
    await copied(range(0, 11))
    expect(errors).toHaveLength(2)
  })

  test('wait in the files while the copy does not answer, and closing gives up in time', async () => {
    await files.begin()
    await files.calls(2_000)
    copy.before = () => new Promise(() => undefined)
    const copier = start(50)
    copier.wake(files.last)
    await eventually(() => expect(copy.underWay).toBe(1))
    await files.calls(2_000)
    copier.wake(files.last)
    await copier.close()
    expect(copy.mostUnderWay).toBe(1)
    expect(copy.isClosed).toBe(true)
    expect(errors).toEqual([
      'the copy `memory` of the journal: it was closed before it had all entries; the next start hands on the rest',
    ])
  })

  test('that are not answered for half a minute are told, and waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      await files.begin()
      const { promise, resolve } = Promise.withResolvers<void>()
      copy.before = () => promise
      start().wake(0)
      await eventually(() => expect(copy.underWay).toBe(1))
      await vi.advanceTimersByTimeAsync(30_000)
      expect(errors).toEqual([expect.stringMatching(/: it has not answered for 30 s$/)])
      resolve()
      await eventually(() => expect(copy.seqs(own)).toEqual([0]))
    } finally {
      vi.useRealTimers()
    }
  })

  test('are all handed on before it is closed, if the copy takes them', async () => {
    await files.begin()
    await files.calls(3_000)
    const copier = start()
    let failures = 0
    copy.before = () => {
      if (failures++ === 2) throw new Error('once more, please')
    }
    copier.wake(files.last)
    await copier.close()
    expect(copy.seqs(own)).toEqual(range(0, files.seq))
    expect(copy.isClosed).toBe(true)
    expect(await place()).toMatchObject({ seq: files.seq, segment: 1 })
    expect(await readdir(join(directory, own))).toEqual(['000001.jsonl', 'copied-memory.json'])
  })

  test('go on when their directory is there again', async () => {
    const copier = start()
    copier.wake(2)
    await eventually(() => expect(errors.join()).toContain('ENOENT'))
    await files.begin()
    await files.calls(2)
    await copied([0, 1, 2])
  })

  test('a line that is no entry is told and left out', async () => {
    await files.begin()
    await files.append('{"seq":1}\n\n')
    await files.calls(1)
    const copier = start()
    copier.wake(files.last)
    await copied([0, 1])
    expect(errors).toEqual([expect.stringMatching(/the line at byte \d+ of segment 1 of `2026.*` is no entry$/)])
  })

  test('that were pruned before the copy had them are told, and those after them come', async () => {
    await files.begin()
    await files.calls(4)
    await files.begin()
    await files.calls(2)
    copy.before = () => {
      throw new Error('down')
    }
    const copier = start()
    copier.wake(files.last)
    await eventually(() => expect(errors).toHaveLength(1))
    await files.prune(1, 5)
    copy.before = () => undefined
    await copied([5, 6, 7])
    expect(errors[1]).toBe(
      `the copy \`memory\` of the journal: entries 0 to 4 of \`${own}\` were pruned or lost before the copy had them`,
    )
  })

  test('whoever is told of errors can not break it', async () => {
    await files.begin()
    let failures = 0
    copy.before = () => {
      if (failures++ < 1) throw new Error('down')
    }
    const onError = () => {
      throw new Error('not that one too')
    }
    const copier = new Copier({ directory, writer: own, copy, onError })
    copiers.push(copier)
    copier.wake(0)
    await copied([0])
  })
})

describe('what others have left', () => {
  test('is handed on, the oldest first: of those that closed, and those whose process has ended', async () => {
    const ended = new WriterFiles(directory, older, 'gone')
    await ended.begin()
    await ended.calls(700)
    await ended.abandon(3)
    await ended.append('{"seq":torn')
    const closed = new WriterFiles(directory, younger)
    await closed.begin()
    await closed.calls(2)
    await closed.add('seal', { segment: 1, reason: 'closed' })
    const running = new WriterFiles(directory, '20260404T000000Z-000000000004')
    await running.begin()
    await files.begin()
    start()
    await copied(range(0, 702), older)
    await copied(range(0, 4), younger)
    const writers = copy.batches.flat().map(({ writer }) => writer)
    expect(writers.lastIndexOf(older)).toBeLessThan(writers.indexOf(younger))
    expect(writers).not.toContain(running.writer)
    expect(writers).not.toContain(own)
  })

  test('takes turns with its own entries: neither waits for all of the other', async () => {
    const ended = new WriterFiles(directory, older, 'gone')
    await ended.begin()
    await ended.calls(2_000)
    await files.begin()
    await files.calls(2_000)
    start().wake(files.last)
    await copied(range(0, 2_001), older)
    await copied(range(0, 2_001))
    expect(copy.batches.map(([entry]) => entry?.writer).slice(0, 6)).toEqual([own, older, own, older, own, older])
  })

  test('goes on where the one before had come to', async () => {
    const ended = new WriterFiles(directory, older, 'gone')
    await ended.begin()
    await ended.calls(9)
    const first = start(5_000, older)
    first.wake(5)
    await first.close()
    expect(copy.seqs(older)).toEqual(range(0, 6))
    await files.begin()
    const second = start()
    await copied(range(0, 10), older)
    await second.close()
    const third = start()
    third.wake(0)
    await copied([0])
    await third.close()
    expect(copy.seqs(older)).toEqual(range(0, 10))
  })

  test('begins anew where the place is damaged or none of that journal: rather twice than never', async () => {
    const ended = new WriterFiles(directory, older, 'gone')
    await ended.begin()
    await ended.calls(4)
    await files.begin()
    const path = placePath(older)
    const damaged = [
      '',
      '{"seq":3,"seg',
      'null',
      '{"seq":-1,"segment":1,"offset":0}',
      '{"seq":2,"segment":1,"offset":0}',
      '{"seq":2,"segment":1,"offset":7}',
      '{"seq":9,"segment":1,"offset":999999}',
      '{"seq":9,"segment":7,"offset":0}',
    ]
    for (const text of damaged) {
      await writeFile(path, text)
      copy = new MemoryCopy()
      const copier = start()
      await copied(range(0, 5), older)
      await copier.close()
    }
    expect(errors).toEqual([])
  })

  test('whose segments were all pruned is told if the copy had begun, and only once', async () => {
    const ended = new WriterFiles(directory, older, 'gone')
    await ended.begin()
    await ended.calls(4)
    const first = start(5_000, older)
    first.wake(1)
    await first.close()
    await ended.prune(1, 5)
    const unknown = new WriterFiles(directory, younger, 'gone')
    await unknown.begin()
    await unknown.prune(1, 1)
    await files.begin()
    const second = start()
    await eventually(() => expect(errors).toHaveLength(1))
    expect(errors[0]).toContain(`entries 2 to 4 of \`${older}\` were pruned or lost`)
    await second.close()
    const third = start()
    third.wake(0)
    await copied([0])
    await third.close()
    expect(errors).toHaveLength(1)
  })

  test('that can not be read is told, and keeps nobody else waiting', async () => {
    const unreadable = new WriterFiles(directory, older, 'gone')
    await unreadable.begin()
    await rm(segmentPath(directory, older, 1))
    await mkdir(segmentPath(directory, older, 1))
    const ended = new WriterFiles(directory, younger, 'gone')
    await ended.begin()
    await files.begin()
    start().wake(0)
    await copied([0], younger)
    await copied([0])
    expect(errors.join()).toContain('EISDIR')
  })
})

describe('its place', () => {
  test('is saved about once a second, as it was a moment before: a target may lose what it has just been given', async () => {
    await files.begin()
    await files.calls(1)
    const copier = start()
    copier.wake(1)
    await copied([0, 1])
    await eventually(async () => expect(await place()).toMatchObject({ seq: 0, offset: 0 }))
    await eventually(async () => expect(await place()).toMatchObject({ seq: 2, segment: 1 }))
  })

  test('that can not be saved is told once, and stops nothing', async () => {
    await files.begin()
    await mkdir(placePath())
    const copier = start()
    copier.wake(0)
    await copied([0])
    await copier.close()
    expect(errors).toEqual([
      expect.stringMatching(/^the place of the copy `memory` of the journal can not be saved: E/),
    ])
    expect(await readdir(join(directory, own))).toEqual(['000001.jsonl', 'copied-memory.json'])
  })
})

/** What may happen to a journal and its copy. */
const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('calls' as const), count: fc.integer({ min: 1, max: 700 }) }),
    fc.record({ kind: fc.constant('segment' as const) }),
    fc.record({ kind: fc.constant('abandon' as const), count: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant('outage' as const), failures: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('restart' as const), closeTimeoutMs: fc.constantFrom(1, 5_000) }),
  ),
  { maxLength: 12 },
)

test('[A3] whatever happens, every entry comes at least once, and the first time in order', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      await rm(join(directory, own), { recursive: true, force: true })
      files = new WriterFiles(directory, own)
      copy = new MemoryCopy()
      await files.begin()
      let copier = start()
      let failures = 0
      copy.before = () => {
        if (failures-- > 0) throw new Error('down')
      }
      for (const event of list) {
        if (event.kind === 'calls') await files.calls(event.count)
        if (event.kind === 'segment') await files.begin()
        if (event.kind === 'abandon') await files.abandon(event.count)
        if (event.kind === 'outage') failures = event.failures
        copier.wake(files.last)
        if (event.kind !== 'restart') continue
        await copier.close()
        copier = start(event.closeTimeoutMs)
      }
      await copier.close()
      copier = start()
      copier.wake(files.last)
      await copier.close()
      expect([...new Set(copy.seqs(own))]).toEqual(range(0, files.seq))
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('a file that is cut while it is read delivers what is there', async () => {
  await files.begin()
  await files.calls(20)
  const copier = start()
  copier.wake(10)
  await copied(range(0, 11))
  await truncate(segmentPath(directory, own, 1), 300)
  copier.wake(files.last)
  await copier.close()
  expect(copy.seqs(own)).toEqual(range(0, 11))
})

test('waits twice as long after each failure, up to half a minute, and not the same as everybody else', () => {
  expect(backoffMs(1, 0)).toBe(50)
  expect(backoffMs(1, 1)).toBe(100)
  expect(backoffMs(3, 1)).toBe(400)
  expect(backoffMs(9, 0.5)).toBe(19_200)
  for (const failures of [10, 100, 10_000]) expect(backoffMs(failures, 1)).toBe(30_000)
})
