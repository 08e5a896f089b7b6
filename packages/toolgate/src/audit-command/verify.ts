import type { JournalReport, JournalVerdict } from '@toolgate/audit'
import type { Command, CommandContext } from '../command-line/command.ts'
import { safeJson } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { readNotes } from './notes.ts'
import { keptCheckpointOption, keyOption } from './shared-options.ts'
import { verify } from './verification.ts'
import { writeReport } from './write-report.ts'

const exitCodes: Readonly<Record<JournalVerdict, number>> = {
  intact: 0,
  tampered: 1,
  torn: 3,
  pruned: 4,
  unanchored: 5,
}

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'tell whether a journal is whole and unchanged',
  usage: [directoryOperand],
  options: {
    checkpoint: keptCheckpointOption,
    key: keyOption,
    json: { summary: 'print the report as one JSON object' },
  },
  notes: [
    'The exit code says the verdict: 0 intact, 1 tampered, 3 torn (a crash, or a tail that was cut off), 4 pruned,',
    '5 unanchored (consistent, but no checkpoint that was kept elsewhere proves that nothing is missing); 2 when the',
    'journal can not be read.',
  ].join(' '),
  examples: ['toolgate audit verify audit', 'toolgate audit verify audit --checkpoint kept.notes --key kept.key'],
  run: async (context) => {
    const checkpoints = await Promise.all(context.given.list('checkpoint').map(readNotes))
    const report = await verify(context, checkpoints.flat())
    await write(context, report)
    return exitCodes[report.verdict]
  },
}

async function write(context: CommandContext, report: JournalReport): Promise<void> {
  if (context.given.has('json')) await context.stdout.line(safeJson(report))
  else await writeReport(context.stdout, report, context.given.operand(directoryOperand))
}
