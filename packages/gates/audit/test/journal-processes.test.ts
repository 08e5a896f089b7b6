import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { verifyJournal } from '../src/journal/verification/verify.ts'
import { callsIn, outcomeIn, readFiles } from './journal-files.ts'
import { audited, blockedMessage, temporaryFolder } from './journal-setup.ts'
import { type Answered, startWorker, type Task, type Worker, type WorkerSetup } from './journal-workers.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let directory: string
const workers: Worker[] = []
beforeEach(async () => {
  folder = await temporaryFolder()
  directory = join(folder.path, 'audit')
})
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    if (worker.process.connected) worker.process.disconnect()
    worker.process.kill('SIGKILL')
  }
  await folder[Symbol.asyncDispose]()
})

function start(task: Omit<Task, 'journal'> & Partial<Task>, setup?: WorkerSetup): Worker {
  const worker = startWorker({ journal: { directory }, ...task }, setup)
  workers.push(worker)
  return worker
}

function notesOf(all: readonly Worker[]): string[] {
  return all.flatMap((worker) => worker.said('kept').map((note) => JSON.parse(note) as string))
}

/** Whether a command is there and may do what it is to do. */
function works(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

const isLinux = process.platform === 'linux'
const hasPrlimit = isLinux && works('prlimit', '--fsize')
const hasStrace = isLinux && works('strace', '-f', '-o', '/dev/null', 'true')
const isRoot = isLinux && process.getuid?.() === 0

describe('eight processes that write one journal', () => {
  test('[A3] begin it at the same moment with one key, and leave every record once, in chains of their own', async () => {
    const eight = Array.from({ length: 8 }, (_, index) => {
      return start({ name: `process ${index}`, lanes: 8, calls: 25, close: true })
    })
    for (const { ended } of eight) expect(await ended).toEqual({ code: 0, signal: null })
    const files = readFiles(directory)
    expect(files).toHaveLength(8)
    const calls = callsIn(files)
    expect(calls.size).toBe(8 * 8 * 25)
    for (const [id, call] of calls) {
      expect(call.intents, id).toHaveLength(1)
      expect(outcomeIn(call), id).toBe('executed')
    }
    expect(eight.flatMap((worker) => worker.said('returned')).sort()).toEqual([...calls.keys()].sort())
    for (const { entries } of files) {
      const own = new Set(entries.flatMap(({ callId }) => callId?.split('/')[0] ?? []))
      expect(own.size).toBe(1)
    }
    expect((await readdir(folder.path)).sort()).toEqual(['audit', 'audit.key'])
    const texts = files.map(({ writer }) => readFile(join(directory, writer, '000001.jsonl'), 'utf8'))
    const keys = (await Promise.all(texts)).map((text) => /"key":"([^"]+)"/.exec(text)?.[1])
    expect(new Set(keys).size).toBe(1)
    const report = await verifyJournal({ directory, checkpoints: notesOf(eight) })
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(report.verdict).toBe('intact')
  })
})

describe('a process that ends', () => {
  test('[A3] by itself, without closing its journal, has written all of its relaxed calls', async () => {
    const worker = start({ name: 'relaxed', durability: 'relaxed', lanes: 4, calls: 100 })
    expect(await worker.ended).toEqual({ code: 0, signal: null })
    const calls = callsIn(readFiles(directory))
    expect(worker.said('returned')).toHaveLength(400)
    for (const id of worker.said('returned')) expect(outcomeIn(calls.get(id)), id).toBe('executed')
  })
})

const commanded = { name: 'commanded', lanes: 0, calls: 0 } as const

/** What must be so, whatever failed: what ran stands in the journal, and what was blocked says why and did not run. */
function expectHonest(answers: readonly Answered[], reason: RegExp): void {
  const calls = callsIn(readFiles(directory))
  for (const { id, ran, status, blockedBy, message } of answers) {
    expect(ran, id).toBe(status === 'executed')
    if (ran) expect(calls.get(id)?.intents, id).toHaveLength(1)
    else expect([blockedBy, message]).toEqual(['audit', expect.stringMatching(reason)])
  }
}

async function expectNotTampered(checkpoints: readonly string[]): Promise<void> {
  const { findings } = await verifyJournal({ directory, checkpoints })
  expect(findings.filter(({ severity }) => severity === 'tampered')).toEqual([])
}

