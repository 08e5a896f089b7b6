import type { JournalCopy } from './copy.ts'
import { EntryReader, type Reading } from './entry-reader.ts'
import { type CopyPlace, readPlace, savePlace } from './place.ts'

/** A copy rejected what it was handed. */
export class CopyFailedError extends Error {
  override readonly name = 'CopyFailedError'
}

/** One writer of the journal, on its way to one copy. */
export class CopiedWriter {
  readonly #directory: string
  readonly #writer: string
  readonly #name: string
  readonly #reader: EntryReader
  /** What comes before it has been handed on. */
  #place: CopyPlace
  /** Where it stood when it was saved last, or would have been. */
  #earlier: CopyPlace
  #saved: CopyPlace | undefined

  private constructor({ directory, writer, name, reader, place }: Opened) {
    this.#directory = directory
    this.#writer = writer
    this.#name = name
    this.#reader = reader
    this.#place = place
    this.#earlier = place
  }

  static async open(directory: string, writer: string, name: string): Promise<CopiedWriter> {
    const reader = new EntryReader(directory, writer)
    const place = await reader.begin(await readPlace(directory, writer, name))
    return new CopiedWriter({ directory, writer, name, reader, place })
  }

  /** Whether its place, as it stands, has been saved. */
  get isSaved(): boolean {
    return this.#saved === this.#place
  }

  /** Whether there is anything that has not been handed on, or can not be. */
  async hasMore(): Promise<boolean> {
    const { entries, problem } = await this.#reader.read(this.#place, Number.POSITIVE_INFINITY)
    return entries.length > 0 || problem !== undefined
  }

  /**
   * Hands on the entries that come next, none after `throughSeq`, and goes on to those after them once the copy has
   * these.
   * @throws CopyFailedError when it has not; what the file system throws.
   */
  async step(throughSeq: number, write: JournalCopy['write']): Promise<Reading> {
    const reading = await this.#reader.read(this.#place, throughSeq)
    if (reading.entries.length > 0) await write(reading.entries)
    this.#place = reading.next
    return reading
  }

  /**
   * Saves the place of one `save` ago. Some targets say that they have what they hold in memory only, and lose it when
   * the process is killed: what they were handed a moment before that is handed to them again.
   */
  async saveEarlier(): Promise<void> {
    const place = this.#earlier
    this.#earlier = this.#place
    await this.#save(place)
  }

  async save(): Promise<void> {
    await this.#save(this.#place)
  }

  async #save(place: CopyPlace): Promise<void> {
    if (this.#saved === place) return
    await savePlace(this.#directory, this.#writer, this.#name, place)
    this.#saved = place
  }
}

interface Opened {
  readonly directory: string
  readonly writer: string
  readonly name: string
  readonly reader: EntryReader
  readonly place: CopyPlace
}
