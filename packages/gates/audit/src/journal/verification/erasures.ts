import type { EraseEntry } from '../format/line.ts'
import type { Source } from './mentions.ts'

/** A value that is not there any more. */
export interface GoneValue {
  readonly writer: string
  readonly segment: number
  readonly seq: number
  readonly digest: string
  /** Whether its line was overwritten with spaces; otherwise there is no line. */
  readonly isBlank: boolean
  readonly offset: number
  /** Whether it may have been lost in a crash. */
  readonly isInTail: boolean
}

export interface Erasure {
  readonly writer: string
  readonly entry: number
  readonly digest: string
  readonly source: Source
}

/**
 * Matches the values that are gone with the entries that say that they were erased, which may stand in any writer. It
 * keeps what was erased, and nothing of the values that are there; digests are of salted values, so no two are equal.
 */
export class Erasures {
  readonly #erasures = new Map<string, Erasure>()
  readonly #gone = new Map<string, GoneValue>()

  addErasure({ writer, entry, digest }: EraseEntry, source: Source): void {
    if (!this.#erasures.has(digest)) this.#erasures.set(digest, { writer, entry, digest, source })
  }

  addGone(value: GoneValue): void {
    this.#gone.set(value.digest, value)
  }

  /** The values of which nothing says that they were erased. */
  *unrecorded(): Generator<GoneValue> {
    for (const value of this.#gone.values()) {
      const erasure = this.#erasures.get(value.digest)
      if (erasure?.writer !== value.writer || erasure.entry !== value.seq) yield value
    }
  }

  /** Values whose whole line was removed, which erasing does not. */
  *removed(): Generator<GoneValue> {
    for (const value of this.#gone.values()) if (!value.isBlank && this.#erasures.has(value.digest)) yield value
  }

  /** Those of which the value has not gone. */
  *readable(): Generator<Erasure> {
    for (const erasure of this.#erasures.values()) if (!this.#gone.has(erasure.digest)) yield erasure
  }
}
