import { limits } from './search.ts'
import type { Run, WorkerTotals } from './totals.ts'

/** What is limited, and what it came to. */
export interface Finding {
  readonly what: string
  readonly limit: string
  readonly found: string
  readonly isSo: boolean
}

/** Checks what the workers say against the limits, and against what Redis says was spent. */
export function findingsOf(workers: readonly WorkerTotals[], spent: string | undefined): Finding[] {
  const { windowMs, together, each, maxSpend, calls } = limits
  const runs = workers.flatMap((worker) => worker.runs)
  const mostTogether = mostInAnyWindow(runs, windowMs)
  const mostOfOne = Math.max(...workers.map((worker) => mostInAnyWindow(worker.runs, windowMs)))
  return [
    {
      what: 'calls in any 2 s, all workers together',
      limit: String(together),
      found: String(mostTogether),
      isSo: mostTogether <= together,
    },
    {
      what: 'calls in any 2 s, each worker',
      limit: String(each),
      // Whether one of them gets so far is another matter in every run.
      found: mostOfOne <= each ? 'no more' : String(mostOfOne),
      isSo: mostOfOne <= each,
    },
    {
      what: 'money spent, as Redis has it',
      limit: maxSpend,
      found: String(spent),
      isSo: spent === maxSpend,
    },
    {
      what: 'calls that ran, as the workers have them',
      limit: String(calls),
      found: String(runs.length),
      isSo: runs.length === calls,
    },
  ]
}

/**
 * The most calls that were counted within any window, as far as that is certain: those that were asked for and had
 * started within it. A call is out of the window at exactly its end.
 */
function mostInAnyWindow(runs: readonly Run[], windowMs: number): number {
  const counts = runs.map(({ askedUs: fromUs }) => {
    return runs.filter(({ askedUs, startedUs }) => askedUs >= fromUs && startedUs < fromUs + windowMs * 1_000).length
  })
  return Math.max(0, ...counts)
}
