import { type JournalReport, type VerifyJournalOptions, verifyJournal } from '@toolgate/audit'
import type { CommandContext } from '../command-line/command.ts'
import { UnableError } from '../command-line/failure.ts'
import { safeText } from '../command-line/safe-text.ts'
import { directoryOperand, noJournal, writersIn } from '../journal-reading/journal-place.ts'
import { Progress } from '../journal-reading/progress.ts'
import { readKeys } from './keys.ts'

/** Verifies a journal with checkpoints that were kept, and the keys that were given. */
export async function verify(
  { given, signal, stderr, now }: CommandContext,
  checkpoints: readonly string[],
): Promise<JournalReport> {
  const directory = given.operand(directoryOperand)
  const writers = await writersIn(directory)
  const keys = (await Promise.all(given.list('key').map(readKeys))).flat()
  // Where a kept checkpoint names a writer that is missing, this is a journal from which all was taken.
  if (writers === 0 && checkpoints.length === 0) throw noJournal(directory)
  const progress = new Progress(stderr, now)
  const options: VerifyJournalOptions = {
    directory,
    checkpoints,
    signal,
    onProgress: progress.show,
    ...(keys.length > 0 && { keys }),
  }
  const report = await verified(options).finally(() => progress.clear())
  signal.throwIfAborted()
  return report
}

/** Keys and checkpoints that are none are the user's mistake. */
async function verified(options: VerifyJournalOptions): Promise<JournalReport> {
  try {
    return await verifyJournal(options)
  } catch (error) {
    throw error instanceof TypeError ? new UnableError(safeText(error.message), { cause: error }) : error
  }
}
