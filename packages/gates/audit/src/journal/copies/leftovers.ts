import { listSegments, listWriters } from '../format/layout.ts'
import { isOver } from '../writing/tail.ts'
import { CopiedWriter } from './copied-writer.ts'

export interface LeftoverSearch {
  readonly directory: string
  /** One's own writer: it is none of the others. */
  readonly writer: string
  /** The name of the copy. */
  readonly name: string
  /** Told of a writer that can not be read. It is left out. */
  readonly onError: (error: unknown) => void
}

/**
 * What other writers of the journal have left uncopied, the oldest first: those that have closed, and those whose
 * process has ended. Of a process on another host nobody here can tell that it has ended, so its copies are left to the
 * journals that begin there. For a writer that has left nothing it yields `undefined`, so that looking at many of them
 * keeps nobody waiting.
 */
export async function* leftovers(search: LeftoverSearch): AsyncGenerator<CopiedWriter | undefined, void> {
  const { directory, name, onError } = search
  for (const writer of await listWriters(directory)) {
    if (writer === search.writer) continue
    try {
      const left = await CopiedWriter.open(directory, writer, name)
      yield (await left.hasMore()) && (await isOver(directory, writer, await listSegments(directory, writer)))
        ? left
        : undefined
    } catch (error) {
      onError(error)
    }
  }
}
