import { hash, randomBytes } from 'node:crypto'
import type { ErasableValue } from './entry.ts'

/** The values of one call that can be erased, taken out of its arguments. */
export class ErasableValues {
  readonly taken: ErasableValue[] = []

  /** What stands in the arguments instead of the value: the digest of its disclosure, as in RFC 9901. */
  readonly take = (path: string, value: unknown): unknown => {
    const salt = randomBytes(16).toString('base64url')
    const disclosure = Buffer.from(JSON.stringify([salt, path, value])).toString('base64url')
    const digest = hash('sha256', disclosure, 'base64url')
    this.taken.push({ digest, disclosure })
    return { $erasable: digest }
  }
}
