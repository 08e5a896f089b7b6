import type { LineHead } from '../format/line.ts'
import { MerkleTree } from '../format/merkle.ts'
import { entriesFrom, type FindingCode } from './findings.ts'

/** Where a line stands in the files of a writer. */
export interface Place {
  readonly segment: number
  /** In bytes. */
  readonly offset: number
}

/** Told what is wrong with the chain: always a sign of tampering. */
export type ChainListener = (trouble: {
  readonly code: FindingCode
  /** The entry that it is about, as well as that can be told. */
  readonly seq: number
  /** The first and the last of the entries that may not be what they were. */
  readonly from: number
  readonly through: number
  readonly place: Place
  readonly message: string
}) => void

/** Where a chain begins whose first entries are no more. */
export interface ChainStart {
  readonly entries: number
  readonly head: string
  readonly subtrees: readonly string[]
}

/**
 * Follows the entries of one writer: their numbers, the hashes by which each commits to the one before, and the tree.
 * After what does not fit, it goes on with what is there, so that everything that was changed is found, once.
 */
export class ChainCheck {
  readonly #tell: ChainListener
  readonly #tree: MerkleTree
  #size: number
  /** The leaf hash of the last entry. */
  #head: string
  #place: Place
  /** Whether the entries are those that the tree was made of, as far as is known. */
  #isWhole = true
  /** Whether something is left to be settled with the next line. */
  #isUneasy = false
  /** The next line may be any. */
  #isAdrift = false
  /** The last entry of which something was told. */
  #told = -1
  /** The number that the last line gave itself. */
  #lastSeq = -1
  /** The size of the tree at the last root that was right. */
  #rightRoot = 0
  /** A line whose `prev` did not fit: it was changed itself, or the one before it. */
  #doubt: { readonly before: Place; readonly own: Place } | undefined
  /** A root that did not fit, at the current size. */
  #doubtedRoot: string | undefined
  /** The last line that is no part of the chain, and has a head. */
  #stray: { readonly leaf: string; readonly seq: number } | undefined
  /** Lines without a head since the last entry. */
  #malformed: { readonly place: Place; count: number; isTold: boolean } | undefined

  constructor(tell: ChainListener, start: ChainStart | undefined, noHash: string) {
    this.#tell = tell
    this.#tree = new MerkleTree(start?.entries, start?.subtrees)
    this.#size = start?.entries ?? 0
    this.#rightRoot = this.#size
    this.#head = start?.head ?? noHash
    this.#place = { segment: 0, offset: 0 }
  }

  /** How many entries there are, which is the number that the next one has. */
  get size(): number {
    return this.#size
  }

  get head(): string {
    return this.#head
  }

  /** False from the first change on: no root can be right any more. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Where the last entry stands. */
  get place(): Place {
    return this.#place
  }

  /** Whether the line is the one that has to come next. */
  fits(line: LineHead): boolean {
    return line.seq === this.#size && line.prev === this.#head
  }

