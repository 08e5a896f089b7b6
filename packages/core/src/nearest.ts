/** The candidate that was probably meant, if one is near enough. */
function nearest(text: string, candidates: readonly string[]): string | undefined {
  const begun = candidates.filter((candidate) => text.length > 1 && candidate.startsWith(text))
  if (begun.length === 1) return begun[0]
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(text.length / 3))
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate)
    if (distance > bestDistance || (distance === bestDistance && best !== undefined)) continue
    best = candidate
    bestDistance = distance
  }
  return best
}

/** How many characters have to be put in, taken out, changed or swapped with their neighbour, to get from one to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? 0
}

/** What an error ends in where something else was probably meant. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const near = nearest(text, candidates)
  return near === undefined ? '' : `; did you mean \`${near}\`?`
}

/** The candidates as part of a sentence: `a, b or c`. */
export function oneOf(candidates: readonly string[]): string {
  return candidates.length < 2 ? candidates.join() : `${candidates.slice(0, -1).join(', ')} or ${candidates.at(-1)}`
}
