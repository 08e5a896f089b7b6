import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { unlessMissing } from '../format/files.ts'
import { listSegments, listWriters, segmentPath } from '../format/layout.ts'
import type { SegmentEntry } from '../format/line.ts'
import { JournalError } from '../journal-error.ts'
import { CallFilter } from './call-filter.ts'
import { MergedCalls } from './calls.ts'
import { DamageLog } from './damage.ts'
import { endedWriters } from './ended-writers.ts'
import type { JournalCall, ReadJournalOptions } from './journal-call.ts'
import { checkReadOptions } from './read-options.ts'
import { WriterCalls } from './writer-calls.ts'
import { WriterLines } from './writer-lines.ts'

/**
 * The calls in a journal: of each, its intent and its outcome in one.
 *
 * They come in the order in which they arrived as far as that can be known without holding all of them: writers are
 * merged by the arrival of their next call, and the calls of one writer come in the order in which they ended, those
 * that have not ended last. What is kept in memory are the calls under way, and about 32 MiB read ahead. No file is left
 * open, whenever reading is broken off.
 *
 * Nothing is verified here: `verifyJournal` is for that. Yet what can not be read, or is missing between two entries,
 * is never left out unsaid: see `onDamage`.
 *
 * Where the signal aborts, following ends, and anything else rejects with its reason.
 *
 * @throws PolicyError for an option that can not be used.
 *
 * @example
 * for await (const call of readJournal({ directory: 'audit', principal: 'agent:1', outcome: 'failed' })) {
 *   console.log(call.time, call.tool, call.error?.message)
 * }
 */
export function readJournal(options: ReadJournalOptions): AsyncIterable<JournalCall> {
  checkReadOptions(options)
  return { [Symbol.asyncIterator]: () => new JournalReader(options).calls() }
}

/** How often a journal that is followed is looked at. */
const pollMs = 200

/** How far a clock may have been set back while a writer was at work. */
const mostSetBackMs = 600_000

class JournalReader {
  readonly #options: ReadJournalOptions
  readonly #filter: CallFilter
  readonly #damage: DamageLog
  /** The writers that may have more calls. */
  readonly #sources = new Map<string, WriterCalls>()
  readonly #done = new Set<string>()
  #ended: Promise<Set<string>> | undefined
  #bytes = 0
  #totalBytes = 0

  constructor(options: ReadJournalOptions) {
    this.#options = options
    this.#filter = new CallFilter(options)
    this.#damage = new DamageLog(options.directory, options.onDamage, options.follow)
  }

  async *calls(): AsyncGenerator<JournalCall, void, undefined> {
    const { limit = Number.POSITIVE_INFINITY, follow, signal } = this.#options
    let count = 0
    do {
      const merged = new MergedCalls(await this.#live())
      for (let run = await merged.read(); run !== undefined; run = await merged.read()) {
        for (const call of run) {
          if (this.#isAborted()) return
          yield call
          count++
          if (count === limit) return this.#damage.throwIfAny()
        }
      }
      this.#dropEnded()
    } while (!this.#isAborted() && follow === true && (await paused(signal)))
    this.#damage.throwIfAny()
  }

  /** @throws what the signal was aborted with, unless it is how following ends. */
  #isAborted(): boolean {
    const { signal, follow } = this.#options
    if (follow !== true) signal?.throwIfAborted()
    return signal?.aborted === true
  }

  /** The writers that may have calls, new ones among them. */
  async #live(): Promise<WriterCalls[]> {
    const { directory, onProgress } = this.#options
    const writers = await listWriters(directory).catch(unlessMissing)
    if (writers === undefined) throw new JournalError(`there is no journal in \`${directory}\``)
    for (const writer of writers) {
      if (this.#sources.has(writer) || this.#done.has(writer)) continue
      this.#sources.set(writer, this.#open(writer))
      if (onProgress !== undefined) this.#totalBytes += await bytesOf(directory, writer)
    }
    return [...this.#sources.values()]
  }

  #open(writer: string): WriterCalls {
    const { directory, from, onProgress, follow = false, signal } = this.#options
    const onDamage = this.#damage.add
    // All that stands before such a segment arrived before it was begun.
    const leastMs = from === undefined ? undefined : from.getTime() - mostSetBackMs
    const mayBegin = leastMs === undefined ? undefined : ({ time }: SegmentEntry) => Date.parse(time) < leastMs
    const onBytes = onProgress === undefined ? undefined : (bytes: number) => this.#progress(bytes)
    const lines = new WriterLines({ directory, writer, onDamage, onBytes, ...(mayBegin && { mayBegin }) })
    const hasEnded = (other: string) => this.#isKnownToHaveEnded(other)
    return new WriterCalls({ lines, filter: this.#filter, follow, hasEnded, onDamage, signal })
  }

  async #isKnownToHaveEnded(writer: string): Promise<boolean> {
    this.#ended ??= endedWriters(this.#options.directory)
    return (await this.#ended).has(writer)
  }

  #progress(bytes: number): void {
    this.#bytes += bytes
    // What is being written meanwhile was not counted.
    this.#totalBytes = Math.max(this.#totalBytes, this.#bytes)
    this.#options.onProgress?.({ bytes: this.#bytes, totalBytes: this.#totalBytes })
  }

  /** Nothing more will come of them. */
  #dropEnded(): void {
    for (const [writer, source] of this.#sources) {
      if (!source.hasEnded) continue
      this.#sources.delete(writer)
      this.#done.add(writer)
    }
  }
}

async function bytesOf(directory: string, writer: string): Promise<number> {
  let bytes = 0
  for (const segment of (await listSegments(directory, writer).catch(unlessMissing)) ?? []) {
    bytes += (await stat(segmentPath(directory, writer, segment)).catch(unlessMissing))?.size ?? 0
  }
  return bytes
}

/** Waits until it is time to look again; false when there is no need to, since the signal has aborted. */
async function paused(signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await setTimeout(pollMs, undefined, signal && { signal })
    return true
  } catch (error) {
    if (signal?.aborted === true) return false
    throw error
  }
}
