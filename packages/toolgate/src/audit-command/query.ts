import type { Command } from '../command-line/command.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { JournalReading } from '../journal-reading/journal-reading.ts'
import { CallPrinter } from './call-printer.ts'
import { filterOptions, readFilter } from './filters.ts'
import { jsonLinesOption } from './shared-options.ts'

export const queryCommand: Command = {
  name: 'query',
  summary: 'print the calls that meet all that is given',
  usage: [directoryOperand],
  options: {
    ...filterOptions,
    limit: { value: 'N', summary: 'no more than so many calls' },
    json: jsonLinesOption,
  },
  notes: 'Times are in UTC. The outcome is `unknown` where the process ended before it was recorded how the call did.',
  examples: [
    'toolgate audit query audit --decision block --from 24h',
    'toolgate audit query audit --agent agent:1 --tool send_mail --json | jq .arguments',
  ],
  run: async (context) => {
    const { given, now } = context
    const limit = given.wholeNumber('limit', 1)
    const filter = { ...readFilter(given, now()), ...(limit !== undefined && { limit }) }
    const reading = new JournalReading(context)
    const printer = new CallPrinter(context)
    for await (const call of reading.calls(filter)) await printer.print(call)
    if (printer.count > 0) await printer.flush()
    else await context.stderr.line('No call meets all of it.')
    return reading.end()
  },
}
