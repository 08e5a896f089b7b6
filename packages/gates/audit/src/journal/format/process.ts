import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { WriterProcess } from './line.ts'

/** Whether the process of a writer is still there: the id of a process alone is soon given to another. */

/** The process that this runs in. */
export function thisProcess(): WriterProcess {
  const started = statusOf(process.pid)?.started
  const own = { host: hostname(), pid: process.pid }
  return started === undefined ? own : { ...own, started }
}

/** Whether it still runs; `undefined` for a process on another host, of which nobody here can tell. */
export function isRunning({ host, pid, started }: WriterProcess): boolean | undefined {
  if (host !== hostname()) return undefined
  // Zero and less mean groups of processes to the system.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (!isThere(pid)) return false
  const now = statusOf(pid)
  if (now === undefined) return true
  return !now.isDead && (started === undefined || started === now.started)
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else's may not be sent a signal, but it runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What Linux says of a process: when it started, as the boot and clock ticks since; nothing is known elsewhere. */
function statusOf(pid: number): { readonly started: string; readonly isDead: boolean } | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command's name in parentheses, which may have spaces and parentheses in it itself.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    const [state, threads, ticks] = [fields[0], fields[20 - 3], fields[22 - 3]]
    if (ticks === undefined) return undefined
    // One that has ended and that nobody has waited for is still listed, and can be sent signals. As long as it has other
    // threads, they may be in the middle of a write.
    return { started: `${boot}:${ticks}`, isDead: (state === 'Z' && Number(threads) <= 1) || state === 'X' }
  } catch {
    return undefined
  }
}
