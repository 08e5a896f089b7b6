import { unlessMissing } from '../format/files.ts'
import { listSegments, listWriters, segmentPath } from '../format/layout.ts'
import { openingOf } from './first-lines.ts'

/**
 * The writers of which others have recorded that they ended: those who could tell, since they ran on the same host.
 * Only the beginnings of segments are read.
 */
export async function endedWriters(directory: string): Promise<Set<string>> {
  const ended = new Set<string>()
  for (const writer of await listWriters(directory)) {
    for (const segment of (await listSegments(directory, writer).catch(unlessMissing)) ?? []) {
      const { entry } = await openingOf(segmentPath(directory, writer, segment))
      for (const found of entry?.found ?? []) if (found.state !== 'running') ended.add(found.writer)
    }
  }
  return ended
}
