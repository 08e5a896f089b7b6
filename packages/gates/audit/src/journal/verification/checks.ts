import type { ChainCheck } from './chain.ts'
import type { CheckpointReader, SignedCheckpoint } from './checkpoint-reader.ts'
import type { Comparison, Mention } from './mentions.ts'
import type { KeptCheckpoint } from './writer-facts.ts'

/** What has to hold once there are so many entries. */
type Check =
  | { readonly size: number; readonly checkpoint: SignedCheckpoint }
  | { readonly size: number; readonly kept: KeptCheckpoint }
  | { readonly size: number; readonly mention: Mention }

export interface Expectations {
  readonly mentions: readonly Mention[]
  readonly kept: readonly KeptCheckpoint[]
}

/** Compares the entries of one writer with what checkpoints and other writers say of them, as they are read. */
export class Checks {
  readonly #chain: ChainCheck
  readonly #checkpoints: CheckpointReader
  /** What others say, by size. The writer's own checkpoints are read as they are needed. */
  readonly #others: Check[]
  #own: Check[] = []
  #next = Number.POSITIVE_INFINITY
  #signed = 0
  #checkpoint: string | undefined

  constructor(chain: ChainCheck, checkpoints: CheckpointReader, { mentions, kept }: Expectations) {
    this.#chain = chain
    this.#checkpoints = checkpoints
    this.#others = [
      ...kept.map((one): Check => ({ size: one.checkpoint.size, kept: one })),
      ...mentions.map((mention): Check => ({ size: mention.found.entries, mention })),
    ].sort((one, other) => one.size - other.size)
  }

  /** How many entries are covered by a signed checkpoint that is right. */
  get signed(): number {
    return this.#signed
  }

  /** The latest of those, as a note. */
  get checkpoint(): string | undefined {
    return this.#checkpoint
  }

  /** Compares where the entries begin: after those that were pruned. Returns whether their root is right. */
  async begin(): Promise<boolean> {
    let isRight = true
    const compare = (check: Check) => {
      if (
        check.size === this.#chain.size &&
        this.#compareOne(check, (root) => this.#chain.hasRoot(root)) === 'differs'
      ) {
        isRight &&= 'mention' in check
      }
    }
    for (let one = await this.#checkpoints.next(this.#chain.size); one !== undefined; ) {
      compare({ size: one.size, checkpoint: one })
      one = await this.#checkpoints.next(this.#chain.size)
    }
    while ((this.#others[0]?.size ?? Number.POSITIVE_INFINITY) <= this.#chain.size) {
      const check = this.#others.shift() as Check
      this.#setUnknown(check)
      compare(check)
    }
    return isRight
  }

  /** Called before entries are added up to a size. */
  async prepare(size: number): Promise<void> {
    for (let one = await this.#checkpoints.next(size); one !== undefined; one = await this.#checkpoints.next(size)) {
      this.#own.push({ size: one.size, checkpoint: one })
    }
    this.#setNext()
  }

  /** On the way of every entry: compares what is due at the size that there is now. */
  compare(): void {
    if (this.#chain.size < this.#next) return
    for (const checks of [this.#own, this.#others]) {
      while ((checks[0]?.size ?? Number.POSITIVE_INFINITY) <= this.#chain.size) {
        const check = checks.shift() as Check
        if (check.size < this.#chain.size) this.#setUnknown(check)
        else this.#compareOne(check, (root) => this.#chain.checkRoot(root, nameOf(check)))
      }
    }
    this.#setNext()
  }

  #setNext(): void {
    this.#next = Math.min(...[this.#own[0], this.#others[0]].map((check) => check?.size ?? Number.POSITIVE_INFINITY))
  }

  #compareOne(check: Check, compareRoot: (root: string) => boolean | undefined): Comparison {
    if ('mention' in check) return this.#compareMention(check.mention)
    const { root } = 'kept' in check ? check.kept.checkpoint : check.checkpoint
    const comparison = comparisonOf(compareRoot(root))
    if ('kept' in check) check.kept.comparison = comparison
    else if (comparison === 'fits') {
      this.#signed = check.size
      this.#checkpoint = check.checkpoint.note
    }
    return comparison
  }

  /** What another writer says proves nothing against the entries by itself, so the chain is not told of it. */
  #compareMention(mention: Mention): Comparison {
    const { head, root } = mention.found
    const hasHead = head === undefined || head === this.#chain.head
    mention.comparison = hasHead ? comparisonOf(root === undefined || this.#chain.hasRoot(root)) : 'differs'
    return mention.comparison
  }

  /** The entries at this size are not there. */
  #setUnknown(check: Check): void {
    if ('mention' in check) check.mention.comparison = 'unknown'
    else if ('kept' in check) check.kept.comparison = 'unknown'
  }
}

function comparisonOf(isRight: boolean | undefined): Comparison {
  if (isRight === undefined) return 'unknown'
  return isRight ? 'fits' : 'differs'
}

function nameOf(check: Check): string {
  return 'kept' in check
    ? `the checkpoint of ${check.size} entries that was kept elsewhere`
    : `the signed checkpoint of ${check.size} entries`
}
