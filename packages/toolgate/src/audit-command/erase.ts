import type { Command, CommandContext } from '../command-line/command.ts'
import { exitOk, UnableError, UsageError } from '../command-line/failure.ts'
import { formatCountOf } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { changeJournal, keepHint, keyFileOption } from './changing.ts'
import { directoryOperand } from './journal-place.ts'
import { JournalReading } from './journal-reading.ts'

export const eraseCommand: Command = {
  name: 'erase',
  summary: 'erase the values of a call that were recorded as erasable, and record it',
  usage: [directoryOperand],
  options: {
    call: { value: 'CALL', summary: 'the id of the call' },
    writer: { value: 'WRITER', summary: 'or the writer of its entry' },
    entry: { value: 'N', summary: 'and the number of its entry, the seq that `query --json` prints' },
    path: { value: 'PATH', summary: 'only the value at this path, such as customer.email; all of them by default' },
    reason: { value: 'TEXT', summary: 'why, for the record' },
    'key-file': keyFileOption,
  },
  notes:
    'It can not be undone. The entry stays as it is, with the digest of the value, so the journal can be verified as before. Copies of the journal, and backups, still have the value.',
  examples: ['toolgate audit erase audit --call call_8f3a --path customer.email --key-file audit.key'],
  run: async (context) => {
    const { given, stdout } = context
    const place = await placeOf(context)
    const [path, reason] = [given.text('path'), given.text('reason')]
    const options = { ...place, ...(path !== undefined && { path }), ...(reason !== undefined && { reason }) }
    const { paths } = await changeJournal(context, (journal) => journal.erase(options))
    await stdout.line(`Erased ${formatCountOf(paths.length, 'value')}: ${safeText(paths.join(', '))}. ${keepHint}`)
    return exitOk
  },
}

interface Place {
  readonly writer: string
  readonly entry: number
}

async function placeOf(context: CommandContext): Promise<Place> {
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

async function placeOfCall(context: CommandContext, callId: string): Promise<Place> {
  const reading = new JournalReading(context)
  const places: Place[] = []
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
