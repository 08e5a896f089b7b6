import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { type AuditEntry, auditGate, jsonlSink, memorySink, pinoSink, type RecordContext } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const context: RecordContext = { durability: 'intent', erasable: [] }

function entry(callId: string): AuditEntry {
  return {
    callId,
    time: '2026-01-15T12:00:00.000Z',
    runner: 'default',
    tool: 'search',
    principal: 'agent:1',
    arguments: { query: 'ü'.repeat(50) },
    decisions: {},
    outcome: 'executed',
    durationMs: 1,
  }
}

describe('the memory sink', () => {
  test('keeps the latest entries, in order, and counts what it dropped', () => {
    const sink = memorySink({ maxEntries: 3 })
    for (const id of ['a', 'b', 'c', 'd', 'e']) sink.end(entry(id), context)
    expect(sink.entries.map(({ callId }) => callId)).toEqual(['c', 'd', 'e'])
    expect(sink.dropped).toBe(2)
  })

  test('refuses a size that is none', () => {
    expect(() => memorySink({ maxEntries: 0 })).toThrow(
      'memorySink.maxEntries is `0`; expected a whole number of 1 or more',
    )
  })
})

describe('the JSON Lines sink', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-audit-'))
    path = join(folder, 'audit.jsonl')
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })
  const written = async () => {
    const lines = (await readFile(path, 'utf8')).split('\n')
    expect(lines.pop()).toBe('')
    return lines.map((line) => JSON.parse(line) as AuditEntry)
  }

  test('appends one line for each entry, and has written it when it says so', async () => {
    await writeFile(path, '{"callId":"before"}\n')
    const sink = jsonlSink({ path })
    await sink.end(entry('a'), context)
    expect((await written()).map(({ callId }) => callId)).toEqual(['before', 'a'])
    await sink.end(entry('b'), context)
    expect(await written()).toEqual([{ callId: 'before' }, entry('a'), entry('b')])
    await sink.close?.()
  })

  test('keeps the order of many entries at the same time', async () => {
    const sink = jsonlSink({ path })
    const ids = Array.from({ length: 500 }, (_, index) => `call ${index}`)
    await Promise.all(ids.map((id) => sink.end(entry(id), context)))
    expect((await written()).map(({ callId }) => callId)).toEqual(ids)
    await sink.close?.()
  })

  test('[P3] refuses nothing while the file takes what it is given, however much and however large', async () => {
    const sink = jsonlSink({ path, maxBacklogBytes: 1 })
    const ids = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(1_000)}`)
    await Promise.all(ids.map((id) => sink.end(entry(id), context)))
    expect((await written()).map(({ callId }) => callId)).toEqual(ids)
    await sink.close?.()
  })

  test('makes a file that only its owner can read', async () => {
    const sink = jsonlSink({ path })
    await sink.begin?.(entry('a'), context)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await sink.close?.()
  })

  test('[P3] blocks calls while its file can not be written, and goes on by itself when it can, losing nothing', async () => {
    const missing = join(folder, 'not yet', 'audit.jsonl')
    const sink = jsonlSink({ path: missing })
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [sink] }) })
    let ran = 0
    runner.register('tool', { execute: () => ++ran })
    const blocked = await runner.call('tool', {}, { callId: 'first' })
    expect(blocked).toMatchObject({ status: 'blocked', blockedBy: 'audit' })
    expect(blocked.message).toContain('ENOENT')
    expect(blocked.auditError?.message).toContain('ENOENT')
    expect(ran).toBe(0)
    await mkdir(join(folder, 'not yet'))
    path = missing
    expect((await runner.call('tool', {}, { callId: 'second' })).result).toBe(1)
    const entries = await written()
    expect(entries.map(({ callId, outcome }) => [callId, outcome])).toEqual([
      ['first', 'blocked'],
      ['second', 'executed'],
    ])
    await sink.close?.()
  })

  test.skipIf(process.platform !== 'linux')(
    '[P3] says that a disk is full, and keeps what it could not write',
    async () => {
      const sink = jsonlSink({ path: '/dev/full', maxBacklogBytes: 700 })
      await expect(sink.end(entry('a'), context)).rejects.toThrow('ENOSPC')
      await expect((async () => sink.begin?.(entry('b'), context))()).rejects.toThrow('ENOSPC')
      await expect(sink.end(entry('b'), context)).rejects.toThrow('ENOSPC')
      expect(() => sink.end(entry('c'), context)).toThrow(/has \d+ bytes waiting to be written/)
      await expect((async () => sink.close?.())()).rejects.toThrow('ENOSPC')
    },
  )

  test.skipIf(process.platform === 'win32')('writes an entry again that was cut off in the middle', async () => {
    const script = join(import.meta.dirname, 'file-limit.ts')
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -S -f 1; exec "$0" "$@"',
      process.execPath,
      script,
      path,
    ])
    const [first, ...others] = JSON.parse(stdout) as string[]
    expect(first).toBe('d EFBIG')
    expect(others).toEqual(['e EFBIG'])
    const [part, ...lines] = (await readFile(path, 'utf8')).split('\n')
    expect(part).toMatch(/^\{"callId":"d","note":"x+$/)
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).callId)).toEqual(['d', 'e'])
  })

  test('writes what is left when it is closed, and takes nothing after', async () => {
    const sink = jsonlSink({ path })
    void sink.end(entry('a'), context)
    await sink.close?.()
    expect(await written()).toEqual([entry('a')])
    expect(() => sink.begin?.(entry('b'), context)).toThrow('is closed')
    expect(() => sink.end(entry('b'), context)).toThrow('is closed')
  })

  test.each([
    [{}, 'jsonlSink.path is `undefined`; expected the path of a file, such as "audit.jsonl"'],
    [{ path: 'a', maxBacklogBytes: -1 }, 'jsonlSink.maxBacklogBytes is `-1`; expected a whole number of 1 or more'],
    [{ path: 'a', file: 'b' }, 'jsonlSink.file is `"b"`; expected no such field; there are path, maxBacklogBytes'],
  ])('refuses the options %j', (options, message) => {
    expect(() => jsonlSink(options as never)).toThrow(message)
  })
})

test('the pino sink logs each entry at the level of its outcome', async () => {
  const lines: { level: number; msg: string; toolgate: AuditEntry }[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)) as (typeof lines)[number])
      done()
    },
  })
  const sink = pinoSink(pino({ base: null }, stream))
  const outcomes = ['executed', 'pending', 'blocked', 'failed', 'aborted'] as const
  for (const outcome of outcomes) await sink.end({ ...entry('a'), outcome }, context)
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    [30, 'tool search executed'],
    [30, 'tool search pending'],
    [40, 'tool search blocked'],
    [50, 'tool search failed'],
    [50, 'tool search aborted'],
  ])
  expect(lines[0]?.toolgate).toEqual(entry('a'))
})
