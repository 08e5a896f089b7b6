import type { AuditEntry, AuditOutcome } from '../../entry.ts'
import type { JournalDamage } from './damage.ts'

/** What only the intent of a call tells, and not its outcome. */
type ToldByIntent = 'runner' | 'principal' | 'decisions'

/**
 * A call as a journal tells it: its intent and its outcome in one. Of a call whose intent was pruned, and its outcome
 * was not, `runner`, `principal` and all else that only the intent tells are absent; `decisions` may be.
 */
export interface JournalCall
  extends Omit<AuditEntry, 'outcome' | 'durationMs' | ToldByIntent>,
    Partial<Pick<AuditEntry, ToldByIntent>> {
  readonly writer: string
  /** The entry that the call began with, or its only one, by its number in its writer's journal. */
  readonly seq: number
  /**
   * How it ended. `running`: there is an intent and no outcome, and its process is still there. `unknown`: there is
   * none, and the process has ended, so nobody knows whether the tool took effect.
   */
  readonly outcome: AuditOutcome | 'running' | 'unknown'
  /** Absent for calls that are running or unknown. */
  readonly durationMs?: number
}

/** Which calls are read. A call has to meet all that is given. */
export interface JournalFilter {
  /** The agent: `agent:1`. */
  readonly principal?: string
  readonly tool?: string
  readonly outcome?: JournalCall['outcome']
  /** A gate that was asked; together with `decision`, what that gate decided. */
  readonly gate?: string
  /**
   * What a gate decided, `gate` or any. For `allow`, where no gate is named: that nothing stopped the call before its
   * tool ran.
   */
  readonly decision?: 'allow' | 'block' | 'replace' | 'pend'
  readonly tenant?: string
  readonly session?: string
  readonly run?: string
  readonly traceId?: string
  readonly callId?: string
  /** Calls that arrived at this time or later. */
  readonly from?: Date
  /** Calls that arrived before this time. */
  readonly to?: Date
}

export interface ReadJournalOptions extends JournalFilter {
  /** The journal's directory. */
  readonly directory: string
  /** The most calls that are read. All by default. */
  readonly limit?: number
  /** Goes on with calls as they end, until the signal aborts. False by default. */
  readonly follow?: boolean
  /**
   * Told of each place that can not be read, and reading goes on after it. Without it, reading ends by throwing a
   * `JournalDamageError`, so that nothing is left out unsaid; while following, it throws at once.
   */
  readonly onDamage?: (damage: JournalDamage) => void
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void
  readonly signal?: AbortSignal
}
