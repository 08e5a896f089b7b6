import { anyOne, anyRun, tokensOf } from '../condition/glob-tokens.ts'

// How the texts that two globs match relate. What `*`, `?` and `\` mean is said at `compileGlob`.

/** Two globs for which more sets of positions have to be followed are given up. Written by hand, a few are enough. */
const mostSets = 1_000

/** The length of one glob times that of the other: for longer ones nothing is found out. */
const mostPositions = 1_000_000

/**
 * Whether `wide` matches every text that `narrow` matches. A yes is always right. So is a no, but for very long globs
 * and those with dozens of `*` and `?`, of which it may only say that this was not found out.
 *
 * A wildcard of `narrow` stands, among others, for a character that `wide` does not name. Only a wildcard of `wide` can
 * match that, and then it matches every other character there as well: so it is enough to ask for the texts that
 * have such a character for each `?` and any number of them for each `*`. Read from left to right, these lead from one
 * set of positions in `wide` to the next, and `wide` covers `narrow` when all sets at the end hold the end of `wide`.
 */
export function covers(wide: string, narrow: string): boolean {
  const wideTokens = tokensOf(wide)
  const narrowTokens = tokensOf(narrow)
  if (wideTokens.length * narrowTokens.length > mostPositions) return wide === narrow
  if (beginsDifferently(wideTokens, narrowTokens)) return false
  const positions = new Positions(wideTokens)
  let reached: ReadonlySet<bigint> = new Set([positions.start])
  for (const token of narrowTokens) {
    reached = token === anyRun ? afterRun(reached, positions) : mapped(reached, (set) => positions.step(set, token))
    if (reached.has(0n) || reached.size > mostSets) return false
  }
  for (const set of reached) if (!positions.isAtEnd(set)) return false
  return true
}

/** The only text that a glob without wildcards matches. */
export function literalText(pattern: string): string | undefined {
  if (!/[*?\\]/.test(pattern)) return pattern
  const tokens = tokensOf(pattern)
  return tokens.some((token) => token < 0) ? undefined : tokens.map((token) => String.fromCodePoint(token)).join('')
}

/**
 * The longest part of a glob without a wildcard or a backslash. It stands in every glob without backslashes that this
 * one covers: what a wildcard there stands for can be characters that no part of this one matches.
 */
export function literalPart(wide: string): string {
  const parts = wide.split(/[*?]|\\+.?/su)
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

/** Most globs are told apart by the characters before their first wildcard. */
function beginsDifferently(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((token, position) => token < 0 || token !== other[position])
  return (one[index] ?? anyRun) >= 0 && (other[index] ?? anyOne) >= 0
}

/** Whether there is a text that both globs match. A no is always right. */
export function overlaps(one: string, other: string): boolean {
  const first = tokensOf(one)
  const second = tokensOf(other)
  if (first.length * second.length > mostPositions) return true
  const width = second.length + 1
  const open = [0]
  const seen = new Set(open)
  for (let position = open.pop(); position !== undefined; position = open.pop()) {
    const row = Math.floor(position / width)
    const column = position % width
    if (row === first.length && column === second.length) return true
    for (const next of nextPositions(row, first[row], column, second[column])) {
      const key = next.row * width + next.column
      if (!seen.has(key)) open.push(key)
      seen.add(key)
    }
  }
  return false
}

interface Pair {
  readonly row: number
  readonly column: number
}

/** Either a run ends, or both globs take the same character: a run takes it and stays. */
function nextPositions(row: number, one: number | undefined, column: number, other: number | undefined): Pair[] {
  const next: Pair[] = []
  if (one === anyRun) next.push({ row: row + 1, column })
  if (other === anyRun) next.push({ row, column: column + 1 })
  if (one === undefined || other === undefined) return next
  if (one < 0 || other < 0 || one === other) {
    next.push({ row: one === anyRun ? row : row + 1, column: other === anyRun ? column : column + 1 })
  }
  return next
}

/** Sets of positions in a glob, as bits: the lowest for its beginning, the highest for its end. */
class Positions {
  readonly start: bigint
  readonly #end: bigint
  readonly #runs: bigint
  readonly #ones: bigint
  /** By the character that they name: the positions that also `?` is at, and those of the character. */
  readonly #takers = new Map<number, bigint>()

  constructor(tokens: readonly number[]) {
    const bitsOf = (token: number) =>
      tokens.reduce((bits, each, index) => (each === token ? bits | (1n << BigInt(index)) : bits), 0n)
    this.#runs = bitsOf(anyRun)
    this.#ones = bitsOf(anyOne)
    for (const token of new Set(tokens)) if (token >= 0) this.#takers.set(token, this.#ones | bitsOf(token))
    this.#end = 1n << BigInt(tokens.length)
    this.start = this.#pastRuns(1n)
  }

  /** Where a character leads to; a wildcard is a character that the glob does not name. */
  step(set: bigint, token: number): bigint {
    const takers = this.#takers.get(token) ?? this.#ones
    return this.#pastRuns(((set & takers) << 1n) | (set & this.#runs))
  }

  isAtEnd(set: bigint): boolean {
    return (set & this.#end) !== 0n
  }

  /** A run may also be empty. No two stand side by side. */
  #pastRuns(set: bigint): bigint {
    return set | ((set & this.#runs) << 1n)
  }
}

/** Where none, one or more of the characters of a run lead to. */
function afterRun(reached: ReadonlySet<bigint>, positions: Positions): ReadonlySet<bigint> {
  const after = new Set(reached)
  // What is added to a set while it is gone through is gone through as well.
  for (const set of after) {
    if (after.size > mostSets) break
    after.add(positions.step(set, anyRun))
  }
  return after
}

function mapped(sets: ReadonlySet<bigint>, map: (set: bigint) => bigint): ReadonlySet<bigint> {
  return new Set(Array.from(sets, map))
}
