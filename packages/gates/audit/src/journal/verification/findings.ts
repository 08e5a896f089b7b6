import type { JournalFinding } from './report.ts'

/** What a finding is called, for programs. */
export type FindingCode =
  // An entry, or its place in the chain.
  | 'entry_changed'
  | 'entry_renumbered'
  | 'entry_out_of_place'
  | 'entries_missing'
  | 'entries_rewritten'
  | 'entries_cut'
  | 'entries_after_end'
  | 'line_malformed'
  // A segment.
  | 'segment_missing'
  | 'segment_foreign'
  | 'segment_entry_missing'
  | 'segment_entry_misfit'
  | 'seal_missing'
  | 'entry_after_seal'
  | 'abandoned_changed'
  | 'tail_changed'
  // Checkpoints and keys.
  | 'checkpoint_malformed'
  | 'checkpoint_misfit'
  | 'checkpoint_unsigned'
  | 'checkpoint_unverifiable'
  | 'checkpoint_torn'
  | 'checkpoints_missing'
  | 'key_unknown'
  | 'key_changed'
  | 'kept_misfit'
  | 'kept_unsigned'
  | 'kept_pruned'
  // A writer.
  | 'writer_missing'
  | 'writer_misfit'
  | 'writer_unclosed'
  | 'writer_ended'
  | 'writer_empty'
  | 'closed_unsigned'
  | 'file_unknown'
  // Values that can be erased.
  | 'value_changed'
  | 'value_missing'
  | 'value_unexpected'
  | 'value_readable'
  // Pruned segments.
  | 'pruned_malformed'
  | 'pruned_misfit'
  | 'prune_unrecorded'
  | 'prune_unfinished'

export interface Finding extends JournalFinding {
  readonly code: FindingCode
}

/** The most findings that are listed. */
const mostListed = 100

/** What was found so far. All is counted; of each severity as many are kept as can be listed at most. */
export class Findings {
  readonly #kept = { tampered: [] as Finding[], torn: [] as Finding[], note: [] as Finding[] }
  #count = 0

  add(finding: Finding): void {
    this.#count++
    const kept = this.#kept[finding.severity]
    if (kept.length >= mostListed) return
    kept.push({ ...finding, message: clip(`${placeOf(finding)}${finding.message}`, mostMessageChars) })
  }

  has(severity: Finding['severity']): boolean {
    return this.#kept[severity].length > 0
  }

  /** The worst first. */
  list(): Finding[] {
    return [...this.#kept.tampered, ...this.#kept.torn, ...this.#kept.note].slice(0, mostListed)
  }

  get more(): number {
    return this.#count - this.list().length
  }
}

function placeOf({ writer, segment, seq, file }: Finding): string {
  const place = [
    writer === undefined ? [] : `writer ${clip(writer, mostQuotedChars)}`,
    segment === undefined ? [] : `segment ${segment}`,
    seq === undefined ? [] : `entry ${seq}`,
    segment !== undefined || file === undefined ? [] : clip(file.slice(file.lastIndexOf('/') + 1), mostQuotedChars),
  ].flat()
  return place.length === 0 ? '' : `${place.join(', ')}: `
}

const mostMessageChars = 500
const mostQuotedChars = 80

/** A value from a file, for a message: who changed the file may have put anything there. */
export function quoted(value: unknown): string {
  return `\`${clip(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'), mostQuotedChars)}\``
}

function clip(text: string, mostChars: number): string {
  const plain = text.slice(0, mostChars + 1).replace(/\p{Cc}/gu, '?')
  return plain.length <= mostChars ? plain : `${plain.slice(0, mostChars)}…`
}

/** For a number of entries. */
export function entriesFrom(from: number, to: number): string {
  return to - from === 1 ? `entry ${from}` : `entries ${from} to ${to - 1}`
}
