import { type JournalCall, type JournalDamage, type ReadJournalOptions, readJournal } from '@toolgate/audit'

/** All calls that are read. */
export async function read(options: ReadJournalOptions): Promise<JournalCall[]> {
  const calls: JournalCall[] = []
  for await (const call of readJournal(options)) calls.push(call)
  return calls
}

export async function idsOf(options: ReadJournalOptions): Promise<string[]> {
  return (await read(options)).map(({ callId }) => callId)
}

export async function outcomesOf(options: ReadJournalOptions): Promise<string[]> {
  return (await read(options)).map(({ callId, outcome }) => `${callId} ${outcome}`)
}

/** What is read although something can not be, and what is said of that. */
export async function readDamaged(
  options: ReadJournalOptions,
): Promise<{ ids: string[]; problems: string[]; damages: JournalDamage[] }> {
  const damages: JournalDamage[] = []
  const ids = await idsOf({ ...options, onDamage: (damage) => damages.push(damage) })
  return { ids, problems: damages.map(({ segment, problem }) => `${segment}: ${problem}`), damages }
}

/** A time of the day that the tests are about. */
export function at(time: string): string {
  return `2026-01-15T${time}.000Z`
}
