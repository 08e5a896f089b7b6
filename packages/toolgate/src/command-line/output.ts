import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** What is used of a stream: any that can be written to, and more where it is a terminal. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean
  readonly columns?: number
  hasColors?(): boolean
}

const mostPendingChars = 65_536

/** Where a command writes to. It waits for a slow reader, and falls silent once the reader has gone, as `head` does. */
export class Output {
  readonly #stream: OutputStream
  readonly #reader = new AbortController()
  #pending = ''
  #failure: unknown

  constructor(stream: OutputStream) {
    this.#stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = error.code === 'EPIPE' ? undefined : error
      this.#reader.abort()
    })
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true
  }

  /** How wide the terminal is (one that does not say, or says 0, as if it had 80 columns); `undefined` where there is none. */
  get columns(): number | undefined {
    return this.isTerminal ? this.#stream.columns || 80 : undefined
  }

  /** Aborts once nobody reads any more. */
  get readerGone(): AbortSignal {
    return this.#reader.signal
  }

  /** The text in colour, where the stream is a terminal that has some and nobody has asked for none (`NO_COLOR`). */
  style(style: Style, text: string): string {
    const isColoured = this.isTerminal && this.#stream.hasColors?.() === true
    return isColoured && text !== '' ? styleText(style, text, { validateStream: false }) : text
  }

  async write(text: string): Promise<void> {
    this.#pending += text
    if (this.isTerminal || this.#pending.length >= mostPendingChars) await this.flush()
  }

  async line(text: string = ''): Promise<void> {
    await this.write(`${text}\n`)
  }

  /** Hands on what is pending. @throws what the stream failed with, unless its reader has gone. */
  async flush(): Promise<void> {
    const text = this.#pending
    this.#pending = ''
    if (text !== '' && !this.#reader.signal.aborted && !this.#stream.write(text)) {
      // Waits no longer than for the reader to go: then the stream never drains.
      await once(this.#stream, 'drain', { signal: this.#reader.signal }).catch(() => undefined)
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Flushes, and waits until the stream has taken everything, so that its failure is known. */
  async end(): Promise<void> {
    await this.flush()
    if (this.#reader.signal.aborted) return
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()))
    if (this.#failure !== undefined) throw this.#failure
  }
}
