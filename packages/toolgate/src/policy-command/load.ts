import { type DeclaredTool, loadPolicy, type Policy, readTools } from '@toolgate/rule'
import { readText, unreadable } from '../command-line/files.ts'
import type { Given } from '../command-line/given.ts'

/** @throws UnableError for what can not be read, and as `loadPolicy` for what can not be used. */
export function openPolicy(paths: readonly string[], given: Given): Policy {
  return whatIsThere(
    () => loadPolicy(paths, { timeZone: given.text('time-zone') }),
    () => 'the policy',
  )
}

/** The tools that `--tools` names. */
export async function openTools(given: Given): Promise<DeclaredTool[] | undefined> {
  const file = given.text('tools')
  return file === undefined ? undefined : readTools(await readBeside('the tools', file), { file })
}

/** As much as is read of what stands beside policies. */
const mostBytes = 1024 * 1024

/** @throws UnableError */
export function readBeside(what: string, file: string): Promise<string> {
  return readText(what, file, { mostBytes })
}

/**
 * Reads, and says of what is not there what it was to be.
 * @throws UnableError in place of what the system throws.
 */
export function whatIsThere<Result>(read: () => Result, whatIsAt: (path: string) => string): Result {
  try {
    return read()
  } catch (error) {
    const systemError = [error, error instanceof Error ? error.cause : undefined].find(isSystemError)
    throw systemError === undefined ? error : unreadable(whatIsAt(systemError.path), systemError.path, systemError)
  }
}

interface SystemError extends NodeJS.ErrnoException {
  readonly path: string
}

function isSystemError(error: unknown): error is SystemError {
  const { syscall, path } = (error ?? {}) as NodeJS.ErrnoException
  return typeof syscall === 'string' && typeof path === 'string'
}
