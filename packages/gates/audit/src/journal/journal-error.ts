import { messageOf } from '@toolgate/core'

/** The journal can not be written, signed or opened. Its `cause` is what the system said. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
}

/** What people are told when the disk refuses. */
export function notWritable(directory: string, cause: unknown): JournalError {
  return new JournalError(`the journal in \`${directory}\` can not be written: ${messageOf(cause)}`, { cause })
}
