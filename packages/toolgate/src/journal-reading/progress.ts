import type { Output } from '../command-line/output.ts'
import { formatBytes } from '../command-line/quantities.ts'

/** Work that takes no longer shows no progress. */
const patienceMs = 500
const intervalMs = 100
const barWidth = 30

/** How far the reading of a journal has come, on one line that goes away: only where people see it. */
export class Progress {
  readonly #output: Output
  readonly #now: () => number
  #nextMs: number
  #isShown = false

  constructor(output: Output, now: () => number) {
    this.#output = output
    this.#now = now
    this.#nextMs = now() + patienceMs
  }

  readonly show = ({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }): void => {
    if (!this.#output.isTerminal || this.#now() < this.#nextMs) return
    this.#nextMs = this.#now() + intervalMs
    this.#isShown = true
    const share = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes)
    const full = Math.round(share * barWidth)
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
    const text = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`
    // A terminal that can not be written to any more ends the command elsewhere.
    this.#output.write(`\r${text}\x1b[K`).catch(() => undefined)
  }

  /** Makes room for what is to be written. */
  async clear(): Promise<void> {
    if (!this.#isShown) return
    this.#isShown = false
    await this.#output.write('\r\x1b[K')
  }
}
