import type { Clock } from '@toolgate/core'
import type { OwnFields } from '../writing/record.ts'

/** Where a journal writes what is done to it. */
export interface JournalLog {
  readonly directory: string
  /** Whose journal it is written to. */
  readonly writer: string
  readonly clock: Clock
  /** Writes an entry, and returns its number once it is on the disk. */
  record(kind: 'prune' | 'erase', fields: OwnFields): Promise<number>
}
