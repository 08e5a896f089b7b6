/** What a path begins with: the parts of a call that a condition can look at. */
export const pathRoots = [
  'arguments',
  'principal',
  'tenant',
  'session',
  'run',
  'traceId',
  'tool',
  'action',
  'tags',
  'trustTier',
  'category',
  'metadata',
] as const

export type PathRoot = (typeof pathRoots)[number]

/** A path into a call, such as `arguments.customer.id`. A dot that is part of a key is written `\.`. */
export interface Path {
  readonly text: string
  readonly root: PathRoot
  /** What follows the root. Only `arguments` and `metadata` can be gone into. */
  readonly keys: readonly string[]
}
