import { readFileSync, statSync } from 'node:fs'
import type { Output } from '../command-line/output.ts'
import { clip, safeText, widthOf } from '../command-line/safe-text.ts'

/** Where something stands in a document. */
export interface Spot {
  readonly file: string
  readonly line: number
  readonly column: number
}

const widestExcerpt = 100

/** Shows lines of documents, each with a mark under the column that is meant. */
export class Excerpts {
  readonly #output: Output
  readonly #lines = new Map<string, readonly string[]>()

  constructor(output: Output) {
    this.#output = output
  }

  /** Writes nothing where the line is not there any more. */
  async write({ file, line: number, column }: Spot): Promise<void> {
    const line = this.#linesOf(file)[number - 1]
    if (line === undefined || line.trim() === '') return
    const gutter = `  ${number} │ `
    const room = Math.min(this.#output.columns ?? widestExcerpt, widestExcerpt) - gutter.length
    const { text, before } = part(line, column - 1, room)
    await this.#output.line(`${this.#output.style('dim', gutter)}${text}`)
    const bar = `${' '.repeat(gutter.length - 2)}│ `
    await this.#output.line(
      `${this.#output.style('dim', bar)}${' '.repeat(before)}${this.#output.style('yellow', '^')}`,
    )
  }

  #linesOf(file: string): readonly string[] {
    const known = this.#lines.get(file)
    if (known !== undefined) return known
    const lines = readLines(file)
    this.#lines.set(file, lines)
    return lines
  }
}

/** As much of the line as there is room for, the place in it, and how many columns stand before that place. */
function part(line: string, offset: number, room: number): { readonly text: string; readonly before: number } {
  const plain = line.replaceAll('\t', ' ')
  const isFar = widthOf(safeText(plain.slice(0, offset))) > room * 0.75
  const from = isFar ? Math.max(0, offset - Math.floor(room / 3)) : 0
  const before = `${from > 0 ? '…' : ''}${safeText(plain.slice(from, offset))}`
  return { text: clip(before + safeText(plain.slice(offset)), room), before: widthOf(before) }
}

/** That a file is too large to be read is said without reading it. */
const mostBytes = 1024 * 1024

/** Editors count no byte order mark as a column. */
function readLines(file: string): readonly string[] {
  try {
    if (statSync(file).size > mostBytes) return []
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
  } catch {
    return []
  }
}
