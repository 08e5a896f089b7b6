import './faulty-disk.ts'
import { appendFile, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { verifyJournal } from '../src/journal/verification/verify.ts'
import { type DiskCall, disk, isSegment, type Operation } from './faulty-disk.ts'
import { callsIn, outcomeIn, readFiles } from './journal-files.ts'
import { type Audited, audited, blockedMessage, eventually, ids, temporaryFolder } from './journal-setup.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let directory: string
beforeEach(async () => {
  folder = await temporaryFolder()
  directory = join(folder.path, 'audit')
})
afterEach(async () => {
  disk.heal()
  await folder[Symbol.asyncDispose]()
})

const isValues = ({ path }: DiskCall) => path.endsWith('.values.jsonl')

/** Every tool that ran stands in the journal, with its outcome, and no call stands there twice. */
function expectAllRecorded({ ran }: Audited): void {
  const calls = callsIn(readFiles(directory))
  for (const id of ran) expect(outcomeIn(calls.get(id)), id).toBe('executed')
}

async function verdict(notes: readonly string[] = []): Promise<string> {
  const { verdict: found, findings } = await verifyJournal({ directory, checkpoints: notes })
  return `${found} ${findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code)}`.trim()
}

/** The path of the writer's only segment so far. */
function segmentPath({ sink }: Audited, number = 1): string {
  return join(directory, sink.writer ?? '', `${String(number).padStart(6, '0')}.jsonl`)
}

test('a segment that comes of age while the last seal is written is not followed by another', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const one = audited({ directory, maxSegmentAgeMs: 60_000 })
    await one.call('first')
    const held: DiskCall[] = []
    disk.on('fdatasync', (call) => (isSegment(call) ? held.push(call) : call.proceed()))
    const closing = one.sink.close()
    await vi.waitUntil(() => held.length > 0)
    vi.advanceTimersByTime(60_000)
    disk.heal()
    for (const call of held) call.proceed()
    await closing
    const kinds = readFiles(directory).map(({ segments }) => segments)
    expect(kinds).toEqual([1])
    expect(await verdict(one.notes)).toBe('intact')
  } finally {
    vi.useRealTimers()
  }
})

