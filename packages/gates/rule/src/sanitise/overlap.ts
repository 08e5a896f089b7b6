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
 * Detections sorted by place, none overlapping another. Of those that overlap, one that comes first stays, then the
 * longest; of equally long ones the more severe kind, and then the first.
 */
export function withoutOverlaps(
  found: readonly Detection[],
  length: number,
  comesFirst?: (detection: Detection) => boolean,
): readonly Detection[] {
  if (found.length < 2) return found
  const byPlace = found.toSorted((one, other) => one.start - other.start)
  if (byPlace.every(({ start }, index) => start >= (byPlace[index - 1]?.end ?? 0))) return byPlace
  const byRank = byPlace.toSorted(compareRank)
  const ranked =
    comesFirst === undefined
      ? byRank
      : [...byRank.filter(comesFirst), ...byRank.filter((detection) => !comesFirst(detection))]
  const isTaken = new Uint8Array(length)
  const kept = ranked.filter(({ start, end }) => {
    if (isTaken.subarray(start, end).includes(1)) return false
    isTaken.fill(1, start, end)
    return true
  })
  return kept.sort((one, other) => one.start - other.start)
}

function compareRank(one: Detection, other: Detection): number {
  const byLength = other.end - other.start - (one.end - one.start)
  return byLength || severity.indexOf(one.kind) - severity.indexOf(other.kind) || one.start - other.start
}
