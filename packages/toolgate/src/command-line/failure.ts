export const exitOk = 0
/** For what was asked wrongly, and for what can not be read or written. */
export const exitUnable = 2
/** As shells have it for a process that was interrupted. */
export const exitInterrupted = 130

/** What the user asked can not be done as it was asked. The message says how it can. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something can not be read, written or found. The message says what. */
export class UnableError extends Error {
  override readonly name = 'UnableError'
}
