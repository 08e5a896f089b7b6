import { display } from './policy-error.ts'

// Anything can be thrown, also what throws again when it is looked at. Nothing here does.

/** The message of a failure, from whatever was thrown. It never throws. */
export function messageOf(error: unknown): string {
  return readError(error, ({ message }) => message) ?? display(error)
}

/** The name of an error, `undefined` for what is none. It never throws. */
export function nameOf(error: unknown): string | undefined {
  return readError(error, ({ name }) => name)
}

/** What was thrown, as an error. It never throws. */
export function asError(error: unknown): Error {
  return readError(error, ({ message }) => message) === undefined ? new Error(display(error)) : (error as Error)
}

function readError(error: unknown, read: (error: Error) => unknown): string | undefined {
  try {
    const text = error instanceof Error ? read(error) : undefined
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
