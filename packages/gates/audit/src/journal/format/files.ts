import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Makes nothing of the error of a file that is not there. @throws any other error. */
export function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** How many bytes there are, and their SHA-256 in hex. */
export interface Digest {
  readonly bytes: number
  readonly sha256: string
}

export const digestOfNothing: Digest = { bytes: 0, sha256: hash('sha256', '') }

/** The digest of a part of a file, `to` excluded. */
export async function digestOf(path: string, from: number, to: number = Number.POSITIVE_INFINITY): Promise<Digest> {
  if (to <= from) return digestOfNothing
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { start: from, end: to - 1 })) {
    digest.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { bytes, sha256: digest.digest('hex') }
}
