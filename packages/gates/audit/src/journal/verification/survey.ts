import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checkpointsPath, listSegments, listWriters, segmentPath, valuesPath } from '../format/layout.ts'
import { readLineHead, type SegmentEntry } from '../format/line.ts'
import { isRunning } from '../format/process.ts'
import { firstLines } from '../format/segment-entry.ts'
import type { PrunedFile } from '../upkeep/pruning.ts'
import { latestLines } from './checkpoint-reader.ts'
import { Mentions } from './mentions.ts'
import { readPrunedFile } from './pruned.ts'
import { isSegmentEntry, parseObject } from './shapes.ts'

/** How a segment begins. */
interface SegmentBeginning {
  /** Whether its first line is an entry. */
  readonly isBegun: boolean
  readonly seq: number
  /** Its first entry, if that is one of a segment. What it found of others is kept elsewhere. */
  readonly entry: Omit<SegmentEntry, 'found'> | undefined
}

export interface SegmentSurvey extends SegmentBeginning {
  readonly number: number
  readonly path: string
  readonly bytes: number
  readonly valuesBytes: number | undefined
}

/** What there is of a writer, before its entries are read. */
export interface WriterSurvey {
  readonly writer: string
  /** Whether its process was there before its files were looked at. */
  readonly isRunning: boolean
  /** Those that count: what was pruned and is still there does not. */
  readonly segments: readonly SegmentSurvey[]
  readonly pruned: PrunedFile | 'malformed' | undefined
  /** Segments that were to be pruned and are still there. */
  readonly leftSegments: readonly number[]
  readonly checkpointBytes: number
  /** The last of its checkpoints' lines. */
  readonly latestCheckpoints: readonly string[]
  readonly unknownFiles: readonly string[]
}

export interface Survey {
  readonly writers: readonly WriterSurvey[]
  readonly mentions: Mentions
}

/**
 * Looks at all writers before any is read whole. What the writers say of each other is collected first, and how many
 * bytes there are is taken after that: so what is said is about entries that are there, whatever is written meanwhile.
 */
export async function surveyJournal(directory: string, signal: AbortSignal | undefined): Promise<Survey> {
  const beginnings = new Beginnings(directory)
  const mentions = new Mentions()
  for (const writer of await listWriters(directory)) {
    signal?.throwIfAborted()
    for (const segment of await listSegments(directory, writer)) await beginnings.read(writer, segment, mentions)
  }
  const writers: WriterSurvey[] = []
  for (const writer of await listWriters(directory)) {
    signal?.throwIfAborted()
    writers.push(await surveyWriter(directory, writer, beginnings))
  }
  return { writers, mentions }
}

/** The first lines of all segments, read once each. */
class Beginnings {
  readonly #directory: string
  readonly #read = new Map<string, SegmentBeginning>()
  readonly #latest = new Map<string, SegmentBeginning>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** How the writer's last segment that is begun begins, as far as was read. */
  latest(writer: string): SegmentBeginning | undefined {
    return this.#latest.get(writer)
  }

  async read(writer: string, segment: number, mentions?: Mentions): Promise<SegmentBeginning> {
    const path = segmentPath(this.#directory, writer, segment)
    const known = this.#read.get(path)
    // One that was only just being made may have its first line by now.
    if (known?.isBegun === true) return known
    const { beginning, found } = await beginningOf(path)
    if (beginning.entry !== undefined && found !== undefined) {
      mentions?.add({ ...beginning.entry, found }, { writer, segment, seq: beginning.seq })
    }
    this.#read.set(path, beginning)
    if (beginning.isBegun) this.#latest.set(writer, beginning)
    return beginning
  }
}

async function beginningOf(
  path: string,
): Promise<{ readonly beginning: SegmentBeginning; readonly found?: SegmentEntry['found'] }> {
  const first = await firstLines(path)
  if (first.done === true) return { beginning: { isBegun: false, seq: 0, entry: undefined } }
  const { buffer, bounds } = first.value
  const [start, end] = [bounds[0] as number, bounds[1] as number]
  const head = readLineHead(buffer, start, end)
  const line = head?.kind === 'segment' ? parseObject(buffer.toString('utf8', start, end)) : undefined
  const beginning = { isBegun: head !== undefined, seq: head?.seq ?? 0 }
  if (line === undefined || !isSegmentEntry(line)) return { beginning: { ...beginning, entry: undefined } }
  const { found, ...entry } = line
  return { beginning: { ...beginning, entry }, found }
}

async function surveyWriter(directory: string, writer: string, beginnings: Beginnings): Promise<WriterSurvey> {
  // In this order: whoever runs may still write, what is signed is there, and what is pruned is recorded.
  const process = beginnings.latest(writer)?.entry?.process
  const runs = process === undefined ? undefined : isRunning(process) !== false
  const checkpoints = await latestLines(checkpointsPath(directory, writer))
  const numbers = await listSegments(directory, writer)
  const segments: SegmentSurvey[] = []
  for (const number of numbers) segments.push(await surveySegment(directory, writer, number, beginnings))
  const pruned = await readPrunedFile(directory, writer)
  const through = typeof pruned === 'object' ? pruned.through : 0
  const begun = segments.findLast(({ entry }) => entry !== undefined)?.entry
  return {
    writer,
    // One that has begun in the meantime runs, or did a moment ago.
    isRunning: runs ?? (begun !== undefined && isRunning(begun.process) !== false),
    segments: segments.filter(({ number }) => number > through),
    pruned,
    leftSegments: numbers.filter((number) => number <= through),
    checkpointBytes: checkpoints.bytes,
    latestCheckpoints: checkpoints.lines,
    unknownFiles: await unknownFiles(directory, writer, numbers),
  }
}

async function surveySegment(
  directory: string,
  writer: string,
  number: number,
  beginnings: Beginnings,
): Promise<SegmentSurvey> {
  const path = segmentPath(directory, writer, number)
  const beginning = await beginnings.read(writer, number)
  const { size: bytes } = await stat(path)
  const valuesBytes = await stat(valuesPath(directory, writer, number)).then(
    ({ size }) => size,
    () => undefined,
  )
  return { ...beginning, number, path, bytes, valuesBytes }
}

const knownFile = /^(?:\d{6}\.jsonl|checkpoints\.jsonl|pruned\.json|copied-.*\.json)$/
const valuesFile = /^(\d{6})\.values\.jsonl$/

/** Files that are no part of a journal. Values belong to a segment. */
async function unknownFiles(directory: string, writer: string, segments: readonly number[]): Promise<string[]> {
  const names = await readdir(join(directory, writer))
  return names.filter((name) => {
    const [, segment] = valuesFile.exec(name) ?? []
    return segment === undefined ? !knownFile.test(name) : !segments.includes(Number(segment))
  })
}
