import type { CallEntry, EntryHead, IntentEntry, OutcomeEntry } from '../format/line.ts'
import type { JournalCall } from './journal-call.ts'

/**
 * Makes calls of lines. Each returns `undefined` for lines that do not say what a call has to: a line that somebody
 * has changed may say anything.
 */

export function wholeCall(writer: string, seq: number, line: string): JournalCall | undefined {
  const entry = parsed<CallEntry>(line)
  if (entry === undefined) return undefined
  const { prev, kind, erasable, ...fields } = entry
  return { writer, ...fields, seq }
}

export function endedCall(writer: string, seq: number, intent: string, outcome: string): JournalCall | undefined {
  const begun = parsed<IntentEntry>(intent)
  const ended = parsed<OutcomeEntry>(outcome)
  if (begun === undefined || ended === undefined) return undefined
  const { prev, kind, erasable, ...fields } = begun
  return { writer, ...fields, ...outcomeFields(ended), seq }
}

/** A call that has not ended as far as anybody knows. */
export function openCall(
  writer: string,
  seq: number,
  intent: string,
  outcome: 'running' | 'unknown',
): JournalCall | undefined {
  const begun = parsed<IntentEntry>(intent)
  if (begun === undefined) return undefined
  const { prev, kind, erasable, ...fields } = begun
  return { writer, ...fields, seq, outcome }
}

/** A call whose intent was pruned. An outcome's time is that of the end. */
export function leftCall(writer: string, seq: number, outcome: string): JournalCall | undefined {
  const ended = parsed<OutcomeEntry>(outcome)
  if (ended === undefined || !Number.isFinite(ended.durationMs)) return undefined
  const arrivedAt = new Date(Date.parse(ended.time) - ended.durationMs)
  if (Number.isNaN(arrivedAt.getTime())) return undefined
  return { writer, time: arrivedAt.toISOString(), ...outcomeFields(ended), seq }
}

function outcomeFields(entry: OutcomeEntry): Omit<OutcomeEntry, keyof EntryHead | 'kind' | 'intent'> {
  const { seq, prev, kind, time, intent, ...fields } = entry
  return fields
}

function parsed<Entry extends { readonly callId: string }>(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Record<string, unknown>
    const texts = [entry.callId, entry.tool, entry.time]
    return texts.every((text) => typeof text === 'string') ? (entry as unknown as Entry) : undefined
  } catch {
    return undefined
  }
}
