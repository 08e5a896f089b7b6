import { PolicyFields } from '@toolgate/core'
import { isoTime } from '../../iso-time.ts'
import { listWriters } from '../format/layout.ts'
import { endedWriters } from '../reading/ended-writers.ts'
import type { JournalLog } from './journal-log.ts'
import { findPrunable, headOf, type Prunable, prune } from './pruning.ts'

export interface PruneOptions {
  readonly olderThanMs: number
}

export interface Pruned {
  readonly writers: number
  readonly segments: number
}

/** @throws PolicyError for an age that can not be meant. */
export function readPruneOptions(options: PruneOptions): number {
  const fields = new PolicyFields(options, { path: 'prune', names: ['olderThanMs'] })
  const olderThanMs = fields.wholeNumber('olderThanMs', { least: 0 })
  if (olderThanMs === undefined) throw fields.error('olderThanMs', 'a whole number of 0 or more, such as 7776000000')
  return olderThanMs
}

/**
 * Prunes what all writers have written before a time. What is wrong with one of them keeps none of the others. The log is
 * opened only where there is something to record.
 * @throws JournalError for the first that could not be pruned, once the others are.
 */
export async function pruneJournal(
  directory: string,
  beforeMs: number,
  openLog: () => Promise<JournalLog>,
): Promise<Pruned> {
  const ended = await endedWriters(directory)
  const pruned = { writers: 0, segments: 0 }
  let failure: { readonly error: unknown } | undefined
  for (const writer of await listWriters(directory)) {
    try {
      const prunable = await findPrunable(directory, writer, beforeMs, ended.has(writer))
      if (prunable === undefined) continue
      await pruneWriter(await openLog(), prunable)
      pruned.writers++
      pruned.segments += prunable.segments.length
    } catch (error) {
      failure ??= { error }
    }
  }
  if (failure !== undefined) throw failure.error
  return pruned
}

async function pruneWriter(log: JournalLog, prunable: Prunable): Promise<void> {
  const said = { time: isoTime(log.clock()), ...(await headOf(log.directory, prunable)) }
  const seq = await log.record('prune', said)
  await prune(log.directory, prunable, { ...said, by: { writer: log.writer, seq } })
}
