import { PolicyFields } from '@toolgate/core'
import type { AuditEntry, AuditSink } from './entry.ts'

export interface MemorySinkOptions {
  /** The most entries kept; beyond it the oldest is dropped. 10,000 by default. */
  readonly maxEntries?: number
}

/** Keeps the latest entries in memory: for tests, demos and a look at what happened last. */
export interface MemorySink extends AuditSink {
  /** The entries that are kept, the oldest first. */
  readonly entries: readonly AuditEntry[]
  /** How many entries were dropped to make room. */
  readonly dropped: number
}

/** @throws PolicyError for an option that can not be used. */
export function memorySink(options: MemorySinkOptions = {}): MemorySink {
  const fields = new PolicyFields(options, { path: 'memorySink', names: ['maxEntries'] })
  const maxEntries = fields.wholeNumber('maxEntries', { least: 1 }) ?? 10_000
  return new RingSink(maxEntries)
}

class RingSink implements MemorySink {
  readonly #maxEntries: number
  readonly #ring: AuditEntry[] = []
  #total = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get entries(): readonly AuditEntry[] {
    const oldest = this.#total % this.#maxEntries
    return this.dropped === 0 ? [...this.#ring] : [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)]
  }

  get dropped(): number {
    return this.#total - this.#ring.length
  }

  end(entry: AuditEntry): void {
    this.#ring[this.#total++ % this.#maxEntries] = entry
  }
}
