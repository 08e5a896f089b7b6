import { readdir } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { UnableError } from '../command-line/failure.ts'
import { unreadable } from '../command-line/files.ts'
import { safeText } from '../command-line/safe-text.ts'

/** What the help of every command calls the place of a journal. */
export const directoryOperand = 'DIRECTORY'

const writerName = /^\d{8}T\d{6}Z-[0-9a-f]{12}$/

/** @throws UnableError where no calls can be read: a wrong place must not look like a journal without any. */
export async function checkJournal(directory: string): Promise<void> {
  if ((await writersIn(directory)) === 0) throw noJournal(directory)
}

/** How many writers there are. @throws UnableError where the directory can not be read, or is one of a writer. */
export async function writersIn(directory: string): Promise<number> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw unreadable('the journal', directory, error)
  })
  const writers = names.filter((name) => writerName.test(name)).length
  if (writers === 0 && writerName.test(basename(resolve(directory)))) {
    throw new UnableError(`\`${safeText(directory)}\` is one writer of a journal; give the directory that it is in`)
  }
  return writers
}

export function noJournal(directory: string): UnableError {
  return new UnableError(
    `\`${safeText(directory)}\` holds no journal: nothing in it is named as a writer is, such as 20261121T170102Z-8f3a61c09d2e`,
  )
}
