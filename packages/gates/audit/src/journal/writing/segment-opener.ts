import { mkdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isoTime } from '../../iso-time.ts'
import { digestOf, digestOfNothing, unlessMissing } from '../format/files.ts'
import { mostSegments, segmentPath, valuesPath } from '../format/layout.ts'
import { type AbandonedTail, formatVersion, type SegmentEntry } from '../format/line.ts'
import { thisProcess } from '../format/process.ts'
import { JournalError } from '../journal-error.ts'
import type { Chain } from './chain.ts'
import { findWriters } from './find-writers.ts'
import { OwnRecord } from './record.ts'
import { SegmentFile, syncDirectory } from './segment-file.ts'

/** What every segment of a writer says of it. */
export interface WriterIdentity {
  readonly directory: string
  readonly journal: string
  readonly writer: string
  readonly key: string
}

/** A segment that could not be written to any more. */
export interface Abandoned {
  readonly segment: SegmentFile
  readonly reason: string
}

/** The most intents that a segment repeats from those before it. */
const mostInFlight = 10_000

/** Begins the segments of a writer, one after the other. */
export class SegmentOpener {
  readonly #identity: WriterIdentity
  readonly #process = thisProcess()
  #last = 0
  /** The first of the directories that were made and may not be on the disk yet. */
  #unsynced: string | undefined

  constructor(identity: WriterIdentity) {
    this.#identity = identity
  }

  /** How many segments were begun. */
  get count(): number {
    return this.#last
  }

  /** Makes the next segment and writes its first entry. Where that fails, nothing of it is left, and it can be tried again. */
  async open(
    chain: Chain,
    now: number,
    inFlight: Iterable<number>,
    abandoned: Abandoned | undefined,
  ): Promise<SegmentFile> {
    const { directory, writer } = this.#identity
    const number = this.#last + 1
    if (number > mostSegments) throw new JournalError(`a writer has at most ${mostSegments} segments; start anew`)
    const path = segmentPath(directory, writer, number)
    await this.#makeDirectories()
    const record = await this.#segmentRecord(number, now, [...inFlight].slice(0, mostInFlight), abandoned)
    // There can be none but what an attempt of this writer has left behind, and nothing in it was acknowledged.
    await unlink(path).catch(unlessMissing)
    const place = { number, path, valuesPath: valuesPath(directory, writer, number), openedAtMs: now }
    const state = chain.state()
    const segment = await SegmentFile.create(place)
    try {
      chain.begin()
      chain.add(record)
      await segment.append(chain.batch())
      await syncDirectory(dirname(path))
    } catch (error) {
      chain.restore(state)
      await segment.abandon()
      await unlink(path).catch(() => undefined)
      throw error
    }
    this.#last = number
    return segment
  }

  /** What is made is synced, also where an attempt before has made it and could not sync it. */
  async #makeDirectories(): Promise<void> {
    const { directory, writer } = this.#identity
    this.#unsynced = (await makeDirectory(directory, join(directory, writer))) ?? this.#unsynced
    if (this.#unsynced === undefined) return
    // Up to where the first of them is named, and at least to where the journal is: who made it may not be so far yet.
    const top = dirname(this.#unsynced.length < directory.length ? this.#unsynced : directory)
    for (let path = directory; path !== top; path = dirname(path)) await syncDirectory(path)
    await syncDirectory(top)
    this.#unsynced = undefined
  }

  async #segmentRecord(
    segment: number,
    now: number,
    inFlight: readonly number[],
    abandoned: Abandoned | undefined,
  ): Promise<OwnRecord> {
    const { directory, journal, writer, key } = this.#identity
    const found = await findWriters(directory, writer)
    const fields: Omit<SegmentEntry, 'seq' | 'prev' | 'kind'> = {
      time: isoTime(now),
      format: formatVersion,
      journal,
      writer,
      segment,
      key,
      process: this.#process,
      ...(abandoned !== undefined && { after: await describe(abandoned) }),
      ...(inFlight.length > 0 && { inFlight }),
      ...(found.length > 0 && { found }),
    }
    return new OwnRecord('segment', { ...fields })
  }
}

async function describe({ segment, reason }: Abandoned): Promise<AbandonedTail> {
  // A file that is gone has nothing after what was acknowledged.
  const rest = await digestOf(segment.path, segment.bytes).catch(() => digestOfNothing)
  return {
    segment: segment.number,
    bytes: segment.bytes,
    abandonedBytes: rest.bytes,
    abandonedSha256: rest.sha256,
    reason,
  }
}

/** Returns the first of the directories that it had to make. */
async function makeDirectory(parent: string, path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    // Node.js says of a disk that is read-only that there is no such directory. Asked plainly, it says what is so.
    for (const plain of [parent, path]) await mkdir(plain, { mode: 0o700 }).catch(unlessMissingOrThere)
    throw error
  }
}

function unlessMissingOrThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
}
