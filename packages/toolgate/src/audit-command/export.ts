import type { Command, CommandContext } from '../command-line/command.ts'
import { UsageError } from '../command-line/failure.ts'
import { writeNewFile } from '../command-line/files.ts'
import type { Output } from '../command-line/output.ts'
import { formatCountOf } from '../command-line/quantities.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { JournalReading } from '../journal-reading/journal-reading.ts'
import { csvHeader, csvRecord } from './csv.ts'
import { filterOptions, readFilter } from './filters.ts'
import { forceOption } from './shared-options.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'write calls as CSV or as lines of JSON',
  usage: [directoryOperand],
  options: {
    format: { value: 'FORMAT', choices: ['csv', 'jsonl'], summary: 'csv or jsonl' },
    output: { value: 'FILE', summary: 'write to this file, readable by its owner only, instead of printing' },
    force: forceOption,
    ...filterOptions,
  },
  notes:
    'CSV is as RFC 4180 has it: a header, commas, CRLF. A cell that a spreadsheet would take for a formula (one that begins with = + - @, a tab or a line break) begins with an apostrophe instead.',
  examples: ['toolgate audit export audit --format csv --from 30d --output calls.csv'],
  run: async (context) => {
    const { given, stdout, stderr } = context
    const format = given.text('format')
    if (format === undefined) throw new UsageError('--format is missing; expected csv or jsonl')
    const file = given.text('output')
    const reading = new JournalReading(context)
    if (file === undefined) {
      await writeCalls(context, reading, format, stdout)
      return reading.end()
    }
    let count = 0
    await writeNewFile(file, { mayOverwrite: given.has('force') }, async (output) => {
      count = await writeCalls(context, reading, format, output)
    })
    await stderr.line(`${formatCountOf(count, 'call')} written to ${safeText(file)}`)
    return reading.end()
  },
}

async function writeCalls(
  { given, now }: CommandContext,
  reading: JournalReading,
  format: string,
  output: Output,
): Promise<number> {
  const isCsv = format === 'csv'
  let count = 0
  const filter = readFilter(given, now())
  if (isCsv) await output.write(csvHeader)
  for await (const call of reading.calls(filter)) {
    await output.write(isCsv ? csvRecord(call, output.isTerminal) : `${safeJson(call)}\n`)
    count++
  }
  return count
}
