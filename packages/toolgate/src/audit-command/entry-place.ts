import type { CommandContext } from '../command-line/command.ts'
import { UnableError, UsageError } from '../command-line/failure.ts'
import type { Options } from '../command-line/option.ts'
import { safeText } from '../command-line/safe-text.ts'
import { JournalReading } from '../journal-reading/journal-reading.ts'

/** How a command is told of an entry. */
export const entryOptions: Options = {
  call: { value: 'CALL', summary: 'the id of the call' },
  writer: { value: 'WRITER', summary: 'or the writer of its entry' },
  entry: { value: 'N', summary: 'and the number of its entry, the seq that `query --json` prints' },
}

/** Where an entry stands. */
export interface EntryPlace {
  readonly writer: string
  readonly entry: number
}

/** The entry that was asked for. @throws UsageError or UnableError where it is not said which. */
export async function placeOfEntry(context: CommandContext): Promise<EntryPlace> {
  const { given } = context
  const [call, writer, entry] = [given.text('call'), given.text('writer'), given.wholeNumber('entry', 0)]
  if (call !== undefined) {
    if (writer !== undefined || entry !== undefined)
      throw new UsageError('give --call, or --writer and --entry, not both')
    return placeOfCall(context, call)
  }
  if (writer === undefined || entry === undefined) throw new UsageError('give --call, or --writer and --entry')
  return { writer, entry }
}

async function placeOfCall(context: CommandContext, callId: string): Promise<EntryPlace> {
  const reading = new JournalReading(context)
  const places: EntryPlace[] = []
  for await (const { writer, seq } of reading.calls({ callId, limit: 2 })) places.push({ writer, entry: seq })
  const [place, other] = places
  if (place === undefined) throw new UnableError(`no call in this journal has the id \`${safeText(callId)}\``)
  // Callers choose ids, so one can come again.
  if (other !== undefined) {
    const how = `--writer ${place.writer} --entry ${place.entry}, or --writer ${other.writer} --entry ${other.entry}`
    throw new UnableError(`several calls have the id \`${safeText(callId)}\`: say which by ${how}`)
  }
  return place
}
