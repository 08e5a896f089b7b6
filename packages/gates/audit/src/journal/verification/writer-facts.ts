import type { Checkpoint } from '../format/checkpoint.ts'
import type { Place } from './chain.ts'
import type { Comparison, Mention } from './mentions.ts'
import type { WriterSurvey } from './survey.ts'

/** A checkpoint that was kept elsewhere. */
export interface KeptCheckpoint {
  readonly note: string
  readonly checkpoint: Checkpoint
  /** Set once the entries were read, if there are so many. */
  comparison?: Comparison
}

/** What was found out about a writer by reading all that there is of it. */
export interface WriterFacts {
  readonly survey: WriterSurvey
  readonly key: string | undefined
  readonly mentions: readonly Mention[]
  readonly kept: readonly KeptCheckpoint[]
  readonly entries: number
  /** The leaf hash of the last of them. */
  readonly head: string
  readonly lastPlace: Place
  /** Whether the last entry is the seal of a writer that has ended as it should. */
  readonly isClosed: boolean
  /** Where something begins that is no entry, after the last one. */
  readonly tail: Place | undefined
  /** The entries that are covered by a signed checkpoint whose root is right. */
  readonly signed: number
  /** The same, whatever its root. */
  readonly saidSigned: number
  readonly checkpoint: string | undefined
  /** How many entries the last signed checkpoint is about that is there by now. */
  readonly signedSizeNow: () => Promise<number>
  readonly hasCheckpoints: boolean
  readonly tornCheckpointOffset: number | undefined
  /** Intents without outcome. */
  readonly openIntents: number
  readonly suspects: Suspects
}

/** The most runs of entries that are kept apart; beyond it, nothing of a writer is believed. */
const mostRuns = 1_000

/** The entries that may not be what they were. What they say of others proves nothing. */
export class Suspects {
  readonly #runs: { readonly from: number; readonly through: number }[] = []
  readonly #segments = new Set<number>()

  add(from: number, through: number): void {
    if (this.#runs.length <= mostRuns) this.#runs.push({ from, through })
  }

  addSegment(segment: number): void {
    this.#segments.add(segment)
  }

  hasEntry(seq: number): boolean {
    return this.#runs.length > mostRuns || this.#runs.some(({ from, through }) => seq >= from && seq <= through)
  }

  has({ segment, seq }: { readonly segment: number; readonly seq: number }): boolean {
    return this.#segments.has(segment) || this.hasEntry(seq)
  }
}
