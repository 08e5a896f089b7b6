import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditGateOptions, auditGate, type Journal, type JournalOptions, journal } from '@toolgate/audit'
import { GatedToolRunner, type GateResult } from '@toolgate/core'
import { vi } from 'vitest'

/** A runner whose calls a journal records, and what came of it. */
export interface Audited {
  readonly sink: Journal
  /** The calls whose tool has run, in that order. */
  readonly ran: readonly string[]
  /** The messages of what failed in the background. */
  readonly errors: readonly string[]
  /** The checkpoints that were handed out. */
  readonly notes: readonly string[]
  /** Calls a tool that returns at once. */
  call(id: string, args?: object): Promise<GateResult<unknown>>
  /** Calls a tool that is told when to return. */
  start(id: string): { readonly result: Promise<GateResult<unknown>>; readonly end: () => void }
}

export function audited(options: JournalOptions, gate: AuditGateOptions = {}, onRun?: (id: string) => void): Audited {
  const errors: string[] = []
  const notes: string[] = []
  const ran: string[] = []
  const sink = journal({
    onError: ({ message }) => errors.push(message),
    checkpoint: (note) => {
      notes.push(note)
    },
    ...options,
  })
  const runner = new GatedToolRunner({ audit: auditGate({ sinks: [sink], ...gate }) })
  const run = (id: string) => {
    onRun?.(id)
    ran.push(id)
  }
  const held = new Map<string, Promise<void>>()
  runner.register('tool', { execute: (_, { id }) => run(id) })
  runner.register('held', {
    execute: (_, { id }) => {
      run(id)
      return held.get(id)
    },
  })
  return {
    sink,
    ran,
    errors,
    notes,
    call: (id, args) => runner.call('tool', args, { callId: id }),
    start: (id) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held.set(id, promise)
      return { result: runner.call('held', {}, { callId: id }), end: resolve }
    },
  }
}

/** The message of a call that was blocked since it could not be recorded; it throws for any other. */
export function blockedMessage({ status, blockedBy, message }: GateResult<unknown>): string {
  if (status !== 'blocked' || blockedBy !== 'audit') throw new Error(`the call was ${status}, by ${blockedBy}`)
  return message
}

/** A directory of a test's own, removed when the test has ended. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'toolgate-journal-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** The ids of so many calls. */
export function ids(count: number, name = 'call'): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}`)
}

/** Waits until what is expected comes to pass by itself, as long as a slow machine may take for it. */
export function eventually(expected: () => unknown): Promise<unknown> {
  return vi.waitFor(expected, { timeout: 10_000, interval: 5 })
}
