import { lineStart, noHash, valueLine } from '../format/line.ts'
import { newline } from '../format/lines.ts'
import { lineHash, MerkleTree } from '../format/merkle.ts'
import { checkLength } from './line-length.ts'
import type { PendingRecord } from './record.ts'

const firstBufferBytes = 1 << 18

/** What one batch of entries adds to the files. */
export interface EncodedBatch {
  /** The lines. The buffer is used again for the next batch. */
  readonly lines: Buffer
  /** The lines of the values that can be erased; empty in most batches. */
  readonly values: string
}

/** A writer's place in its journal: what the next entry commits to. */
export interface ChainState {
  readonly seq: number
  readonly prev: string
  readonly tree: MerkleTree
}

/**
 * Turns records into lines that carry the hash of the line before, and into leaves of the tree. On the way of every
 * call: one string, one copy and two hashes for each entry.
 */
export class Chain {
  #seq = 0
  #prev = noHash
  #tree = new MerkleTree()
  /** A byte for `lineHash`, and then the lines of a batch. */
  #buffer = Buffer.allocUnsafe(firstBufferBytes)
  #filled = 1
  #values: string[] = []
  /** The leaves that the tree has not taken in yet. */
  #leaves: string[] = []

  /** How many entries there are. */
  get size(): number {
    return this.#seq
  }

  root(): string {
    this.growTree()
    return this.#tree.root()
  }

  /** Takes the new leaves into the tree: best while the disk is at work, for nothing waits for it. */
  growTree(): void {
    for (const leaf of this.#leaves) this.#tree.append(leaf)
    this.#leaves = []
  }

  begin(): void {
    this.#filled = 1
    this.#values = []
  }

  /** Adds a record to the batch, and returns how many bytes the batch has. */
  add(record: PendingRecord): number {
    const fields = record.fields()
    checkLength(fields)
    for (const { disclosure } of record.erasable) checkLength(disclosure)
    const line = `${lineStart(this.#seq, this.#prev, record.kind)}${fields}`
    this.#reserve(line.length * 3 + 1)
    const start = this.#filled
    const end = start + this.#buffer.write(line, start)
    this.#prev = lineHash(this.#buffer, start, end)
    this.#buffer[end] = newline
    this.#filled = end + 1
    this.#leaves.push(this.#prev)
    record.seq = this.#seq++
    for (const { disclosure } of record.erasable) this.#values.push(`${valueLine(record.seq, disclosure)}\n`)
    return this.#filled - 1
  }

  batch(): EncodedBatch {
    return { lines: this.#buffer.subarray(1, this.#filled), values: this.#values.join('') }
  }

  /** The place to come back to where a batch can not be written. */
  state(): ChainState {
    this.growTree()
    return { seq: this.#seq, prev: this.#prev, tree: new MerkleTree(this.#tree.size, this.#tree.subtrees) }
  }

  restore({ seq, prev, tree }: ChainState): void {
    this.#seq = seq
    this.#prev = prev
    this.#leaves = []
    this.#tree = new MerkleTree(tree.size, tree.subtrees)
  }

  /** A character takes up to three bytes in UTF-8. */
  #reserve(bytes: number): void {
    if (this.#filled + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#filled + bytes))
    this.#buffer.copy(larger, 0, 0, this.#filled)
    this.#buffer = larger
  }
}
