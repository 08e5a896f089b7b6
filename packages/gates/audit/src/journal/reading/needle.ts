/**
 * A text that is looked for in the lines of a buffer, one after the other. A whole buffer is searched at once as far as
 * the next place, so that a line without the text costs next to nothing.
 */
export class Needle {
  readonly #bytes: Buffer
  #buffer: Buffer = Buffer.alloc(0)
  #found = -1

  constructor(text: string) {
    this.#bytes = Buffer.from(text)
  }

  /** Has to be called for each buffer. */
  begin(buffer: Buffer): void {
    this.#buffer = buffer
    this.#found = -1
  }

  /** Whether the text stands in the line. Lines have to be asked about in their order. */
  isIn({ start, end }: { readonly start: number; readonly end: number }): boolean {
    if (this.#found < start) {
      const found = this.#buffer.indexOf(this.#bytes, start)
      this.#found = found === -1 ? Number.POSITIVE_INFINITY : found
    }
    return this.#found < end
  }
}
