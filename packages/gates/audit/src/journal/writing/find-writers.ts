import { readFile } from 'node:fs/promises'
import { parseCheckpoint } from '../format/checkpoint.ts'
import { checkpointsPath, listSegments, listWriters } from '../format/layout.ts'
import type { FoundWriter } from '../format/line.ts'
import { isRunning } from '../format/process.ts'
import { closingSeal, readTail, segmentEntry } from './tail.ts'

/** How many writers are looked at, the latest: the ones before them are known to these. */
const mostFound = 64

/** How many calls of unknown outcome are listed for each writer; all are counted. */
const mostUnknown = 100

/**
 * What stands in the journal beside one's own entries, so that they commit to it. A writer that can not be read is left
 * out: nobody's records may depend on those of others.
 */
export async function findWriters(directory: string, own: string): Promise<FoundWriter[]> {
  const others = (await listWriters(directory)).filter((writer) => writer !== own).slice(-mostFound)
  const found = new Map<string, FoundWriter>()
  const ended = new Map<string, FoundWriter>()
  // The latest first: what one of them has recorded of a writer that had ended need not be found out again.
  for (const writer of others.toReversed()) {
    const one = await findWriter(directory, writer, ended).catch(() => undefined)
    if (one !== undefined) found.set(writer, one)
  }
  return others.flatMap((writer) => found.get(writer) ?? [])
}

/** Also notes which writers this one has found to have ended. */
async function findWriter(
  directory: string,
  writer: string,
  ended: Map<string, FoundWriter>,
): Promise<FoundWriter | undefined> {
  const segments = await listSegments(directory, writer)
  const last = segments.at(-1)
  // Its process has written nothing yet, or all of it was pruned.
  if (last === undefined) return undefined
  const recorded = ended.get(writer)
  if (recorded !== undefined) return recorded
  const begun = await Promise.all(segments.slice(-2).map((segment) => segmentEntry(directory, writer, segment)))
  for (const entry of begun) {
    for (const one of entry?.found ?? []) if (one.state === 'ended') ended.set(one.writer, one)
  }
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
  const lines = (await readFile(checkpointsPath(directory, writer), 'utf8')).split('\n')
  const line = lines.at(-2)
  if (line === undefined) return undefined
  const { size, root } = parseCheckpoint((JSON.parse(line) as { note: string }).note)
  return { writer, entries: size, root, state: 'running' }
}
