import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Report } from './totals.ts'

const program = new URL('worker.ts', import.meta.url)

/** Longer than they may take. */
const timeoutMs = 30_000

/**
 * Starts a process for each list of arguments, lets all of them begin at the same time, and waits until they have ended.
 * @throws Error when one of them fails, or takes too long; the others are ended too.
 */
export async function runWorkers(
  argumentLists: readonly string[][],
  onReport: (worker: number, report: Report) => void,
): Promise<void> {
  const children = argumentLists.map((args) => fork(program, args))
  const endAll = () => {
    for (const child of children) child.kill()
  }
  const timer = setTimeout(endAll, timeoutMs)
  let waiting = children.length
  children.forEach((child, worker) => {
    child.on('message', (message) => {
      const report = message as Report
      if (report.kind !== 'ready') onReport(worker, report)
      else if (--waiting === 0) for (const each of children) each.send('begin')
    })
  })
  try {
    await Promise.all(children.map(ended))
  } finally {
    clearTimeout(timer)
    endAll()
  }
}

async function ended(child: ChildProcess, worker: number): Promise<void> {
  // Its last reports may come after it has ended, but not after its channel has.
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  if (code !== 0) throw new Error(`worker ${worker + 1} ended with ${signal ?? code}`)
}
