import { readFileSync, statSync } from 'node:fs'
import { Problems } from '../document/problems.ts'
import { decodeText } from '../document/utf8.ts'
import { mostBytes, tooLarge } from '../document/yaml-text.ts'

/**
 * The text of a file that stands beside policies. One that is too large is not read at all.
 * @throws PolicyDocumentError for one that is, or is no text; the system's error, with the path, for what can not be
 * read.
 */
export function readSmallFile(file: string): string {
  const problems = new Problems()
  const { size } = statSync(file)
  const text = size > mostBytes ? problems.add({ file, line: 1, column: 1 }, tooLarge(size)) : decoded(file, problems)
  if (text === undefined) throw problems.error()
  return text
}

function decoded(file: string, problems: Problems): string | undefined {
  try {
    return decodeText(readFileSync(file), file, problems)
  } catch (error) {
    // Of a directory, the system does not say which.
    if (error instanceof Error && !('path' in error)) Object.assign(error, { path: file })
    throw error
  }
}
