/**
 * What a verification comes to, the worst first:
 *
 * - `tampered`: something was changed, put in, or taken out.
 * - `torn`: a writer ended without closing, and no later writer has recorded what it left behind. A crash looks like
 *   this, and so does a tail that was cut back to where a crash could have left it.
 * - `unanchored`: all is consistent, and not every writer is covered by a checkpoint that was kept elsewhere, so whole
 *   tails or writers could be missing, or all could have been written anew.
 * - `pruned`: all that is there is intact and anchored, and older segments were removed, as is recorded.
 * - `intact`: all is there that the checkpoints kept elsewhere are about.
 */
export type JournalVerdict = 'tampered' | 'torn' | 'unanchored' | 'pruned' | 'intact'

/** What was found, and where. */
export interface JournalFinding {
  readonly severity: 'tampered' | 'torn' | 'note'
  /** A stable code, such as `entry_changed` or `segment_missing`. */
  readonly code: string
  /** For people: what is wrong, where, and what it can mean. */
  readonly message: string
  readonly writer?: string
  readonly segment?: number
  /** The number of the entry in its writer's journal. */
  readonly seq?: number
  /** Where in the file, in bytes. */
  readonly offset?: number
  readonly file?: string
}

export interface WriterReport {
  readonly writer: string
  readonly state: 'closed' | 'running' | 'ended'
  /** Entries in all, those that were pruned included. */
  readonly entries: number
  readonly pruned: number
  readonly segments: number
  readonly bytes: number
  /** How many entries, from the first, are covered by checkpoints signed by its key. */
  readonly signed: number
  /** How many entries, from the first, are covered by what was kept elsewhere, directly or through other writers. */
  readonly anchored: number
  /** The calls whose outcome nobody knows, since the process ended. */
  readonly unknown: number
  /** The key of its checkpoints, as `name+id+base64`. */
  readonly key: string | undefined
  /** The latest checkpoint that is signed, as a note: what to keep elsewhere. */
  readonly checkpoint: string | undefined
}

export interface JournalReport {
  readonly verdict: JournalVerdict
  readonly findings: readonly JournalFinding[]
  /** More were found than are listed. */
  readonly moreFindings: number
  readonly writers: readonly WriterReport[]
  readonly entries: number
  readonly bytes: number
  readonly durationMs: number
}

export interface VerifyJournalOptions {
  /** The journal's directory. */
  readonly directory: string
  /** Checkpoints that were kept elsewhere, as signed notes. */
  readonly checkpoints?: readonly string[]
  /** The keys that may sign, as `name+id+base64`. By default those that the journal itself names. */
  readonly keys?: readonly string[]
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void
  readonly signal?: AbortSignal
}
