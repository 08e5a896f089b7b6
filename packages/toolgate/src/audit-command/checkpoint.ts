import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import { safeText } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { readNotesIfAny } from './notes.ts'
import { keptCheckpointOption, keyOption } from './shared-options.ts'
import { verify } from './verification.ts'

const exitTampered = 1

/** Verifies first: a checkpoint of a journal that was tampered with would make the tampered one look right. */
export const checkpointCommand: Command = {
  name: 'checkpoint',
  summary: 'print the latest signed checkpoint of each writer, to keep elsewhere',
  usage: [directoryOperand],
  options: {
    checkpoint: {
      ...keptCheckpointOption,
      summary: 'checkpoints that are kept already: the journal must go on from them, and only new ones are printed',
    },
    key: keyOption,
  },
  notes:
    'Keep what it prints where nobody who can write to the journal can change it, and keep the older ones too: nothing can then be cut off or written anew unseen. The journal is verified first. Exit code 1, and nothing is printed, where it was tampered with.',
  examples: ['toolgate audit checkpoint audit --checkpoint kept.notes >> kept.notes'],
  run: async (context) => {
    const { given, stdout, stderr } = context
    const kept = (await Promise.all(given.list('checkpoint').map(readNotesIfAny))).flat()
    const report = await verify(context, kept)
    if (report.verdict === 'tampered') {
      await stderr.line(
        'The journal was tampered with, so none of its checkpoints is worth keeping: `toolgate audit verify` says more.',
      )
      return exitTampered
    }
    for (const { writer, checkpoint } of report.writers) {
      if (checkpoint === undefined) await stderr.line(`Writer ${safeText(writer)} has no signed checkpoint yet.`)
      else if (!kept.includes(checkpoint)) await stdout.line(checkpoint)
    }
    return exitOk
  },
}
