import { type DeclaredTool, loadPolicy, type Policy, readTools } from '@toolgate/rule'
import { readText, unreadable } from '../command-line/files.ts'
import type { Given } from '../command-line/given.ts'

/** @throws UnableError for what can not be read, and as `loadPolicy` for what can not be used. */
export function openPolicy(paths: readonly string[], given: Given): Policy {
  return whatIsThere(() => loadPolicy(paths, { timeZone: given.text('time-zone') }))
}

/** The tools that `--tools` names. */
export async function openTools(given: Given): Promise<DeclaredTool[] | undefined> {
  const file = given.text('tools')
  return file === undefined ? undefined : readTools(await readText('the tools', file), { file })
}

/** @throws UnableError in place of what the system throws. */
export function whatIsThere<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    const { syscall, path } = error as NodeJS.ErrnoException
    throw syscall === undefined || path === undefined ? error : unreadable('the policy', path, error)
  }
}
