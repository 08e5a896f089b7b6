import { readErasable } from '@toolgate/audit'
import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { entryOptions, placeOfEntry } from './entry-place.ts'

export const valuesCommand: Command = {
  name: 'values',
  summary: 'show the values of a call that were recorded as erasable, and are still there',
  usage: [directoryOperand],
  options: { ...entryOptions, json: { summary: 'print one JSON object' } },
  examples: ['toolgate audit values journal --call call_8f3a'],
  run: async (context) => {
    const { given, stdout } = context
    const values = await readErasable({ directory: given.operand(directoryOperand), ...(await placeOfEntry(context)) })
    if (given.has('json')) {
      await stdout.line(safeJson(values))
      return exitOk
    }
    if (values.length === 0) await stdout.line('There is none: none was recorded, or all were erased.')
    for (const { path, value } of values) await stdout.line(`${safeText(path)}: ${safeJson(value)}`)
    return exitOk
  },
}
