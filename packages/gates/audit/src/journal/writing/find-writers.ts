import { parseCheckpoint } from '../format/checkpoint.ts'
import { checkpointsPath, listSegments, listWriters } from '../format/layout.ts'
import type { FoundWriter } from '../format/line.ts'
import { isRunning } from '../format/process.ts'
import { segmentEntry } from '../format/segment-entry.ts'
import { closingSeal, lastLine, readTail } from './tail.ts'

/** How many writers are looked at, the latest: the ones before them are known to these. */
const mostFound = 64

/** How many calls of unknown outcome are listed for each writer; all are counted. */
const mostUnknown = 100

/**
 * What stands in the journal beside one's own entries, so that they commit to it. A writer that can not be read is left
 * out: nobody's records may depend on those of others.
 */
export async function findWriters(directory: string, own: string): Promise<FoundWriter[]> {
  const all = (await listWriters(directory)).filter((writer) => writer !== own)
  const latest = all.slice(-mostFound)
  const found = new Map<string, FoundWriter>()
  const told: Told = { ended: new Map(), running: new Set() }
  const find = async (writer: string) => {
    const one = await findWriter(directory, writer, told).catch(() => undefined)
    if (one !== undefined) found.set(writer, one)
  }
  // The latest first: what one of them has recorded of a writer that had ended need not be found out again.
  for (const writer of latest.toReversed()) await find(writer)
  // Those before them that were running when these looked may have ended since.
  const older = all.slice(0, -mostFound).filter((writer) => told.running.has(writer))
  for (const writer of older.slice(-mostFound)) await find(writer)
  return all.flatMap((writer) => found.get(writer) ?? [])
}

/** What writers have recorded of others. */
interface Told {
  readonly ended: Map<string, FoundWriter>
  readonly running: Set<string>
}

/** Also notes what this one has recorded of others. */
async function findWriter(directory: string, writer: string, told: Told): Promise<FoundWriter | undefined> {
  const segments = await listSegments(directory, writer)
  const last = segments.at(-1)
  // Its process has written nothing yet, or all of it was pruned.
  if (last === undefined) return undefined
  const begun = await Promise.all(segments.slice(-2).map((segment) => segmentEntry(directory, writer, segment)))
  for (const one of begun.flatMap((entry) => entry?.found ?? [])) {
    if (one.state === 'ended') told.ended.set(one.writer, one)
    if (one.state === 'running') told.running.add(one.writer)
  }
  const recorded = told.ended.get(writer)
  if (recorded !== undefined) return recorded
  const closed = await closingSeal(directory, writer, last)
  if (closed !== undefined) return { writer, ...closed, state: 'closed' }
  const process = begun.findLast((entry) => entry !== undefined)?.process
  if (process === undefined || isRunning(process) !== false) return running(directory, writer)
  return endedWriter(directory, writer)
}

/** Its process is gone, so only now nothing can be added any more: what was looked at before may not be all. */
async function endedWriter(directory: string, writer: string): Promise<FoundWriter> {
  const segments = await listSegments(directory, writer)
  const closed = await closingSeal(directory, writer, segments.at(-1) as number)
  if (closed !== undefined) return { writer, ...closed, state: 'closed' }
  const { entries, head, torn, open } = await readTail(directory, writer, segments)
  return {
    writer,
    entries,
    head,
    state: 'ended',
    ...(torn.bytes > 0 && { torn }),
    ...(open.length > 0 && { unknown: { count: open.length, entries: open.slice(0, mostUnknown) } }),
  }
}

async function running(directory: string, writer: string): Promise<FoundWriter | undefined> {
  const last = await lastLine(checkpointsPath(directory, writer))
  if (last === undefined) return undefined
  const { size, root } = parseCheckpoint((JSON.parse(last.line.toString()) as { note: string }).note)
  return { writer, entries: size, root, state: 'running' }
}
