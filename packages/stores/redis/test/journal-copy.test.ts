import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisServer, startRedis, until } from '@toolgate/redis-server'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 60_000 })

let directory: string
let server: RedisServer
const processes: ChildProcess[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'toolgate-journal-copy-'))
  // What Redis has answered for is there when it is started again.
  server = await startRedis({ settings: { appendonly: 'yes', appendfsync: 'always' } })
})
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL')
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
  await rm(`${directory}.key`, { force: true })
})

/** A process that calls, and how many of its calls have ended. */
function start() {
  const script = join(import.meta.dirname, 'journal-process.ts')
  const child = fork(script, [directory, server.url, '40'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  processes.push(child)
  let calls = 0
  child.on('message', () => {
    calls++
  })
  const ended = once(child, 'exit')
  return {
    calls: () => calls,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    close: async () => {
      child.send('end')
      expect(await ended).toEqual([0, null])
    },
  }
}

/** The lines of the journal by the id of their writer, in order. */
async function journalLines(): Promise<Map<string, string[]>> {
  const lines = new Map<string, string[]>()
  for (const writer of (await readdir(directory)).sort()) {
    const segments = (await readdir(join(directory, writer))).filter((name) => /^\d{6}\.jsonl$/.test(name)).sort()
    const texts = await Promise.all(segments.map((name) => readFile(join(directory, writer, name), 'utf8')))
    lines.set(
      writer,
      texts.flatMap((text) => text.split('\n').slice(0, -1)),
    )
  }
  return lines
}

/** The first message of each entry in the stream, by the id of its writer, in the order in which they came. */
async function firstMessages(): Promise<Map<string, string[]>> {
  const client = server.client()
  const lines = new Map<string, string[]>()
  const known = new Set<string>()
  for (const [, fields] of await client.xrange('toolgate:audit', '-', '+')) {
    const [, writer = '', , seq, , , , entry = ''] = fields
    if (known.has(`${writer} ${seq}`)) continue
    known.add(`${writer} ${seq}`)
    lines.set(writer, [...(lines.get(writer) ?? []), entry])
  }
  client.disconnect()
  return lines
}

test('[A3] a process that is killed, and a Redis that is stopped, cost the stream no entry and no order', async () => {
  const first = start()
  await until('it has called', () => first.calls() > 300)
  await first.kill()

  const second = start()
  await until('it has called', () => second.calls() > 100)
  await server.stop()
  const callsAtStop = second.calls()
  // No call waits for Redis.
  await until('it calls on', () => second.calls() > callsAtStop + 500)
  await second.kill()

  const third = start()
  await until('it has called', () => third.calls() > 100)
  await server.start()
  await until('what the others have left is there', async () => {
    const [journal, stream] = [await journalLines(), await firstMessages()]
    const killed = [...journal.keys()].slice(0, 2)
    return killed.every((writer) => stream.get(writer)?.length === journal.get(writer)?.length)
  })
  await third.close()
  const [journal, stream] = [await journalLines(), await firstMessages()]
  expect(journal.size).toBe(3)
  for (const [writer, lines] of journal) {
    expect(lines.length).toBeGreaterThan(100)
    expect(stream.get(writer), writer).toEqual(lines)
  }
})
