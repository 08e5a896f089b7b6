import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UnableError } from '../command-line/failure.ts'
import { unreadable } from '../command-line/files.ts'
import { formatCount } from '../command-line/quantities.ts'

const caseFile = /^[^.].*\.test\.(?:ya?ml|json)$/

/** How deep folders are searched, and for how many files. */
const mostLevels = 16
const mostFiles = 10_000

/** The case files that the paths lead to: those named, and all in folders, each once however it is written. @throws UnableError */
export async function findCaseFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>()
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw unreadable('the cases', path, error)
    })
    if (found.isDirectory()) await search(path, files, 0)
    else add(path, files)
  }
  if (files.size > 0) return [...files.values()]
  throw new UnableError('there are no cases: no file is named as they are, such as support.test.yaml')
}

function add(path: string, files: Map<string, string>): void {
  const resolved = resolve(path)
  if (!files.has(resolved)) files.set(resolved, path)
}

async function search(folder: string, files: Map<string, string>, level: number): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable('the folder of cases', folder, error)
  })
  entries.sort((one, other) => (one.name < other.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) {
      if (caseFile.test(entry.name)) add(path, files)
    } else if (level < mostLevels && isSearched(entry.name)) {
      await search(path, files, level + 1)
    }
    if (files.size > mostFiles)
      throw new UnableError(`there are more than ${formatCount(mostFiles)} files of cases; name those that are meant`)
  }
}

function isSearched(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.')
}
