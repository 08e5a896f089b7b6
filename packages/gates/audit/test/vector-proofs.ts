import { treeRoot } from './fixture-journal.ts'

/** The proofs of RFC 6962, as they are written there: what they are compared with shares no code with them. */

export function rootAfter(leaves: readonly Buffer[], size: number): string {
  return treeRoot(leaves.slice(0, size)).toString('hex')
}

/** `PATH(m, D[n])` of section 2.1.1. */
export function inclusionPath(index: number, leaves: readonly Buffer[]): string[] {
  if (leaves.length === 1) return []
  const [left, right] = halvesOf(leaves)
  return index < left.length
    ? [...inclusionPath(index, left), rootOf(right)]
    : [...inclusionPath(index - left.length, right), rootOf(left)]
}

/** `PROOF(m, D[n])` of section 2.1.2. */
export function consistencyPath(size: number, leaves: readonly Buffer[], isWhole = true): string[] {
  if (size === leaves.length) return isWhole ? [] : [rootOf(leaves)]
  const [left, right] = halvesOf(leaves)
  return size <= left.length
    ? [...consistencyPath(size, left, isWhole), rootOf(right)]
    : [...consistencyPath(size - left.length, right, false), rootOf(left)]
}

function rootOf(leaves: readonly Buffer[]): string {
  return treeRoot(leaves).toString('hex')
}

/** At the largest power of two that is smaller than their number. */
function halvesOf(leaves: readonly Buffer[]): [readonly Buffer[], readonly Buffer[]] {
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return [leaves.slice(0, split), leaves.slice(split)]
}
