import type { Output, Style } from './output.ts'
import { clip, pad, widthOf } from './safe-text.ts'

export interface Column {
  readonly title: string
  readonly side?: 'left' | 'right'
  /** A longer text is clipped on a terminal, and put out of line elsewhere. The last column takes what is left. */
  readonly mostWidth?: number
}

/** What stands in a row: safe text. */
export type Cell = string | { readonly text: string; readonly style: Style }

/** So many rows are looked at to tell how wide the columns have to be. */
const sampledRows = 100
const gap = '  '
const leastLastWidth = 12

/** A table of any length: it looks at its first rows, and writes all others as they come. */
export class Table {
  readonly #output: Output
  readonly #columns: readonly Column[]
  #sample: (readonly Cell[])[] = []
  #widths: readonly number[] | undefined

  constructor(output: Output, columns: readonly Column[]) {
    this.#output = output
    this.#columns = columns
  }

  async add(row: readonly Cell[]): Promise<void> {
    if (this.#widths !== undefined) return this.#output.line(this.#format(row, this.#widths))
    this.#sample.push(row)
    if (this.#sample.length === sampledRows) await this.flush()
  }

  /** Writes what it has waited with. The widths are settled from then on. */
  async flush(): Promise<void> {
    if (this.#widths !== undefined) return
    const rows = this.#sample
    this.#sample = []
    const widths = this.#columns.map((column, index) => widthFor(column, index, rows))
    this.#widths = widths
    const titles = this.#columns.map(({ title }): Cell => ({ text: title, style: 'dim' }))
    await this.#output.line(this.#format(titles, widths))
    for (const row of rows) await this.#output.line(this.#format(row, widths))
  }

  #format(row: readonly Cell[], widths: readonly number[]): string {
    const cells = row.map((cell, index) => {
      const { text, style } = typeof cell === 'string' ? { text: cell, style: undefined } : cell
      const isLast = index === row.length - 1
      const fitted = this.#fit(text, index, widths)
      const padded = isLast && this.#columns[index]?.side !== 'right' ? fitted : this.#pad(fitted, index, widths)
      return style === undefined ? padded : this.#output.style(style, padded)
    })
    return cells.join(gap).trimEnd()
  }

  #pad(text: string, index: number, widths: readonly number[]): string {
    return pad(text, widths[index] ?? 0, this.#columns[index]?.side)
  }

  #fit(text: string, index: number, widths: readonly number[]): string {
    const { columns } = this.#output
    if (columns === undefined) return text
    const isLast = index === this.#columns.length - 1
    if (!isLast) return clip(text, widths[index] ?? 0)
    const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0)
    return clip(text, Math.max(leastLastWidth, columns - before))
  }
}

function widthFor({ title, mostWidth }: Column, index: number, rows: readonly (readonly Cell[])[]): number {
  const widths = rows.map((row) => {
    const cell = row[index] ?? ''
    return widthOf(typeof cell === 'string' ? cell : cell.text)
  })
  return Math.max(title.length, Math.min(Math.max(0, ...widths), mostWidth ?? Number.POSITIVE_INFINITY))
}

/** A table that is short enough to be written at once. */
export async function writeTable(
  output: Output,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const table = new Table(output, columns)
  for (const row of rows) await table.add(row)
  await table.flush()
}