describe('a disk that fails', () => {
  test('[A1] a tool runs once its intent has been synced, not when it has been written', async () => {
    let written = ''
    let synced = ''
    disk.on('write', (call) => call.proceed(() => (written += isSegment(call) ? call.bytes.toString() : '')))
    disk.on('fdatasync', (call) => {
      const before = written
      call.proceed(() => (synced = before.length > synced.length && isSegment(call) ? before : synced))
    })
    const unsynced: string[] = []
    const journaled = audited({ directory, maxSegmentBytes: 4_096 }, {}, (id) => {
      if (!new RegExp(`"kind":"intent"[^\\n]*"callId":"${id}"[^\\n]*\\n`).test(synced)) unsynced.push(id)
    })
    for (let round = 0; round < 10; round++) {
      await Promise.all(ids(8, `round ${round} call`).map((id) => journaled.call(id)))
    }
    expect(journaled.ran).toHaveLength(80)
    expect(unsynced).toEqual([])
    await journaled.sink.close()
  })

  test('[A1] a sync that fails once is never taken as success, and its segment never touched again', async () => {
    const journaled = audited({ directory })
    await journaled.call('before')
    const abandoned = segmentPath(journaled)
    const touched: string[] = []
    disk.once('fdatasync', isSegment, (call) => {
      const note = (operation: Operation) => (later: DiskCall) => {
        touched.push(`${operation} ${later.path}`)
        later.proceed()
      }
      disk.on('write', note('write'))
      disk.on('fdatasync', note('fdatasync'))
      call.fail('EIO')
    })
    const results = await Promise.all(ids(8).map((id) => journaled.call(id)))
    for (const result of results) expect(blockedMessage(result)).toMatch(`the journal in \`${directory}\``)
    for (const result of results) expect(blockedMessage(result)).toMatch('EIO')
    expect(journaled.ran).toEqual(['before'])
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()

    expect(touched.filter((one) => one.endsWith(abandoned))).toEqual([])
    const [{ entries, segments } = { entries: [], segments: 0 }] = readFiles(directory)
    expect(segments).toBe(2)
    expect(entries.find(({ after }) => after !== undefined)?.after).toMatchObject({ segment: 1, reason: /EIO/ })
    const calls = callsIn(readFiles(directory))
    expect(ids(8).map((id) => outcomeIn(calls.get(id)))).toEqual(ids(8).map(() => 'blocked'))
    expect(await verdict(journaled.notes)).toBe('intact')
    expect(journaled.errors).toHaveLength(1)
  })

  test.each<[Operation, string]>([
    ['open', 'EMFILE'],
    ['write', 'ENOSPC'],
    ['fdatasync', 'EIO'],
    ['fsync', 'EIO'],
    ['close', 'EIO'],
    ['ftruncate', 'EIO'],
  ])(
    '[A1] [A3] whichever `%s` fails, no call runs unrecorded or is recorded twice, and all goes on',
    async (...fault) => {
      const [operation, code] = fault
      let failed = true
      for (let number = 1; failed; number++) {
        directory = join(folder.path, `audit ${number}`)
        failed = false
        let count = 0
        disk.once(
          operation,
          () => ++count === number,
          (call) => {
            failed = true
            call.fail(code)
          },
        )
        const journaled = audited({ directory, maxSegmentBytes: 4_096 }, { arguments: { erasable: ['email'] } })
        for (const id of ids(3, 'alone')) await journaled.call(id, { email: `${id}@example.com` })
        await Promise.all(ids(8, 'together').map((id) => journaled.call(id, { email: `${id}@example.com` })))
        await journaled.call('late')
        await journaled.sink.close().catch(() => journaled.sink.close())
        expectAllRecorded(journaled)
        expect(journaled.ran.length).toBeGreaterThanOrEqual(4)
        expect(callsIn(readFiles(directory)).size, `number ${number}`).toBe(12)
        expect(await verdict(journaled.notes), `number ${number}`).toBe('intact')
      }
    },
  )

  test('[A1] the directory is synced again if it failed, though it is there already', async () => {
    const synced: string[] = []
    disk.on('fsync', (call) => {
      if (call.path.startsWith(folder.path) && synced.push(call.path) === 1) return call.fail('EIO')
      call.proceed()
    })
    const journaled = audited({ directory, keyFile: join(folder.path, 'key') })
    blockedMessage(await journaled.call('blocked'))
    await journaled.call('runs')
    expect(synced.slice(1)).toContain(directory)
    expect(synced.slice(1)).toContain(folder.path)
    await journaled.sink.close()
  })

  test('[A3] writes that take only a part are gone on with', async () => {
    disk.on('write', (call) => call.writeOnly(Math.ceil(call.bytes.length / 3)))
    const journaled = audited({ directory })
    await Promise.all(ids(20).map((id) => journaled.call(id)))
    expect(journaled.ran).toHaveLength(20)
    await journaled.sink.close()
    expectAllRecorded(journaled)
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('[A1] [A3] a write that takes a part and then fails blocks its calls, and the part is no entry', async () => {
    const journaled = audited({ directory })
    await journaled.call('before')
    disk.once('write', isSegment, (call) => {
      disk.on('write', (next) => (next.path === call.path ? next.fail('ENOSPC') : next.proceed()))
      call.writeOnly(100)
    })
    expect(blockedMessage(await journaled.call('cut'))).toContain('ENOSPC')
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()
    expectAllRecorded(journaled)
    const entries = readFiles(directory).flatMap((writer) => writer.entries)
    expect(entries.find(({ after }) => after)?.after).toMatchObject({ abandonedBytes: 100 })
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('no value is left behind that no entry has the digest of, so none is left that nobody can erase', async () => {
    const journaled = audited({ directory }, { arguments: { erasable: ['email'] } })
    await journaled.call('before', { email: 'first@example.com' })
    disk.once('fdatasync', isSegment, (call) => call.fail('EIO'))
    blockedMessage(await journaled.call('given up', { email: 'secret@example.com' }))
    const values = await readFile(segmentPath(journaled).replace('.jsonl', '.values.jsonl'), 'utf8')
    expect(values.trim().split('\n')).toHaveLength(1)
    await journaled.sink.close()
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('outcomes that can not be written are flagged in their results, and stand in the journal once they can be', async () => {
    const journaled = audited({ directory })
    const held = ids(4, 'held').map((id) => journaled.start(id))
    await eventually(() => expect(journaled.ran).toHaveLength(4))
    disk.on('write', (call) => call.fail('ENOSPC'))
    blockedMessage(await journaled.call('blocked'))
    for (const { end } of held) end()
    for (const { result } of held) {
      expect(await result).toMatchObject({ status: 'executed', auditError: { message: /ENOSPC/ } })
    }
    expect(blockedMessage(await journaled.call('blocked too'))).toContain('ENOSPC')
    disk.heal()
    expect((await journaled.call('after')).auditError).toBeUndefined()
    await journaled.sink.close()
    expectAllRecorded(journaled)
    expect(outcomeIn(callsIn(readFiles(directory)).get('blocked too'))).toBe('blocked')
    expect(journaled.errors).toHaveLength(1)
  })

  test('[A3] a disk that comes back is noticed without any call', async () => {
    const journaled = audited({ directory })
    await journaled.call('before')
    disk.on('write', (call) => call.fail('ENOSPC'))
    blockedMessage(await journaled.call('blocked'))
    disk.heal()
    await eventually(() => expect(outcomeIn(callsIn(readFiles(directory)).get('blocked'))).toBe('blocked'))
    await journaled.sink.close()
  })

  test('a listener that throws does not keep the journal from going on', async () => {
    const onError = () => {
      throw new Error('from the listener')
    }
    const journaled = audited({ directory, onError }, { timeoutMs: 1_000 })
    await journaled.call('before')
    disk.once('fdatasync', isSegment, (call) => call.fail('EIO'))
    expect(blockedMessage(await journaled.call('blocked'))).toContain('EIO')
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()
  })
})

describe('a record that can not be an entry', () => {
  const context = { durability: 'intent', erasable: [] } as const
  const intent = (callId: string, args: unknown) => {
    const time = new Date().toISOString()
    return { time, callId, runner: 'default', tool: 'tool', principal: 'agent:1', arguments: args, decisions: {} }
  }

  test('[A1] is refused, and nothing beside it', async () => {
    const { sink } = audited({ directory })
    const begin = async (callId: string, args: unknown) => sink.begin(intent(callId, args), context)
    await begin('first', {})
    const [none, some] = await Promise.allSettled([begin('none', { units: 1n }), begin('some', { units: 1 })])
    expect(none).toMatchObject({ status: 'rejected', reason: { message: /BigInt/ } })
    expect(some.status).toBe('fulfilled')
    await sink.close()
    expect([...callsIn(readFiles(directory)).keys()]).toEqual(['first', 'some'])
  })

  test('[A1] [A3] no line is so long that nobody reads it any more', async () => {
    const journaled = audited({ directory })
    const { status } = await journaled.call('huge', { text: 'x'.repeat(70_000_000) })
    await journaled.call('small')
    await journaled.sink.close()
    expect(await verdict(journaled.notes)).toMatch(/^intact/)
    expect(journaled.ran).toEqual(status === 'executed' ? ['huge', 'small'] : ['small'])
  })
})

describe('a directory', () => {
  test('that is not there is made, readable by its owner only', async () => {
    directory = join(folder.path, 'some', 'where', 'audit')
    const journaled = audited({ directory })
    expect((await journaled.call('first')).status).toBe('executed')
    const modes = [directory, join(directory, journaled.sink.writer ?? ''), segmentPath(journaled)].map(
      async (path) => {
        return (await stat(path)).mode & 0o777
      },
    )
    if (process.platform !== 'win32') expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o600])
    await journaled.sink.close()
  })

  test('[A1] that can not be made blocks calls, says where and why, and is found when it can', async () => {
    await writeFile(join(folder.path, 'file'), 'no directory')
    directory = join(folder.path, 'file', 'audit')
    const journaled = audited({ directory, keyFile: join(folder.path, 'key') })
    for (const id of ids(3)) {
      const result = await journaled.call(id)
      expect(blockedMessage(result)).toContain(`the journal in \`${directory}\` can not be written: ENOTDIR`)
      expect(result.auditError?.message).toContain('ENOTDIR')
    }
    expect(journaled.ran).toEqual([])
    await rm(join(folder.path, 'file'))
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()
    expect([...callsIn(readFiles(directory)).keys()]).toEqual([...ids(3), 'after'])
  })

  test.each<[string, (journaled: Audited) => Promise<unknown>]>([
    ['the journal', () => rm(directory, { recursive: true })],
    ['a writer', ({ sink }) => rm(join(directory, sink.writer ?? ''), { recursive: true })],
    ['a segment', (journaled) => rm(segmentPath(journaled))],
    ['a segment, to another place,', (journaled) => rename(segmentPath(journaled), join(folder.path, 'elsewhere'))],
  ])('[A1] %s removed under a process takes no record unsaid', async (_, remove) => {
    const journaled = audited({ directory, checkpointEntries: 1 })
    await journaled.call('before')
    await eventually(() => expect(journaled.notes.at(-1)).toMatch(/\n3\n/))
    await remove(journaled)
    const results = [await journaled.call('first after'), await journaled.call('second after')]
    const [{ message } = { message: undefined }] = results
    if (message !== undefined) expect(message).toMatch(`the journal in \`${directory}\` can not be written`)
    expect(results[1]?.status).toBe('executed')
    const there = await textOf(directory)
    for (const { status, callId } of results) {
      if (status === 'executed') expect(there).toMatch(new RegExp(`"kind":"intent"[^\\n]*"callId":"${callId}"`))
    }
    await journaled.sink.close()
    expect(await verdict(journaled.notes)).toMatch('tampered')
    expect(await verdict()).toMatch('tampered')
  })

  test.each<[string, string, (path: string) => Promise<unknown>]>([
    ['is cut', 'tampered', (path) => truncate(path, 300)],
    [
      'is replaced by a copy',
      'intact',
      async (path) => {
        await writeFile(`${path}.copy`, await readFile(path))
        await rename(`${path}.copy`, path)
      },
    ],
    [
      'is replaced by something else',
      'tampered',
      async (path) => {
        await rm(path)
        await writeFile(path, '{}\n')
      },
    ],
    ['is appended to', 'intact', (path) => appendFile(path, 'what is no entry\n')],
  ])('[A1] [A3] a segment that %s under its process is not gone on with: it is %s', async (_, expected, change) => {
    const journaled = audited({ directory, checkpointEntries: 1 })
    await journaled.call('before')
    await eventually(() => expect(journaled.notes.at(-1)).toMatch(/\n3\n/))
    await change(segmentPath(journaled))
    expect(blockedMessage(await journaled.call('blocked'))).toMatch(/another file|something else changed/)
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()
    expect(journaled.ran).toEqual(['before', 'after'])
    expect(await textOf(directory)).toContain('"callId":"after"')
    expect(await verdict(journaled.notes)).toMatch(new RegExp(`^${expected}`))
  })
})

describe('a disk that stands still', () => {
  /** Lets nothing of the journal's segments get on, until it is told to. */
  function standStill(operation: Operation): () => void {
    const standing: DiskCall[] = []
    disk.on(operation, (call) => (isSegment(call) || isValues(call) ? standing.push(call) : call.proceed()))
    return () => {
      disk.heal()
      for (const call of standing) call.proceed()
    }
  }

  test.each<Operation>(['write', 'fdatasync', 'open'])(
    '[A1] in `%s` blocks calls within the time of the gate, and is gone on with when it moves',
    async (operation) => {
      const journaled = audited({ directory, maxSegmentBytes: 4_096 }, { timeoutMs: 60 })
      const move = standStill(operation)
      const results = await Promise.all(ids(10).map((id) => journaled.call(id)))
      for (const result of results) expect(blockedMessage(result)).toContain('took longer than 60 ms')
      expect(journaled.ran).toEqual([])
      move()
      await eventually(async () => expect((await journaled.call('after')).status).toBe('executed'))
      await journaled.sink.close()
      const calls = callsIn(readFiles(directory))
      expect(ids(10).map((id) => outcomeIn(calls.get(id)))).toEqual(ids(10).map(() => 'blocked'))
      expect(await verdict(journaled.notes)).toBe('intact')
    },
  )

  test('keeps no more than it may, and says how many records were lost', async () => {
    const journaled = audited({ directory, maxBacklogChars: 20_000 }, { timeoutMs: 60 })
    await journaled.call('before')
    const move = standStill('fdatasync')
    const results = await Promise.all(ids(200).map((id) => journaled.call(id)))
    for (const result of results) {
      expect(blockedMessage(result)).toMatch(/took longer than 60 ms|is too slow: \d+ records of \d+ characters wait/)
    }
    const lost = results.filter(({ auditError }) => auditError !== undefined)
    expect(lost.length).toBeGreaterThan(100)
    move()
    const allEntries = () => readFiles(directory).flatMap((writer) => writer.entries)
    await eventually(() => expect(allEntries().some(({ kind }) => kind === 'lost')).toBe(true))
    await eventually(async () => expect((await journaled.call('after')).status).toBe('executed'))
    await journaled.sink.close()
    const entries = allEntries()
    expect(entries.filter(({ kind }) => kind === 'lost').map(({ count }) => count)).toEqual([lost.length])
    const calls = callsIn(readFiles(directory))
    for (const { callId, auditError } of results) {
      expect(outcomeIn(calls.get(callId)), callId).toBe(auditError === undefined ? 'blocked' : undefined)
    }
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('flags what is not on the disk in time, where the outcome has to be', async () => {
    const journaled = audited({ directory }, { timeoutMs: 60, durability: 'outcome' })
    await journaled.call('before')
    const move = standStill('fdatasync')
    const result = await journaled.call('late')
    expect(result).toMatchObject({ status: 'executed', auditError: { message: /took longer than 60 ms/ } })
    move()
    await journaled.sink.close()
    expectAllRecorded(journaled)
  })
})

async function textOf(path: string): Promise<string> {
  const names = await readdir(path, { recursive: true })
  const texts = names.filter((name) => name.endsWith('.jsonl')).map((name) => readFile(join(path, name), 'utf8'))
  return (await Promise.all(texts)).join('')
}
