/**
 * Where a copy of the journal goes: each entry at least once, and each writer's in the order of their `seq`. What is
 * handed on again after a failure or a crash is the same `(writer, seq)` with the same line, so whoever keeps the first
 * of each has the journal once.
 */
export interface JournalCopy {
  /** Names its place in the journal, `copied-<name>.json` in each writer's directory: `[a-z0-9-]{1,40}`. */
  readonly name: string
  /**
   * Hands on entries, in order. It resolves once the other side has them; a rejection means that they are handed on
   * again. There is one such call at a time, and up to 500 entries or about 1 MiB in it.
   */
  write(entries: readonly CopiedEntry[]): Promise<void>
  /** Called when the journal is closed, after the last `write` that is waited for. */
  close?(): Promise<void>
}

/** An entry of the journal, as it is handed on. */
export interface CopiedEntry {
  /** The id of the writer that it is of. */
  readonly writer: string
  /** Its number in its writer's journal, from 0. */
  readonly seq: number
  /** `segment`, `intent`, `outcome`, `call`, `seal`, `prune`, `erase` or `lost`: `docs/audit.md` says what they are. */
  readonly kind: string
  /** The line as it is stored, without its newline. */
  readonly line: string
}
