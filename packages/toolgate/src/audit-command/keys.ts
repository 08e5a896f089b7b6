import { UnableError } from '../command-line/failure.ts'
import { readText } from '../command-line/files.ts'
import { safeText } from '../command-line/safe-text.ts'

/** A key as it is handed on: name+id+base64. What stands in it is checked where it is used. */
const noteKey = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/

/** The keys that were given: one itself, or a file with one on each line. @throws UnableError */
export async function readKeys(keyOrFile: string): Promise<string[]> {
  if (noteKey.test(keyOrFile)) return [keyOrFile]
  const lines = (await readText('the key', keyOrFile)).split('\n').map((line) => line.trim())
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const wrong = keys.find((key) => !noteKey.test(key))
  if (wrong === undefined && keys.length > 0) return keys
  const holds = wrong === undefined ? 'nothing' : `\`${safeText(wrong.slice(0, 60))}\``
  throw new UnableError(
    `\`${safeText(keyOrFile)}\` holds ${holds}; expected a key as \`toolgate audit verify\` shows it: name+id+base64`,
  )
}
