import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Durability, JournalOptions } from '@toolgate/audit'
import type { Operation } from './faulty-disk.ts'

/** What a process of its own is to do. */
export interface Task {
  readonly journal: JournalOptions
  readonly durability?: Durability
  /** What the ids of its calls begin with. */
  readonly name: string
  /** How many calls it has in flight, and how many it makes one after the other in each lane. */
  readonly lanes: number
  readonly calls: number
  /** How many characters the arguments of a call have. */
  readonly chars?: number
  /** Whether it closes its journal in the end; without, it ends as soon as nothing keeps it. */
  readonly close?: boolean
  /** Its disk is full once: a write is done in part, and the next one fails. */
  readonly fullAt?: number
  /** It kills itself, as `kill -9` does, at a call of its file system. */
  readonly dieAt?: {
    readonly operation: Operation
    readonly number: number
    readonly when: 'before' | 'part' | 'after'
  }
}

/** What a worker is asked by message, and what it answers. */
export interface Asked {
  readonly id: string
}
export interface Answered {
  readonly id: string
  readonly ran: boolean
  readonly status: string
  readonly blockedBy: string | undefined
  readonly message: string | undefined
  readonly auditError: string | undefined
}

export interface Worker {
  readonly process: ChildProcess
  /** What it has said so far, in whole lines. */
  readonly lines: readonly string[]
  /** The ids, or notes, in the lines that begin with a word. */
  said(word: 'ran' | 'returned' | 'kept'): string[]
  /** Resolves when it has ended and all that it said is here. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** Has it make one call. */
  ask(id: string): Promise<Answered>
  /** Nobody will ask it any more, so it ends, without closing its journal. */
  leave(): Promise<void>
}

export interface WorkerSetup {
  /** A command and its first arguments, that starts the program given after them. */
  readonly within?: readonly string[]
  /** Told of each line. */
  readonly onLine?: (worker: Worker) => void
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a process of its own. */
export function startWorker(task: Task, { within = [], onLine, env }: WorkerSetup = {}): Worker {
  const script = join(import.meta.dirname, 'journal-worker.ts')
  const [command, ...args] = [...within, process.execPath, script, JSON.stringify(task)]
  const child = spawn(command as string, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  }) as ChildProcess & { readonly stdout: Readable }
  const lines: string[] = []
  let rest = ''
  const worker: Worker = {
    process: child,
    lines,
    said: (word) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)),
    // Not `close`, which does not come after `disconnect`.
    ended: Promise.all([once(child, 'exit'), once(child.stdout, 'end')]).then(([[code, signal]]) => ({ code, signal })),
    ask: (id) => {
      const { promise, resolve, reject } = Promise.withResolvers<Answered>()
      const onMessage = (answered: Answered) => {
        if (answered.id !== id) return
        child.off('message', onMessage)
        resolve(answered)
      }
      child.on('message', onMessage)
      worker.ended.then(() => reject(new Error('the worker has ended')), reject)
      child.send({ id } satisfies Asked)
      return promise
    },
    leave: async () => {
      if (child.connected) child.disconnect()
      await worker.ended
    },
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n')
    rest += first
    for (const line of others) {
      lines.push(rest)
      rest = line
      onLine?.(worker)
    }
  })
  return worker
}