  /** Takes the next line, on the way of every entry. Returns false for one that is no part of the chain. */
  add(line: LineHead, leaf: string, segment: number, offset: number): boolean {
    if (line.seq !== this.#size || line.prev !== this.#head || this.#isUneasy) {
      if (!this.#settle(line, leaf, { segment, offset })) return false
    }
    if (this.#isWhole) this.#tree.append(leaf)
    this.#size++
    this.#head = leaf
    this.#lastSeq = line.seq
    this.#place = { segment, offset }
    return true
  }

  /** A line that is no entry. What it means is settled by what comes after it. */
  addMalformed(place: Place): void {
    this.#malformed ??= { place, count: 0, isTold: false }
    this.#malformed.count++
    this.#isUneasy = true
  }

  /** Whether the root is right; `undefined` when that can not be told any more. */
  checkRoot(root: string, what: string): boolean | undefined {
    if (!this.#isWhole) return undefined
    if (this.#tree.root() === root) {
      this.#rightRoot = this.#size
      return true
    }
    this.#isWhole = false
    this.#isUneasy = true
    this.#doubtedRoot = what
    return false
  }

  /** The same for what somebody else says the root was, which proves nothing against the entries. */
  hasRoot(root: string): boolean | undefined {
    return this.#isWhole ? this.#tree.root() === root : undefined
  }

  /** Something was told of the entry that comes next. */
  markTold(): void {
    this.#told = this.#size
  }

  /** Entries are missing of which something was told: the next line may be any. */
  drift(): void {
    this.settleMalformed()
    this.#settleRoot()
    this.#isWhole = false
    this.#isAdrift = true
    this.#isUneasy = true
  }

  /** What stands after the last entry and is none, when nothing that is one comes after it. */
  takeTail(): Place | undefined {
    const tail = this.#malformed
    if (tail === undefined || tail.isTold) return undefined
    this.#malformed = undefined
    return tail.place
  }

  settleMalformed(): void {
    if (this.#malformed === undefined || this.#malformed.isTold) return
    this.#malformed.isTold = true
    this.#say('line_malformed', this.#size, this.#malformed.place, 'a line is no entry: it was changed or put in')
  }

  /** Nothing comes any more. */
  end(): void {
    this.settleMalformed()
    if (this.#doubt !== undefined) this.#settleDoubt(this.#doubt, true)
    this.#settleRoot()
  }

  #settle(line: LineHead, leaf: string, place: Place): boolean {
    const fitsHead = line.prev === this.#head
    const isExplained = this.#settleBefore(fitsHead)
    if (this.#isAdrift) {
      this.#isAdrift = false
      this.#size = line.seq
      return true
    }
    if (line.seq === this.#size) return this.#takeNext(line, isExplained, place)
    const follows = isExplained && line.seq === this.#lastSeq + 1
    if (fitsHead || follows) return this.#takeRenumbered(line, follows, place)
    if (line.seq > this.#size) return this.#takeLater(line, place)
    return this.#leaveOut(line, leaf, place)
  }

  /** Settles what was left open, and returns whether the next line's `prev` need not fit, since that is known already. */
  #settleBefore(fitsHead: boolean): boolean {
    this.#isUneasy = false
    let isExplained = this.#told === this.#size - 1
    if (this.#malformed !== undefined) {
      this.settleMalformed()
      isExplained = true
    }
    if (this.#doubt !== undefined) {
      this.#settleDoubt(this.#doubt, fitsHead)
      isExplained = true
    }
    if (fitsHead) this.#settleRoot()
    return isExplained
  }

  /** If the doubtful line stands as the next one knows it, it was the line before that was changed. */
  #settleDoubt({ before, own }: { readonly before: Place; readonly own: Place }, isAsWritten: boolean): void {
    this.#doubt = undefined
    const seq = this.#size - (isAsWritten ? 2 : 1)
    this.#told = this.#size - 1
    this.#say('entry_changed', seq, isAsWritten ? before : own, 'the entry is not the one that the next commits to')
  }

  #settleRoot(): void {
    if (this.#doubtedRoot === undefined) return
    const [from, what] = [this.#rightRoot, this.#doubtedRoot]
    this.#doubtedRoot = undefined
    this.#told = this.#size - 1
    this.#tell({
      code: 'entries_rewritten',
      seq: this.#size - 1,
      from,
      through: this.#size - 1,
      place: this.#place,
      message: `${entriesFrom(from, this.#size)}: something was changed or rewritten, for the root is not that of ${what}`,
    })
  }

  #takeNext(line: LineHead, isExpected: boolean, place: Place): true {
    this.#malformed = undefined
    if (line.prev === this.#head) return true
    this.#isWhole = false
    this.#doubtedRoot = undefined
    if (isExpected || line.prev === this.#stray?.leaf) return true
    this.#doubt = { before: this.#place, own: place }
    this.#isUneasy = true
    return true
  }

  /** The line follows the one before, and says another number. */
  #takeRenumbered(line: LineHead, follows: boolean, place: Place): true {
    this.#isWhole = false
    this.#malformed = undefined
    if (follows) {
      this.#doubtedRoot = undefined
      this.#size = line.seq
      return true
    }
    this.#told = this.#size
    this.#say('entry_renumbered', this.#size, place, `the entry says that it is number ${line.seq}: it was changed`)
    return true
  }

  #takeLater(line: LineHead, place: Place): true {
    const missing = line.seq - this.#size
    this.#isWhole = false
    this.#doubtedRoot = undefined
    // A line that was made unreadable stands for the entry that it was.
    if (missing > (this.#malformed?.count ?? 0)) {
      // A segment entry is the first of its segment, so what is missing stood at the end of the one before.
      const where = line.kind === 'segment' ? this.#place : place
      const message = `${entriesFrom(this.#size, line.seq)} ${missing === 1 ? 'is' : 'are'} not there: cut out, or moved`
      const [from, through] = [this.#size, line.seq - 1]
      this.#tell({ code: 'entries_missing', seq: from, from, through, place: where, message })
    }
    this.#malformed = undefined
    this.#size = line.seq
    return true
  }

  /** The entry with its number has been there before. Of a run of such lines the first is told. */
  #leaveOut(line: LineHead, leaf: string, place: Place): false {
    const goesOn = this.#stray?.leaf === line.prev && this.#stray.seq + 1 === line.seq
    this.#stray = { leaf, seq: line.seq }
    this.#malformed = undefined
    this.#isUneasy = this.#doubtedRoot !== undefined
    if (!goesOn) {
      const message = `entry ${line.seq} stands after entry ${this.#size - 1}: it was put in, repeated, or moved`
      this.#say('entry_out_of_place', this.#size - 1, place, message)
    }
    return false
  }

  #say(code: FindingCode, seq: number, place: Place, message: string): void {
    if (code !== 'entry_out_of_place' && code !== 'line_malformed') this.#isWhole = false
    this.#tell({ code, seq, from: seq, through: seq, place, message })
  }
}
