import type { CopiedWriter } from './copied-writer.ts'
import type { Outage } from './outage.ts'

const saveEveryMs = 1_000

/** Saves how far a copy has come with each writer, about once a second. */
export class PlaceSaver {
  readonly #outage: Outage
  readonly #timer: NodeJS.Timeout
  readonly #unsaved = new Set<CopiedWriter>()
  #saving: Promise<void> | undefined

  constructor(outage: Outage) {
    this.#outage = outage
    this.#timer = setInterval(() => {
      this.#saving ??= this.#saveAll((writer) => writer.saveEarlier()).finally(() => {
        this.#saving = undefined
      })
    }, saveEveryMs).unref()
  }

  /** A writer has come further. */
  add(writer: CopiedWriter): void {
    this.#unsaved.add(writer)
  }

  /** Saves the places as they are now, for the last time. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#saving
    await this.#saveAll((writer) => writer.save())
  }

  /** A place that can not be saved is no reason to stop: entries may be handed on again. */
  async #saveAll(save: (writer: CopiedWriter) => Promise<void>): Promise<void> {
    for (const writer of this.#unsaved) {
      try {
        await save(writer)
        this.#outage.end()
        if (writer.isSaved) this.#unsaved.delete(writer)
      } catch (error) {
        // With its directory all is gone that could be handed on again.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#unsaved.delete(writer)
        else this.#outage.begin(error)
      }
    }
  }
}
