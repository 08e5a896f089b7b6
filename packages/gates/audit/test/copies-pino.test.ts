import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type CopiedEntry, pinoCopy } from '@toolgate/audit'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

function entry(seq: number, fields: object, kind: string = 'call'): CopiedEntry {
  return { writer: 'one', seq, kind, line: JSON.stringify({ seq, prev: '', kind, ...fields }) }
}

/** A logger in memory. */
function logged(level: string = 'debug') {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>)
      done()
    },
  })
  return { lines, logger: pino({ base: null, timestamp: false, level }, stream) }
}

describe('the pino copy', () => {
  test('logs the end of each call at the level of its outcome, and intents as debug', async () => {
    const { lines, logger } = logged()
    const outcomes = ['executed', 'pending', 'blocked', 'failed', 'aborted']
    const ends = outcomes.map((outcome, seq) => entry(seq, { tool: 'pay', outcome }))
    await pinoCopy(logger).write([
      ...ends,
      entry(5, { tool: 'pay' }, 'intent'),
      entry(6, { intent: 5, tool: 'pay', outcome: 'executed' }, 'outcome'),
      entry(7, { segment: 1 }, 'seal'),
      entry(8, { count: 3 }, 'lost'),
    ])
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [30, 'tool pay executed'],
      [30, 'tool pay pending'],
      [40, 'tool pay blocked'],
      [50, 'tool pay failed'],
      [50, 'tool pay aborted'],
      [20, 'tool pay begins'],
      [30, 'tool pay executed'],
      [30, 'journal seal'],
      [40, 'journal lost'],
    ])
    expect(lines[6]).toEqual({
      level: 30,
      toolgate: { seq: 6, prev: '', kind: 'outcome', intent: 5, tool: 'pay', outcome: 'executed' },
      writer: 'one',
      seq: 6,
      msg: 'tool pay executed',
    })
  })

  test('at the level info, each call is one line', async () => {
    const { lines, logger } = logged('info')
    await pinoCopy(logger).write([
      entry(0, { tool: 'pay' }, 'intent'),
      entry(1, { tool: 'pay', outcome: 'executed' }, 'outcome'),
    ])
    expect(lines.map(({ seq }) => seq)).toEqual([1])
  })

  test('logs also what was changed on the disk, and nothing in it stops the others', async () => {
    const { lines, logger } = logged()
    await pinoCopy(logger).write([
      { writer: 'one', seq: 0, kind: 'call', line: '{"seq":0,"torn' },
      entry(1, { tool: { toString: 1 }, outcome: 'executed' }),
      entry(2, { tool: 'pay', outcome: '__proto__' }),
      entry(3, { tool: 'pay', outcome: { toString: 1 } }),
      entry(4, { tool: 'pay', outcome: 'executed' }),
    ])
    expect(lines.map(({ msg }) => msg)).toEqual([
      'journal call',
      'journal call',
      'tool pay __proto__',
      'tool pay ended',
      'tool pay executed',
    ])
    expect(lines[0]?.toolgate).toBe('{"seq":0,"torn')
  })

  test('gives a destination that can not write nothing more until it can', async () => {
    let [logged, isFull] = [0, true]
    const log = () => {
      logged++
    }
    const copy = pinoCopy({
      debug: log,
      info: log,
      warn: log,
      error: log,
      flush: (done) => done(isFull ? new Error('no space') : null),
    })
    const entries = [entry(0, {}), entry(1, {})]
    for (let attempt = 0; attempt < 3; attempt++) await expect(copy.write(entries)).rejects.toThrow('no space')
    expect(logged).toBe(2)
    isFull = false
    await copy.write(entries)
    expect(logged).toBe(4)
  })

  test('rejects what its destination could not write, and takes what has no disk for written', async () => {
    const error = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })
    const levels = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
    const failing = pinoCopy({ ...levels, flush: (done) => done(error) })
    await expect(failing.write([entry(0, {})])).rejects.toBe(error)
    const noDisk = Object.assign(new Error('a pipe'), { code: 'EINVAL', syscall: 'fsync' })
    const piped = pinoCopy({ ...levels, flush: (done) => done(noDisk) })
    await expect(piped.write([entry(0, {})])).resolves.toBeUndefined()
    await expect(pinoCopy(levels).write([entry(0, {})])).resolves.toBeUndefined()
  })

  test('refuses what is no logger, and options that there are not', () => {
    expect(() => pinoCopy({} as never)).toThrow('pinoCopy.logger is `{}`; expected a logger of pino, such as pino()')
    expect(() => pinoCopy(pino(), { level: 'info' } as never)).toThrow(
      'pinoCopy.level is `"info"`; expected no such field',
    )
    expect(() => pinoCopy(pino(), { name: 1 } as never)).toThrow('pinoCopy.name is `1`; expected a string')
  })
})

describe('a process that is killed once the copy says that the entries are written', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-pino-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test
    .skipIf(process.platform === 'win32')
    .each([
      'sync: true',
      'minLength: 1',
      'minLength: 4096',
      'sync: true, minLength: 4096',
      'a transport to a file, minLength: 1',
    ])('has written all of them: %s', async (kind) => {
    const path = join(folder, 'log')
    const script = join(import.meta.dirname, 'pino-process.ts')
    const child = spawn(process.execPath, [script, kind, path, '507'], { stdio: ['ignore', 'inherit', 'inherit'] })
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
      Array.from({ length: 507 }, (_, seq) => seq),
    )
  })
})
