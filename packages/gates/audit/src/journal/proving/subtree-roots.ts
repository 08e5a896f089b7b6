import type { PrunedHead } from '../format/line.ts'
import { type LeafRange, MerkleTree } from '../format/merkle.ts'

/** Of a tree whose first leaves are gone: how many they were, and the roots of the largest whole subtrees over them. */
export type TreeHead = Pick<PrunedHead, 'entries' | 'subtrees'>

/**
 * Computes the roots of subtrees from leaves that are given one after the other, going on from the subtrees of leaves
 * that are gone.
 */
export class SubtreeRoots {
  readonly #ranges: readonly LeafRange[]
  readonly #roots = new Map<LeafRange, string>()
  /** Those that are not complete, in the order of their leaves. */
  readonly #growing: { readonly range: LeafRange; readonly tree: MerkleTree }[] = []

  constructor(ranges: readonly LeafRange[], head: TreeHead = { entries: 0, subtrees: [] }) {
    this.#ranges = ranges
    for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
      const tree = treeWithin(range, head)
      if (range.end > head.entries && tree !== undefined) this.#growing.push({ range, tree })
      else if (tree !== undefined) this.#roots.set(range, tree.root())
    }
  }

  /** Adds a leaf. The first is the one after those that are gone, and none may be left out. */
  append(index: number, leaf: string): void {
    const [first] = this.#growing
    if (first === undefined || index < first.range.start) return
    first.tree.append(leaf)
    if (index + 1 < first.range.end) return
    this.#roots.set(first.range, first.tree.root())
    this.#growing.shift()
  }

  /** The roots in the order of the ranges; `undefined` where leaves are gone of which the root can not be known. */
  roots(): (string | undefined)[] {
    return this.#ranges.map((range) => this.#roots.get(range))
  }
}

/** What is known of a range when its leaves begin to come; `undefined` where a subtree stands for too many leaves. */
function treeWithin({ start, end }: LeafRange, { entries, subtrees }: TreeHead): MerkleTree | undefined {
  const within: string[] = []
  const gone = Math.max(0, Math.min(end, entries) - start)
  let [position, leaves] = [0, 0]
  for (const subtree of subtrees) {
    const size = largestPower(entries - position)
    if (position >= start && position + size <= end) {
      within.push(subtree)
      leaves += size
    }
    position += size
  }
  return leaves === gone ? new MerkleTree(gone, within) : undefined
}

/** The largest power of two that is not more than `size`. */
function largestPower(size: number): number {
  let power = 1
  while (power * 2 <= size) power *= 2
  return power
}
