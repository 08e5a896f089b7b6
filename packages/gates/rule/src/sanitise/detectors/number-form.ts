import type { FindingKind } from '../../document/document.ts'
import type { Search } from '../detection.ts'

/** A form in which a kind of number is written. */
export interface NumberForm {
  readonly kind: FindingKind
  /**
   * The lengths of its groups of digits and what stands between them, such as `3-2-4`. A space stands for any space, a
   * dash for any dash, `)` for the end of a group in brackets: `(3)3-4` is the shape of `(415) 555-0132`.
   */
  readonly shapes: readonly string[]
  /** Whether it may have neighbours that would make other numbers part of something longer, as an expiry date is. */
  readonly hasNeighbours?: boolean
  /** Asked of what has one of the shapes and stands as a word of its own. */
  readonly accepts: (number: NumberInText) => boolean
}

/** Groups of digits in a text that have one of the shapes. */
export interface NumberInText {
  readonly search: Search
  readonly digits: string
  readonly shape: string
  readonly start: number
  readonly end: number
}

/** The shapes of groups of these lengths, once with each of the separators: `3 3 3` and `3-3-3`. */
export function grouped(lengths: readonly number[], separators: string): string[] {
  return [...separators].map((separator) => lengths.join(separator))
}

export function isGrouped({ shape }: NumberInText): boolean {
  return /[^0-9]/.test(shape)
}
