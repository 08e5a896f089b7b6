import type { Command } from '../command-line/command.ts'
import { UnableError } from '../command-line/failure.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { JournalReading } from '../journal-reading/journal-reading.ts'
import { CallTrace } from './call-trace.ts'
import { jsonLinesOption } from './shared-options.ts'
import { writeTrace } from './write-trace.ts'

export const traceCommand: Command = {
  name: 'trace',
  summary: 'show everything of one run, session, trace or call as a tree with times',
  usage: [directoryOperand, 'ID'],
  options: { json: jsonLinesOption },
  notes: 'The id may be that of a run, a session, a trace or a call: the first line says which it was.',
  examples: ['toolgate audit trace audit run_8f3a61'],
  run: async (context) => {
    const { given, stdout } = context
    const trace = new CallTrace(given.operand('ID'))
    const reading = new JournalReading(context)
    for await (const call of reading.calls({})) trace.add(call)
    if (trace.kinds.size === 0) {
      await reading.end()
      throw new UnableError(`no run, session, trace or call in this journal has the id \`${safeText(trace.id)}\``)
    }
    if (!given.has('json')) await writeTrace(stdout, trace)
    else for (const call of trace.calls()) await stdout.line(safeJson(call))
    return reading.end()
  },
}
