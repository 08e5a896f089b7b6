import type { FindingKind } from '../document/document.ts'
import type { Detection } from './detection.ts'

/** What wins where two kinds are found in the very same place: what would do more harm in the wrong hands. */
const severity: readonly FindingKind[] = [
  'private_key',
  'api_key',
  'token',
  'payment_card',
  'iban',
  'national_id',
  'phone',
  'email',
]

/**
 * Detections sorted by place, none overlapping another. Of those that overlap, the longest stays; of equally long ones
 * the more severe kind, and then the first.
 */
export function withoutOverlaps(found: readonly Detection[], length: number): readonly Detection[] {
  if (found.length < 2) return found
  const byPlace = found.toSorted((one, other) => one.start - other.start)
  if (byPlace.every(({ start }, index) => start >= (byPlace[index - 1]?.end ?? 0))) return byPlace
  // Placed from the longest on, so whatever overlaps one that is placed has its first or its last character in it.
  const isTaken = new Uint8Array(length)
  const kept = byPlace.toSorted(byRank).filter(({ start, end }) => {
    if (isTaken[start] === 1 || isTaken[end - 1] === 1) return false
    isTaken.fill(1, start, end)
    return true
  })
  return kept.sort((one, other) => one.start - other.start)
}

function byRank(one: Detection, other: Detection): number {
  const byLength = other.end - other.start - (one.end - one.start)
  return byLength || severity.indexOf(one.kind) - severity.indexOf(other.kind) || one.start - other.start
}
