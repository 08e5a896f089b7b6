import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import { formatCountOf } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { changeJournal, keepHint, keyFileOption } from './changing.ts'
import { entryOptions, placeOfEntry } from './entry-place.ts'

export const eraseCommand: Command = {
  name: 'erase',
  summary: 'erase the values of a call that were recorded as erasable, and record it',
  usage: [directoryOperand],
  options: {
    ...entryOptions,
    path: { value: 'PATH', summary: 'only the value at this path, such as customer.email; all of them by default' },
    reason: { value: 'TEXT', summary: 'why, for the record' },
    'key-file': keyFileOption,
  },
  notes:
    'It can not be undone. The entry stays as it is, with the digest of the value, so the journal can be verified as before. Copies of the journal, and backups, still have the value.',
  examples: ['toolgate audit erase audit --call call_8f3a --path customer.email --key-file audit.key'],
  run: async (context) => {
    const { given, stdout } = context
    const place = await placeOfEntry(context)
    const [path, reason] = [given.text('path'), given.text('reason')]
    const options = { ...place, ...(path !== undefined && { path }), ...(reason !== undefined && { reason }) }
    const { paths } = await changeJournal(context, (journal) => journal.erase(options))
    await stdout.line(`Erased ${formatCountOf(paths.length, 'value')}: ${safeText(paths.join(', '))}. ${keepHint}`)
    return exitOk
  },
}