describe('a disk that is full', () => {
  test.skipIf(!hasPrlimit)(
    '[A1] [A3] blocks calls, says so, and is gone on with in a new segment once there is room',
    async () => {
      const within = ['bash', '-c', 'ulimit -S -f 16; exec "$0" "$@"']
      const worker = start({ ...commanded, chars: 3_000 }, { within })
      const limitTo = (bytes: string) => works('prlimit', `--pid=${worker.process.pid}`, `--fsize=${bytes}:`)
      const answers: Answered[] = []
      const ask = async (id: string) => {
        const answered = await worker.ask(id)
        answers.push(answered)
        return answered.status
      }
      for (let number = 0; number < 8; number++) await ask(`to the limit ${number}`)
      expect(answers.filter(({ ran }) => !ran)).toHaveLength(1)

      expect(limitTo('0')).toBe(true)
      for (const id of ['full 1', 'full 2', 'full 3']) expect(await ask(id)).toBe('blocked')
      expect(answers.at(-1)?.auditError).toMatch(/EFBIG/)
      expect(limitTo('unlimited')).toBe(true)
      expect(await ask('room again')).toBe('executed')

      expectHonest(answers, new RegExp(`the journal in \`${directory}\` can not be written: EFBIG`))
      const entries = readFiles(directory).flatMap((writer) => writer.entries)
      expect(entries.some(({ after }) => /EFBIG/.test(after?.reason ?? ''))).toBe(true)
      const calls = callsIn(readFiles(directory))
      for (const { id, ran } of answers.slice(0, -1)) {
        expect(outcomeIn(calls.get(id)), id).toBe(ran ? 'executed' : 'blocked')
      }
      await expectNotTampered(notesOf([worker]))
    },
    20_000,
  )

  test.skipIf(!isRoot)(
    '[A1] [A3] of 1 MiB blocks calls with ENOSPC, and lets them in again once a file is removed',
    async ({ skip }) => {
      await using disk = await mounted()
      if (disk === undefined) return skip('a disk can not be mounted here')
      directory = join(disk.path, 'audit')
      const journaled = audited({ directory, keyFile: join(folder.path, 'key') })
      const long = journaled.start('long')
      await journaled.call('before')
      const filler = join(disk.path, 'filler')
      await writeFile(filler, Buffer.alloc(2 << 20)).catch(() => undefined)
      const text = 'x'.repeat(20_000)
      const blocked = await Promise.all(['a', 'b', 'c'].map((id) => journaled.call(id, { text })))
      for (const result of blocked) {
        expect(blockedMessage(result)).toMatch(`the journal in \`${directory}\` can not be written: ENOSPC`)
      }
      long.end()
      expect((await long.result).auditError?.message).toContain('ENOSPC')
      expect(journaled.ran).toEqual(['long', 'before'])
      await rm(filler)
      expect((await journaled.call('after', { text })).status).toBe('executed')
      await journaled.sink.close()
      const calls = callsIn(readFiles(directory))
      const outcomes = ['long', 'before', 'a', 'b', 'c', 'after'].map((id) => outcomeIn(calls.get(id)))
      expect(outcomes).toEqual(['executed', 'executed', 'blocked', 'blocked', 'blocked', 'executed'])
      const entries = readFiles(directory).flatMap((writer) => writer.entries)
      expect(entries.some(({ after }) => /ENOSPC/.test(after?.reason ?? ''))).toBe(true)
      expect((await verifyJournal({ directory, checkpoints: journaled.notes })).verdict).toBe('intact')
    },
  )

  test.skipIf(!isRoot)('[A1] that is read-only blocks calls with EROFS until it can be written', async ({ skip }) => {
    await using disk = await mounted()
    if (disk === undefined) return skip('a disk can not be mounted here')
    directory = join(disk.path, 'audit')
    expect(works('mount', '-o', 'remount,ro', disk.path)).toBe(true)
    const journaled = audited({ directory, keyFile: join(folder.path, 'key') })
    expect(blockedMessage(await journaled.call('blocked'))).toContain(`\`${directory}\` can not be written: EROFS`)
    expect(journaled.ran).toEqual([])
    expect(works('mount', '-o', 'remount,rw', disk.path)).toBe(true)
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()
  })
})

/** A disk of 1 MiB, or nothing where none can be mounted. */
async function mounted(): Promise<(AsyncDisposable & { readonly path: string }) | undefined> {
  const path = join(folder.path, 'disk')
  await mkdir(path)
  if (!works('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path)) return undefined
  const unmount = async () => {
    works('umount', '-l', path)
  }
  return { path, [Symbol.asyncDispose]: unmount }
}

describe.skipIf(!hasStrace)('as the system itself sees it', () => {
  // One thread does all that is asynchronous, so that what is counted and what is ordered is so in one thread.
  const env = { UV_THREADPOOL_SIZE: '1' }

  test('[A1] a tool runs only after the sync of its intent has returned', async () => {
    const trace = join(folder.path, 'trace')
    const within = ['strace', '-f', '-qq', '-y', '-s', '200000', '-e', 'trace=write,fdatasync', '-o', trace]
    const worker = start({ name: 'traced', lanes: 4, calls: 20, close: true }, { within, env })
    expect((await worker.ended).code).toBe(0)
    let [written, synced] = ['', '']
    let count = 0
    for (const line of (await readFile(trace, 'utf8')).split('\n')) {
      if (/ write\(\d+<[^>]*\/\d{6}\.jsonl>/.test(line)) written += line
      // With one thread, a sync that is not said to be unfinished, or resumes, is of all that was written before.
      if (/fdatasync\(\d+<[^>]*\/\d{6}\.jsonl>\) += 0|<\.\.\. fdatasync resumed>\) += 0/.test(line)) synced = written
      const [, id] = / write\(1<[^>]*>, "ran ([^\\]+)\\n"/.exec(line) ?? []
      if (id === undefined) continue
      count++
      expect(synced, id).toContain(`callId\\":\\"${id}\\"`)
    }
    expect(count).toBe(80)
  })

  test('[A1] [A3] a sync that fails is never taken as success, whichever it is', async () => {
    const runs = [1, 2, 3, 4, 5, 6].map(async (when) => {
      const inject = `inject=fdatasync:error=EIO:when=${when}`
      const within = ['strace', '-f', '-qq', '-e', 'trace=fdatasync', '-e', inject, '-o', join(folder.path, `${when}`)]
      const own = join(folder.path, `audit ${when}`)
      const worker = start({ ...commanded, journal: { directory: own, checkpointEntries: 2 } }, { within, env })
      const answers: Answered[] = []
      for (const id of ['a', 'b', 'c', 'd', 'e']) answers.push(await worker.ask(id))
      await worker.leave()
      return { own, answers, notes: notesOf([worker]) }
    })
    for (const { own, answers, notes } of await Promise.all(runs)) {
      directory = own
      expectHonest(answers, /can not be written: EIO/)
      await expectNotTampered(notes)
    }
    const blocked = (await Promise.all(runs)).flatMap(({ answers }) => answers.filter(({ ran }) => !ran))
    expect(blocked.length).toBeGreaterThanOrEqual(3)
  })
})
