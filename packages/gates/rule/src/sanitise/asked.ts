import type { RedactionAction } from '../document/document.ts'

/** What is asked to be done with something. */
export interface Asked {
  readonly action: RedactionAction
  /** The index of the redaction that asks it; of several that ask the same, the first. */
  readonly by: number
}

/** The strictest first. */
const strictest: readonly RedactionAction[] = ['block', 'drop', 'hash', 'mask']

/** The stricter of the two; of two that ask the same, the one of the earlier redaction. */
export function stricter(one: Asked, other: Asked | undefined): Asked {
  if (other === undefined) return one
  const byAction = strictest.indexOf(one.action) - strictest.indexOf(other.action)
  return (byAction || one.by - other.by) <= 0 ? one : other
}
