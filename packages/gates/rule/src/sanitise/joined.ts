import type { Detection, Joined, Search } from './detection.ts'

/**
 * Of the numbers that are joined to something, those that are joined to something else that is found. Two
 * that are joined to each other stand beside something else if one of them is a card, which has a check digit.
 */
export function besideOthers(joined: readonly Joined[], { found, joined: others }: Search): readonly Detection[] {
  const sure = new Places([...found, ...others.filter(({ kind }) => kind === 'payment_card')])
  const likely = new Places([...found, ...others])
  return joined.flatMap(({ kind, start, end, isJoinedBefore, isJoinedAfter }) => {
    const { starts, ends } = kind === 'payment_card' ? likely : sure
    const isBeside = (!isJoinedBefore || ends.has(start - 1)) && (!isJoinedAfter || starts.has(end + 1))
    return isBeside ? [{ kind, start, end }] : []
  })
}

class Places {
  readonly starts: ReadonlySet<number>
  readonly ends: ReadonlySet<number>

  constructor(detections: readonly Detection[]) {
    this.starts = new Set(detections.map(({ start }) => start))
    this.ends = new Set(detections.map(({ end }) => end))
  }
}
