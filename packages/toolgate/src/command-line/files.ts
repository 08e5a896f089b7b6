import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, stat, unlink } from 'node:fs/promises'
import { UnableError } from './failure.ts'
import { Output } from './output.ts'
import { safeText } from './safe-text.ts'

export interface ReadTextOptions {
  /** A file of more is not read at all. */
  readonly mostBytes?: number
}

/** @throws UnableError */
export async function readText(what: string, file: string, { mostBytes }: ReadTextOptions = {}): Promise<string> {
  try {
    const { size } = await stat(file)
    if (mostBytes !== undefined && size > mostBytes) throw tooLarge(what, file, size, mostBytes)
    return await readFile(file, 'utf8')
  } catch (error) {
    throw error instanceof UnableError ? error : unreadable(what, file, error)
  }
}

function tooLarge(what: string, file: string, size: number, mostBytes: number): UnableError {
  const sizes = `it has ${size} bytes; expected at most ${mostBytes}`
  return new UnableError(`${what} can not be read from \`${safeText(file)}\`: ${sizes}`)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'it is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
}

/** What people are told of a path that the system does not give. */
export function unreadable(what: string, path: string, error: unknown): UnableError {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = reasons[code ?? ''] ?? safeText(message)
  return new UnableError(`${what} can not be read from \`${safeText(path)}\`: ${reason}`)
}

/**
 * Writes a new file, readable by its owner only. What is there already is overwritten only where that is wanted, and
 * what was begun and could not be finished is removed again.
 *
 * @throws UnableError
 */
export async function writeNewFile(
  path: string,
  { mayOverwrite }: { readonly mayOverwrite: boolean },
  write: (output: Output) => Promise<void>,
): Promise<void> {
  const stream = createWriteStream(path, { flags: mayOverwrite ? 'w' : 'wx', mode: 0o600 })
  try {
    await once(stream, 'open')
  } catch (error) {
    throw unwritable(path, error)
  }
  try {
    const output = new Output(stream)
    await write(output)
    await output.end()
    stream.end()
    await once(stream, 'close')
  } catch (error) {
    stream.destroy()
    if (!mayOverwrite) await unlink(path)
    throw error
  }
}

function unwritable(path: string, error: unknown): UnableError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EEXIST') return new UnableError(`\`${safeText(path)}\` is there already; give --force to overwrite it`)
  return new UnableError(`\`${safeText(path)}\` can not be written: ${reasons[code ?? ''] ?? safeText(message)}`)
}
