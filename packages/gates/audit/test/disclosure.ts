import { createHash } from 'node:crypto'

/** A value that can be erased, as it is disclosed. */
export interface Disclosed {
  readonly disclosure: string
  readonly digest: string
}

export function disclose(salt: string, path: string, value: unknown): Disclosed {
  const disclosure = Buffer.from(JSON.stringify([salt, path, value])).toString('base64url')
  return { disclosure, digest: createHash('sha256').update(disclosure).digest('base64url') }
}
