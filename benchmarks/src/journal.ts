import {
  fdatasync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { auditGate, type Durability, GatedToolRunner, journal } from 'toolgate'
import type { Contender } from './measure.ts'

/** What every call carries here. Its records are about as long as those of a real one. */
const args = { query: 'what does a heat pump cost to run in a year', options: { depth: 3, sources: ['web', 'papers'] } }
const caller = { principal: 'agent:research', session: 'session-2026-11', run: 'run-000001' }

/** A folder on the disk that is measured, where `TMPDIR` says which one that is. */
export function makeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'toolgate-bench-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export interface JournaledCalls extends Contender {
  run(): Promise<unknown>
  /** How long each call waited until its tool ran, in milliseconds. */
  readonly waitsMs: number[]
  close(): Promise<void>
}

/** Calls through a runner that are recorded in a journal. */
export function journaledCalls(folder: string, durability: Durability): JournaledCalls {
  const waitsMs: number[] = []
  const audit = auditGate({ sinks: [journal({ directory: join(folder, durability) })], durability })
  const runner = new GatedToolRunner({ audit })
  const execute = (_: unknown, { startedAtMs }: { readonly startedAtMs: number }) => {
    waitsMs.push(performance.timeOrigin + performance.now() - startedAtMs)
    return 'ok'
  }
  runner.register('search_web', { execute })
  return {
    name: `a call with \`${durability}\``,
    run: () => runner.call('search_web', args, caller),
    waitsMs,
    close: () => audit.close(),
  }
}

/** The same calls without a record, and with one. */
export function costContenders(folder: string): { readonly contenders: readonly Contender[]; close(): Promise<void> } {
  const bare = new GatedToolRunner()
  bare.register('search_web', { execute: () => 'ok' })
  const relaxed = journaledCalls(folder, 'relaxed')
  const breathing = (run: () => Promise<unknown>) => async (iteration: number) => {
    // As in any program, timers get their turn now and then; here it is the same for both.
    if (iteration % 64 === 0) await endOfTurn()
    return run()
  }
  return {
    contenders: [
      { name: 'no record', run: breathing(() => bare.call('search_web', args, caller)) },
      { name: relaxed.name, run: breathing(relaxed.run) },
    ],
    close: () => relaxed.close(),
  }
}

/** The lines of one call in a journal, as they were written, to write the same bytes without a journal. */
export async function linesOfOneCall(folder: string): Promise<{ readonly intent: Buffer; readonly outcome: Buffer }> {
  const one = journaledCalls(join(folder, 'sample'), 'intent')
  await one.run()
  await one.close()
  const directory = join(folder, 'sample', 'intent')
  const [writer = ''] = readdirSync(directory)
  const [, intent, outcome] = readFileSync(join(directory, writer, '000001.jsonl'), 'utf8').split('\n')
  return { intent: Buffer.from(`${intent}\n`), outcome: Buffer.from(`${outcome}\n`) }
}

/**
 * The least that syncing intents costs: calls under way share a write and a sync, and their outcomes go with the next
 * ones. It makes nothing of the bytes that it is given.
 */
export function groupCommitFloor(
  path: string,
  bytes: { readonly intent: Buffer; readonly outcome: Buffer },
): Contender {
  const file = openSync(path, 'a')
  let waiting: Buffer[] = []
  let wake: (() => void)[] = []
  let isWriting = false
  const commit = async () => {
    isWriting = true
    while (wake.length > 0) {
      await endOfTurn()
      const [batch, waiters] = [Buffer.concat(waiting), wake]
      waiting = []
      wake = []
      await new Promise((resolve, reject) => write(file, batch, (error) => (error ? reject(error) : resolve(null))))
      await new Promise((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve(null))))
      for (const go of waiters) go()
    }
    isWriting = false
  }
  return {
    name: 'the same bytes, in shared syncs',
    run: async () => {
      await new Promise<void>((resolve) => {
        waiting.push(bytes.intent)
        wake.push(resolve)
        if (!isWriting) void commit()
      })
      waiting.push(bytes.outcome)
    },
  }
}

/** What is simplest: every entry is written and synced by itself. */
export function syncForEach(path: string, bytes: { readonly intent: Buffer; readonly outcome: Buffer }): Contender {
  const file = openSync(path, 'a')
  return {
    name: 'the same bytes, a sync for each',
    run: () => {
      for (const line of [bytes.intent, bytes.outcome]) {
        writeSync(file, line)
        fdatasyncSync(file)
      }
    },
  }
}

/** A journal of so many calls, each one entry. */
export async function makeJournal(folder: string, calls: number): Promise<string> {
  const directory = join(folder, 'large')
  const audit = auditGate({ sinks: [journal({ directory })], durability: 'relaxed' })
  const runner = new GatedToolRunner({ audit })
  runner.register('search_web', { execute: () => 'ok' })
  runner.register('refund', { execute: () => 'ok' })
  for (let call = 0; call < calls; call++) {
    const tool = call % 50_000 === 0 ? 'refund' : 'search_web'
    await runner.call(tool, args, { ...caller, principal: `agent:${call % 100}` })
  }
  await audit.close()
  return directory
}
