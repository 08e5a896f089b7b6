import type { Bound } from './condition.ts'
import { boundOperators } from './names.ts'
import { as, type Reader } from './readers.ts'

/** The readers of bounds by their operators. */
export function boundReaders(limit: Reader<string>): ReadonlyMap<string, Reader<Bound>> {
  return new Map(boundOperators.map((operator) => [operator, as(limit, (read) => ({ operator, limit: read }))]))
}
