import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Rest } from '../format/lines.ts'

/** What a reader of lines is told that is let go before the end of its file. */
export const noRest: Rest = { bytes: Buffer.alloc(0), offset: 0 }

/** SHA-256 of a part of a file, in hex. */
export async function digestOf(path: string, from: number, to: number): Promise<string> {
  const digest = createHash('sha256')
  if (to <= from) return digest.digest('hex')
  for await (const chunk of createReadStream(path, { start: from, end: to - 1 })) digest.update(chunk as Buffer)
  return digest.digest('hex')
}
