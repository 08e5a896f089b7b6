import type { Command } from '../command-line/command.ts'
import { exitOk, UsageError } from '../command-line/failure.ts'
import { formatCountOf, parseDuration } from '../command-line/quantities.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { changeJournal, keepHint, keyFileOption } from './changing.ts'

export const pruneCommand: Command = {
  name: 'prune',
  summary: 'remove what is older than a time, in whole segments, and record it',
  usage: [directoryOperand],
  options: {
    'older-than': { value: 'DURATION', summary: 'such as 90d' },
    'key-file': keyFileOption,
  },
  notes:
    'It can not be undone. What was removed still has its place in the chain and in the checkpoints, so the rest can be verified as before. The journal is verified first, and nothing is removed where it was tampered with.',
  examples: ['toolgate audit prune audit --older-than 90d --key-file audit.key'],
  run: async (context) => {
    const olderThan = context.given.text('older-than')
    if (olderThan === undefined) throw new UsageError('--older-than is missing: a duration, such as 90d')
    const olderThanMs = parseDuration('--older-than', olderThan)
    const { writers, segments } = await changeJournal(context, (journal) => journal.prune({ olderThanMs }))
    await context.stdout.line(
      segments === 0
        ? 'Nothing was pruned: no whole segment is that old.'
        : `Pruned ${formatCountOf(segments, 'segment')} of ${formatCountOf(writers, 'writer')}. ${keepHint}`,
    )
    return exitOk
  },
}
