import { hash } from 'node:crypto'
import { valueLine } from '../format/line.ts'
import { type LineBatch, noRest, type Rest, readLines } from '../format/lines.ts'
import type { FindingCode } from './findings.ts'
import { isCount, parseObject } from './shapes.ts'

/** An entry with values that can be erased. */
export interface ErasableEntry {
  readonly seq: number
  readonly digests: readonly string[]
}

export interface ValuesListener {
  /** What is wrong with a line of the values file. */
  trouble(trouble: {
    readonly code: FindingCode
    readonly seq: number
    readonly offset: number
    readonly message: string
  }): void
  /** A value is not to be read: its line was overwritten with spaces, or is not there. */
  gone(value: {
    readonly seq: number
    readonly digest: string
    readonly offset: number
    readonly isBlank: boolean
  }): void
}

/** A line of a values file; `undefined` for one that is neither a value nor erased. */
interface ValueLine {
  readonly offset: number
  readonly value: { readonly seq: number; readonly digest: string } | 'erased' | undefined
}

/** Reads the values of one segment beside its entries. Both are in the same order, so neither is kept in memory. */
export class ValuesReader {
  readonly #lines: AsyncGenerator<ValueLine, number | undefined, undefined>
  readonly #listener: ValuesListener
  #next: ValueLine | undefined
  #isRead = false
  /** Where the file ends, or where it goes on with what is no whole line. */
  #end = 0
  #tornOffset: number | undefined

  constructor(path: string | undefined, listener: ValuesListener) {
    this.#listener = listener
    this.#lines = path === undefined ? noLines() : this.#read(path)
  }

  /** Compares the values of the next entry. Each digest has one line, in the order of the digests. */
  async compare({ seq, digests }: ErasableEntry): Promise<void> {
    for (const [index, digest] of digests.entries()) {
      const line = await this.#nextOf(seq)
      const value = line?.value
      const isLater = typeof value === 'object' && (value.seq > seq || digests.includes(value.digest, index + 1))
      if (line === undefined || isLater) {
        this.#listener.gone({ seq, digest, offset: line?.offset ?? this.#end, isBlank: false })
        continue
      }
      this.#next = undefined
      if (value === 'erased') this.#listener.gone({ seq, digest, offset: line.offset, isBlank: true })
      else if (value?.digest !== digest || value.seq !== seq) {
        const message = `the value is not the one that entry ${seq} commits to: it was changed`
        this.#listener.trouble({ code: 'value_changed', seq, offset: line.offset, message })
      }
    }
  }

  /** What is left over belongs to no entry. Of a segment that was not sealed, it may have been written ahead. */
  async end(size: number, isSealed: boolean): Promise<void> {
    while (true) {
      const line = await this.#peek()
      if (line === undefined) break
      this.#next = undefined
      const seq = typeof line.value === 'object' ? line.value.seq : size
      if (isSealed || seq < size) this.#unexpected(seq, line.offset)
    }
    if (this.#tornOffset !== undefined && isSealed) this.#unexpected(size, this.#tornOffset)
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined)
  }

  /** The next line that is not of an entry before. */
  async #nextOf(seq: number): Promise<ValueLine | undefined> {
    while (true) {
      const line = await this.#peek()
      if (typeof line?.value !== 'object' || line.value.seq >= seq) return line
      this.#next = undefined
      this.#unexpected(line.value.seq, line.offset)
    }
  }

  #unexpected(seq: number, offset: number): void {
    const message = 'a value stands there that no entry commits to at this place: it was put in, repeated, or moved'
    this.#listener.trouble({ code: 'value_unexpected', seq, offset, message })
  }

  async #peek(): Promise<ValueLine | undefined> {
    if (this.#next === undefined && !this.#isRead) {
      const { done, value } = await this.#lines.next()
      if (done === true) {
        this.#isRead = true
        this.#tornOffset = value
      } else this.#next = value
    }
    return this.#next
  }

  async *#read(path: string): AsyncGenerator<ValueLine, number | undefined, undefined> {
    const lines = readLines(path)
    try {
      return yield* this.#valuesIn(lines)
    } finally {
      await lines.return(noRest)
    }
  }

  async *#valuesIn(lines: AsyncGenerator<LineBatch, Rest>): AsyncGenerator<ValueLine, number | undefined, undefined> {
    while (true) {
      const { done, value } = await lines.next()
      if (done === true) {
        this.#end = value.offset
        return value.bytes.length > 0 ? value.offset : undefined
      }
      const { buffer, bounds, offset } = value
      for (let index = 0; index < bounds.length; index += 2) {
        const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
        const line = parseValue(buffer.toString('utf8', start, end))
        yield { offset: offset + start - (bounds[0] as number), value: line }
      }
    }
  }
}

async function* noLines(): AsyncGenerator<ValueLine, undefined, undefined> {}

function parseValue(line: string): ValueLine['value'] {
  if (/^ +$/.test(line)) return 'erased'
  const parsed = parseObject(line)
  const [seq, disclosure] = [parsed?.seq, parsed?.disclosure]
  if (!isCount(seq) || typeof disclosure !== 'string' || valueLine(seq, disclosure) !== line) return undefined
  return { seq, digest: hash('sha256', disclosure, 'base64url') }
}
