import type { FindingKind } from '../document/document.ts'

/** Where in a text something stands: from `start` to before `end`, in UTF-16 code units. */
export interface Detection {
  readonly kind: FindingKind
  readonly start: number
  readonly end: number
}

/** A text that detectors look at, and what they have found so far. */
export interface Search {
  readonly text: string
  /** The keys under which the text stands, if any: `customer phone`. Their words count as words beside what is found. */
  readonly label: string
  readonly kinds: ReadonlySet<FindingKind>
  /** In any order, and possibly overlapping. */
  readonly found: Detection[]
  /** What is found only where that to which it is joined is something else that is found, and no part of the same. */
  readonly joined: Joined[]
}

/** A number with a dash, a point or a slash and something else beside it, as the parts of UUIDs and of versions have. */
export interface Joined extends Detection {
  readonly isJoinedBefore: boolean
  readonly isJoinedAfter: boolean
}

/**
 * Adds what it finds to the search. It never throws, and its time grows with the length of the text and not faster,
 * whatever the text is: it looks from an anchor a bounded way, and never again over the same run from each of its places.
 */
export type Detector = (search: Search) => void

/** Detectors may find more kinds than were asked for. */
export function report(search: Search, kind: FindingKind, start: number, end: number): void {
  if (search.kinds.has(kind)) search.found.push({ kind, start, end })
}
