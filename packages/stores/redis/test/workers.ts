import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Claim } from '@toolgate/quota'

/** What a process of its own is to do with the store. */
export type Task = { readonly url: string } & (
  | {
      /** Asks for one of the requests after the other, as fast as it can, until the time is over. */
      readonly do: 'hammer'
      readonly requests: readonly (readonly Claim[])[]
      readonly durationMs: number
      readonly inFlight: number
    }
  | {
      /** Asks so often, and settles nothing. */
      readonly do: 'take'
      readonly claims: readonly Claim[]
      readonly times: number
      readonly leaseMs: number
    }
)

/** A request that was admitted, on Redis's clock. */
export interface Admission {
  readonly atUs: number
  readonly leaseEndUs: number
  /** Which of the requests it was. */
  readonly request: number
}

export interface Report {
  readonly admissions: readonly Admission[]
  readonly refused: number
}

export interface Worker {
  readonly process: ChildProcess
  /** What it did, as soon as it has done it. */
  readonly report: Promise<Report>
}

/** Starts a process whose machine's clock is wrong by so much. */
export function startWorker(task: Task, clockShiftMs: number = 0): Worker {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(task)], {
    execArgv: ['--import', join(import.meta.dirname, 'wrong-clock.ts')],
    env: { ...process.env, CLOCK_SHIFT_MS: String(clockShiftMs) },
  })
  const failed = once(worker, 'exit').then(([code]) => {
    throw new Error(`a worker ended with ${code} before it had reported`)
  })
  const said = once(worker, 'message').then(([message]) => message as Report)
  const report = Promise.race([said, failed])
  failed.catch(() => undefined)
  return { process: worker, report }
}
