import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Refund } from './desk.ts'

/** What a process says while it works. */
export type Report =
  | { readonly kind: 'checkpoint'; readonly note: string }
  | { readonly kind: 'began'; readonly order: string }
  | { readonly kind: 'called'; readonly order: string; readonly how: string }

const program = new URL('worker.ts', import.meta.url)

/** Longer than it may take. */
const timeoutMs = 30_000

export interface Work {
  readonly directory: string
  readonly refunds: readonly Refund[]
  readonly onReport: (report: Report) => void
  /** The process is killed once its tool runs for this order. */
  readonly killAt?: string
}

/**
 * Lets a process of its own make some calls, and waits until it has ended and all that it said has come.
 * @throws Error when it ends in another way than it should.
 */
export async function runProcess({ directory, refunds, onReport, killAt }: Work): Promise<void> {
  const child = fork(program, [directory, JSON.stringify(refunds)])
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  let isKilled = false
  child.on('message', (message) => {
    const report = message as Report
    onReport(report)
    if (report.kind !== 'began' || report.order !== killAt) return
    isKilled = true
    child.kill('SIGKILL')
  })
  const [code, signal] = await ended(child)
  clearTimeout(timer)
  const isAsExpected = killAt === undefined ? code === 0 : isKilled && signal === 'SIGKILL'
  if (!isAsExpected) throw new Error(`a process ended with ${signal ?? code}`)
}

async function ended(child: ChildProcess): Promise<[number | null, string | null]> {
  // Its last reports may come after it has ended, but not after its channel has.
  const [exit] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  return exit as [number | null, string | null]
}
