import type { FindingKind, RedactionAction } from '../document/document.ts'

/** Something that was found in the arguments of a call: where, and what became of it. Never what it was. */
export interface Finding {
  /** `path` for a value that was redacted for the place where it stood. */
  readonly kind: FindingKind | 'path'
  /** Such as `arguments.items.0.note`. */
  readonly path: string
  readonly action: RedactionAction
}
