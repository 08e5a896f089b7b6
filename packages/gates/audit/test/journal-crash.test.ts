import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readJournal } from '../src/journal/reading/read.ts'
import { verifyJournal } from '../src/journal/verification/verify.ts'
import { callsIn, openIntents, outcomeIn, readFiles, type WriterFiles } from './journal-files.ts'
import { audited, temporaryFolder } from './journal-setup.ts'
import { startWorker, type Task, type Worker } from './journal-workers.ts'

/** How many processes run at the same time. */
const together = 4

const mostLines = 300

/** The same numbers each time, so that a round that fails can be run again. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

interface Round {
  readonly task: Task
  /** Killed by somebody else once so many lines were said, or so long after it was started, if not by itself before. */
  readonly lines: number
  readonly delayMs?: number
}

function roundsOf(directory: string, count: number): Round[] {
  const random = randomNumbers(20_260_115)
  const operations = ['write', 'write', 'fdatasync', 'open', 'fsync', 'close'] as const
  const moments = ['before', 'part', 'after'] as const
  return Array.from({ length: count }, (_, index) => {
    const maxSegmentBytes = [4_096, 20_000, 20_000, 1 << 26, 1 << 26][random(5)] as number
    const task: Task = {
      journal: { directory, maxSegmentBytes, checkpointEntries: 1 + random(60) },
      durability: index % 4 === 3 ? 'outcome' : 'intent',
      name: `round ${index}`,
      lanes: 32,
      calls: 1_000,
      chars: random(400),
      ...(index % 3 === 0 && { fullAt: 1 + random(20) }),
    }
    if (index % 5 === 0) return { task, lines: mostLines, delayMs: 100 + random(400) }
    if (index % 2 === 0) return { task, lines: 1 + random(200) }
    const operation = operations[random(operations.length)] as (typeof operations)[number]
    const when = operation === 'write' ? (moments[random(3)] as (typeof moments)[number]) : 'before'
    const number = 1 + random(operation === 'write' ? 30 : 8)
    return { task: { ...task, dieAt: { operation, number, when } }, lines: mostLines }
  })
}

async function run({ task, lines, delayMs }: Round, env: Readonly<Record<string, string>>): Promise<Worker> {
  const worker = startWorker(task, {
    env,
    onLine: (one) => {
      if (one.lines.length >= lines) one.process.kill('SIGKILL')
    },
  })
  const timer = delayMs === undefined ? undefined : setTimeout(() => worker.process.kill('SIGKILL'), delayMs)
  const { signal } = await worker.ended
  clearTimeout(timer)
  expect(signal, task.name).toBe('SIGKILL')
  return worker
}

describe('a journal whose processes are killed a hundred times under load', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let directory: string
  let rounds: Round[]
  const workers = new Map<Round, Worker>()
  let notes: string[]
  let files: WriterFiles[]

  beforeAll(async () => {
    folder = await temporaryFolder()
    directory = join(folder.path, 'audit')
    rounds = roundsOf(directory, 100)
    // What was compiled once need not be again. It is kept when a process ends, not when it is killed.
    const env = { NODE_COMPILE_CACHE: join(folder.path, 'compiled') }
    const other = { directory: join(folder.path, 'other') }
    await startWorker({ journal: other, name: 'first', lanes: 1, calls: 1, close: true }, { env }).ended
    const left = rounds.values()
    const lane = async () => {
      for (const round of left) workers.set(round, await run(round, env))
    }
    await Promise.all(Array.from({ length: together }, lane))
    notes = [...workers.values()].flatMap((worker) => worker.said('kept').map((note) => JSON.parse(note) as string))
    files = readFiles(directory)
  }, 60_000)
  afterAll(() => folder[Symbol.asyncDispose]())

  test('[A1] [A3] has the intent of every call whose tool ran, once', () => {
    const calls = callsIn(files)
    let count = 0
    for (const [{ task }, worker] of workers) {
      if (task.durability !== 'intent') continue
      for (const id of worker.said('ran')) expect(calls.get(id)?.intents, id).toHaveLength(1)
      count += worker.said('ran').length
    }
    expect(count).toBeGreaterThan(1_000)
  })

  test('[A3] has the outcome of every call that returned where the outcome has to be there, once', () => {
    const calls = callsIn(files)
    let count = 0
    for (const [{ task }, worker] of workers) {
      if (task.durability !== 'outcome') continue
      for (const id of worker.said('returned')) expect(outcomeIn(calls.get(id)), id).toBe('executed')
      count += worker.said('returned').length
    }
    expect(count).toBeGreaterThan(100)
  })

  test('[A3] is never found tampered with, and holds all checkpoints that were kept', async () => {
    expect(notes.length).toBeGreaterThan(100)
    const report = await verifyJournal({ directory, checkpoints: notes })
    expect(report.findings.filter(({ severity }) => severity === 'tampered')).toEqual([])
    expect(report.verdict).toBe('torn')
    expect(report.writers.map(({ writer, entries }) => [writer, entries])).toEqual(
      files.map(({ writer, entries }) => [writer, entries.length]),
    )
  })

  test('[A3] tells which calls nobody knows the end of: to its readers, and in what the next writers have found', async () => {
    const open = new Map(files.map((writer) => [writer.writer, openIntents(writer)]))
    const unknown: string[] = []
    const onDamage = () => undefined
    for await (const { writer, seq } of readJournal({ directory, outcome: 'unknown', onDamage })) {
      unknown.push(`${writer} ${seq}`)
    }
    const expected = [...open].flatMap(([writer, seqs]) => seqs.map((seq) => `${writer} ${seq}`))
    expect(unknown.sort()).toEqual(expected.sort())
    expect(expected.length).toBeGreaterThan(100)

    // Each was found by many, and said to be the same by all of them.
    const found = files.flatMap(({ entries }) => entries.flatMap((entry) => entry.found ?? []))
    const said = new Set(found.filter(({ state }) => state === 'ended').map((one) => JSON.stringify(one)))
    const ended = [...said].map((text) => JSON.parse(text) as (typeof found)[number])
    for (const { writer, unknown: told } of ended) {
      expect(told?.entries ?? [], writer).toEqual(open.get(writer)?.slice(0, 100))
      expect(told?.count ?? 0, writer).toBe(open.get(writer)?.length)
    }
    expect(new Set(ended.map(({ writer }) => writer)).size).toBe(ended.length)
    expect(ended.length).toBeGreaterThan(60)
  })

  test('[A3] is gone on with, and the last crashes stand recorded then', async () => {
    const journaled = audited({ directory })
    expect((await journaled.call('after all')).status).toBe('executed')
    await journaled.sink.close()
    const report = await verifyJournal({ directory, checkpoints: [...notes, ...journaled.notes] })
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(['intact', 'unanchored']).toContain(report.verdict)
  })
})
