import type { FoundWriter, SegmentEntry } from '../format/line.ts'

/** An entry that says something of another writer. */
export interface Source {
  readonly writer: string
  readonly segment: number
  readonly seq: number
}

/** Whether what was expected of a writer at a size is so. `unknown`: that can not be told, since it was changed or pruned. */
export type Comparison = 'fits' | 'differs' | 'unknown'

/** What one writer's entries have to be, as others have found them. */
export interface Mention {
  readonly found: FoundWriter
  /** All entries that say exactly this. */
  readonly sources: Source[]
  /** Set once the entries were read, if there are so many. */
  comparison?: Comparison
}

/**
 * What the writers say of each other. The same is often said many times, and kept once, so that this grows with the
 * number of segments only.
 */
export class Mentions {
  readonly #byWriter = new Map<string, Map<string, Mention>>()

  add(entry: SegmentEntry, source: Source): void {
    for (const found of entry.found ?? []) {
      // Nobody finds itself; an entry that says so is not of this writer.
      if (found.writer === source.writer) continue
      const ofWriter = this.#byWriter.get(found.writer) ?? new Map<string, Mention>()
      this.#byWriter.set(found.writer, ofWriter)
      const text = JSON.stringify(found)
      const known = ofWriter.get(text)
      if (known === undefined) ofWriter.set(text, { found, sources: [source] })
      else known.sources.push(source)
    }
  }

  get writers(): readonly string[] {
    return [...this.#byWriter.keys()]
  }

  /** In the order of their number of entries. */
  of(writer: string): Mention[] {
    const mentions = [...(this.#byWriter.get(writer)?.values() ?? [])]
    return mentions.sort((one, other) => one.found.entries - other.found.entries)
  }
}
