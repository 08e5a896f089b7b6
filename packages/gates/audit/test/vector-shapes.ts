/** What `docs/audit/vectors/vectors.json` has. */
export interface Vectors {
  readonly format: number
  readonly journal: string
  readonly seed: string
  readonly writers: readonly WriterVectors[]
  readonly inclusion: readonly InclusionVector[]
  readonly growth: readonly GrowthVector[]
  readonly verdicts: readonly VerdictVector[]
  readonly edits: readonly EditVector[]
}

export interface WriterVectors {
  readonly writer: string
  readonly key: string
  /** The leaf hash of each entry. */
  readonly leaves: readonly string[]
  /** The root of the tree of the first n entries, from n = 0. */
  readonly roots: readonly string[]
  readonly values: readonly ValueVector[]
  readonly checkpoints: readonly string[]
}

export interface ValueVector {
  readonly entry: number
  readonly path: string
  readonly digest: string
  /** `null`: it was erased. */
  readonly disclosure: string | null
}

export interface InclusionVector {
  readonly writer: string
  readonly index: number
  readonly size: number
  readonly hashes: readonly string[]
}

export interface GrowthVector {
  readonly writer: string
  readonly oldSize: number
  readonly newSize: number
  readonly hashes: readonly string[]
}

/** What a verifier says of the journal as it is, with these checkpoints kept elsewhere. */
interface VerdictVector {
  readonly kept: readonly string[]
  readonly verdict: string
}

/** What it says once one byte of it is another, with the last checkpoint of each writer kept elsewhere. */
export interface EditVector {
  readonly what: string
  readonly file: string
  readonly offset: number
  readonly byte: number
  readonly verdict: string
  readonly code: string
  readonly writer: string
  /** The number of the entry; `null` for what is found in no entry. */
  readonly entry: number | null
}
