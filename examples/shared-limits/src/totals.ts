/** What a worker says of itself. Times are those of Redis, in microseconds. */
export type Report =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'ran' } & Run)
  | { readonly kind: 'refused'; readonly by: 'rate' | 'budget' }

/** A call that ran. It was counted after it was asked for, and before its tool started. */
export interface Run {
  readonly askedUs: number
  readonly startedUs: number
}

/** What one worker has done so far. */
export class WorkerTotals {
  readonly runs: Run[] = []
  readonly refusedBy = { rate: 0, budget: 0 }

  add(report: Report): void {
    if (report.kind === 'ran') this.runs.push(report)
    if (report.kind === 'refused') this.refusedBy[report.by]++
  }
}
