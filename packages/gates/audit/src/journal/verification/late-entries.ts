import { listSegments, listWriters, segmentPath } from '../format/layout.ts'
import { readLineHead } from '../format/line.ts'
import { readLines } from '../format/lines.ts'
import type { Source } from './mentions.ts'
import type { PruneSaid } from './pruned.ts'
import { isErasure, isPrunedHead, type JsonObject, parseObject } from './shapes.ts'
import type { Verification } from './verification.ts'

/**
 * While a journal is verified, values may be erased and segments pruned, by entries that were written after it was
 * looked at. Where something is gone that nothing accounts for, what has been written since is read for that.
 */
export async function readLateEntries(verification: Verification): Promise<void> {
  const { directory, facts } = verification
  if (!isUnaccounted(verification)) return
  for (const writer of await listWriters(directory)) {
    const survey = facts.get(writer)?.survey
    if (survey?.isRunning === false) continue
    const from = survey?.segments.at(-1)?.number ?? 1
    for (const segment of await listSegments(directory, writer)) {
      if (segment >= from) await readOwnEntries(verification, writer, segment)
    }
  }
}

function isUnaccounted({ erasures, facts, prunes }: Verification): boolean {
  if (erasures.unrecorded().next().done === false) return true
  return [...facts].some(([writer, { survey }]) => typeof survey.pruned === 'object' && !prunes.has(writer))
}

async function readOwnEntries(verification: Verification, writer: string, segment: number): Promise<void> {
  for await (const { buffer, bounds } of readLines(segmentPath(verification.directory, writer, segment))) {
    for (let index = 0; index < bounds.length; index += 2) {
      const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
      const head = readLineHead(buffer, start, end)
      if (head?.kind !== 'erase' && head?.kind !== 'prune') continue
      const entry = parseObject(buffer.toString('utf8', start, end))
      if (entry !== undefined) takeOwnEntry(verification, entry, { writer, segment, seq: head.seq })
    }
  }
}

/** Keeps what an entry says that was erased or pruned. */
export function takeOwnEntry({ erasures, prunes }: Verification, entry: JsonObject, source: Source): void {
  if (entry.kind === 'erase' && isErasure(entry)) erasures.addErasure(entry, source)
  if (entry.kind !== 'prune' || !isPrunedHead(entry)) return
  const said = entry as PruneSaid
  const known = prunes.get(entry.writer)
  if (known === undefined) prunes.set(entry.writer, [{ said, source }])
  else known.push({ said, source })
}
