import { clearScreenDown, moveCursor } from 'node:readline'
import { paint, write } from './screen.ts'
import { limits } from './search.ts'
import type { WorkerTotals } from './totals.ts'

const columnMs = 100
const columns = 44
const levels = '·▁▂▃▄▅▆▇█'

/** Shows the totals in one place, again and again, where somebody is watching. Nobody watches a file or a pipe. */
export class LiveTotals implements Disposable {
  readonly #workers: readonly WorkerTotals[]
  readonly #timer: NodeJS.Timeout | undefined
  /** How many calls of each worker had run at the end of each column. */
  readonly #history: (readonly number[])[]
  #linesShown = 0

  constructor(workers: readonly WorkerTotals[]) {
    this.#workers = workers
    this.#history = [workers.map(() => 0)]
    if (process.stdout.isTTY && !process.env.NO_COLOR) this.#timer = setInterval(() => this.#show(), columnMs)
  }

  [Symbol.dispose](): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#show()
    write()
  }

  #show(): void {
    const ran = this.#workers.map(({ runs }) => runs.length)
    if (sum(ran) > 0) this.#history.push(ran)
    const lines = [paint('dim', `            ${'calls in each 100 ms'.padEnd(columns)}   ran  ✗ rate  ✗ budget`)]
    this.#workers.forEach((worker, index) => {
      const timeline = this.#timeline((counts) => counts[index] ?? 0, 1)
      lines.push(`  worker ${index + 1}  ${paint('cyan', timeline)}${countsOf([worker])}`)
    })
    lines.push(`  together  ${paint('green', this.#timeline(sum, 2))}${countsOf(this.#workers)}`)
    const share = sum(ran) / limits.calls
    const spent = '█'.repeat(Math.round(columns * share)).padEnd(columns, '░')
    lines.push(`  budget    ${paint('yellow', spent)}   ${share.toFixed(2)} of ${limits.maxSpend} spent`)
    moveCursor(process.stdout, 0, -this.#linesShown)
    clearScreenDown(process.stdout)
    for (const line of lines) write(line)
    this.#linesShown = lines.length
  }

  /** How many calls ran in each column, as bars. */
  #timeline(countOf: (counts: readonly number[]) => number, callsPerLevel: number): string {
    const counts = this.#history.map(countOf)
    const bars = counts.slice(1).map((count, index) => {
      const level = Math.ceil((count - (counts[index] ?? 0)) / callsPerLevel)
      return levels[Math.min(level, levels.length - 1)]
    })
    return bars.slice(-columns).join('').padEnd(columns)
  }
}

function countsOf(workers: readonly WorkerTotals[]): string {
  const total = (count: (worker: WorkerTotals) => number, width: number) => {
    return String(sum(workers.map(count))).padStart(width)
  }
  const ran = total(({ runs }) => runs.length, 6)
  const byRate = total(({ refusedBy }) => refusedBy.rate, 8)
  const byBudget = total(({ refusedBy }) => refusedBy.budget, 10)
  return `${ran}${paint('dim', `${byRate}${byBudget}`)}`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
