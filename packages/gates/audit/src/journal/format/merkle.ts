import { hash } from 'node:crypto'
import { newline } from './lines.ts'

/**
 * The Merkle tree of RFC 6962, section 2.1, over SHA-256. Hashes are lower-case hex: that is how Node.js makes them
 * fastest, and how they stand in a journal.
 */

/** The bytes that the hash of an inner node is taken over: 0x01 and its two children. */
const node = Buffer.alloc(65)
node[0] = 1

/** The root of a tree without leaves. */
export const emptyRoot: string = hash('sha256', '')

/** The hash of a leaf: SHA-256(0x00 ‖ its bytes). */
export function leafHash(bytes: Uint8Array): string {
  const prefixed = Buffer.allocUnsafe(bytes.length + 1)
  prefixed[0] = 0
  prefixed.set(bytes, 1)
  return hash('sha256', prefixed)
}

/**
 * The same for a line inside a buffer, without copying it: the byte before the line, the newline of the line before,
 * is 0x00 for as long as it takes.
 */
export function lineHash(buffer: Buffer, start: number, end: number): string {
  buffer[start - 1] = 0
  const hashed = hash('sha256', buffer.subarray(start - 1, end))
  buffer[start - 1] = newline
  return hashed
}

export function nodeHash(left: string, right: string): string {
  node.write(left, 1, 'hex')
  node.write(right, 33, 'hex')
  return hash('sha256', node)
}

/**
 * A tree that leaves are only added to. It keeps the roots of its largest whole subtrees, the left-most first, so its
 * size is the logarithm of the number of leaves.
 */
export class MerkleTree {
  #size: number
  readonly #subtrees: string[]

  /** An empty tree, or one that goes on from the subtrees of another. */
  constructor(size = 0, subtrees: readonly string[] = []) {
    if (subtrees.length !== bitCount(size)) {
      throw new RangeError(`a tree of ${size} leaves has ${bitCount(size)} subtrees, not ${subtrees.length}`)
    }
    this.#size = size
    this.#subtrees = [...subtrees]
  }

  get size(): number {
    return this.#size
  }

  /** The roots of the largest whole subtrees, the left-most first: all that is needed to go on. */
  get subtrees(): readonly string[] {
    return [...this.#subtrees]
  }

  append(leaf: string): void {
    let top = leaf
    // As many subtrees are completed as the old size ends in ones.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      top = nodeHash(this.#subtrees.pop() as string, top)
    }
    this.#subtrees.push(top)
    this.#size++
  }

  root(): string {
    return rootOf(this.#subtrees)
  }
}

function rootOf(subtrees: readonly string[]): string {
  return subtrees.length === 0 ? emptyRoot : subtrees.reduceRight((right, left) => nodeHash(left, right))
}

function bitCount(size: number): number {
  let bits = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}

/** The largest power of two that is smaller than `size`. */
function split(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** A run of leaves, `end` excluded. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** The subtrees whose roots prove that leaf `index` is in the tree of `size` leaves, in the order of the proof. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  let [start, end] = [0, size]
  const ranges: LeafRange[] = []
  while (end - start > 1) {
    const middle = start + split(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** The subtrees whose roots prove that the tree of `newSize` leaves begins with that of `oldSize`, which is 1 or more. */
export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  if (oldSize === newSize) return []
  let [start, end] = [0, newSize]
  const ranges: LeafRange[] = []
  let isWhole = true
  while (end !== oldSize) {
    const middle = start + split(end - start)
    if (oldSize <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
      isWhole = false
    }
  }
  // The old tree's own root is known to who asks, unless it is only a part of it that stands here.
  if (!isWhole) ranges.push({ start, end })
  return ranges.reverse()
}

/** What a proof of inclusion is about. */
export interface Inclusion {
  readonly leaf: string
  readonly index: number
  readonly size: number
  readonly root: string
}

/** Whether a proof shows that the leaf is in the tree: RFC 9162, section 2.1.3.2. */
export function verifyInclusion({ leaf, index, size, root }: Inclusion, proof: readonly string[]): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || ![leaf, ...proof].every(isHash)) return false
  const ranges = inclusionRanges(index, size)
  if (ranges.length !== proof.length) return false
  const computed = ranges.reduce((below, range, level) => {
    const beside = proof[level] as string
    return range.start > index ? nodeHash(below, beside) : nodeHash(beside, below)
  }, leaf)
  return computed === root
}

/** What a proof of consistency is about: that a tree begins with an older one. */
export interface Consistency {
  readonly oldSize: number
  readonly oldRoot: string
  readonly newSize: number
  readonly newRoot: string
}

/**
 * Whether a proof shows that the new tree begins with the old one: RFC 9162, section 2.1.4.2. Of an empty tree nothing
 * can be shown.
 */
export function verifyConsistency(
  { oldSize, oldRoot, newSize, newRoot }: Consistency,
  proof: readonly string[],
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize < 1 || oldSize > newSize) return false
  if (oldSize === newSize) return proof.length === 0 && oldRoot === newRoot
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false
  const ranges = consistencyRanges(oldSize, newSize)
  if (ranges.length !== proof.length) return false
  // A whole subtree stands for itself; what an unbalanced one ends in is the first of the proof.
  const isWhole = bitCount(oldSize) === 1
  const first = isWhole ? oldRoot : (proof[0] as string)
  let [old, young] = [first, first]
  for (let level = isWhole ? 0 : 1; level < ranges.length; level++) {
    const beside = proof[level] as string
    if ((ranges[level] as LeafRange).start < oldSize) old = nodeHash(beside, old)
    young = (ranges[level] as LeafRange).start < oldSize ? nodeHash(beside, young) : nodeHash(young, beside)
  }
  return old === oldRoot && young === newRoot
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isHash(value: string): boolean {
  return /^[0-9a-f]{64}$/.test(value)
}
