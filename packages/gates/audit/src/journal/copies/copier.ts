import { setTimeout as delay } from 'node:timers/promises'
import { messageOf, within } from '@toolgate/core'
import { CopiedWriter, CopyFailedError } from './copied-writer.ts'
import type { CopiedEntry, JournalCopy } from './copy.ts'
import { leftovers } from './leftovers.ts'
import { backoffMs, Outage } from './outage.ts'
import { PlaceSaver } from './place-saver.ts'

export interface CopierOptions {
  /** The journal's directory. */
  readonly directory: string
  /** The writer that it goes with. Its directory is there. */
  readonly writer: string
  readonly copy: JournalCopy
  /** Told once of each outage of the copy, of entries that can not be handed on, and of what was left at the end. */
  readonly onError: (error: Error) => void
  /** How long closing waits for the copy to take what is left, in milliseconds. 5,000 by default. */
  readonly closeTimeoutMs?: number | undefined
}

/** What comes in this time goes together. */
const pauseMs = 20
const answerWithinMs = 30_000

/**
 * Hands on to one copy what a writer has committed, and what others have left behind. It reads the journal's files, at
 * its own pace, so a copy that is slow or down keeps nothing in memory and nobody waiting: the entries wait on the disk.
 *
 * The writer's own entries and those that were left behind take turns, a batch of each: a long past does not keep the
 * present waiting, nor a busy present the past.
 */
export class Copier {
  readonly #options: CopierOptions
  readonly #outage: Outage
  readonly #places: PlaceSaver
  readonly #leftovers: ReturnType<typeof leftovers>
  /** The last entry that may be handed on, and the one that all is handed on up to. */
  #throughSeq = -1
  #reachedSeq = -1
  #own: CopiedWriter | undefined
  #leftover: CopiedWriter | undefined
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  /** How many rounds have failed, one after the other. */
  #failures = 0
  #isClosing = false
  #isOver = false
  #closed: Promise<void> | undefined

  constructor(options: CopierOptions) {
    const { directory, writer, copy } = options
    const { name } = copy
    this.#options = options
    const tell = (error: Error) => this.#tell(error)
    this.#outage = new Outage(`the copy \`${name}\` of the journal fails, and is tried until it has all entries`, tell)
    this.#places = new PlaceSaver(new Outage(`the place of the copy \`${name}\` of the journal can not be saved`, tell))
    const onError = (error: unknown) => this.#tellOf(messageOf(error), error)
    this.#leftovers = leftovers({ directory, writer, name, onError })
    this.#runIn(0)
  }

  /** Called after every commit, so it does next to nothing: the entries up to this one are on the disk. */
  wake(throughSeq: number): void {
    this.#throughSeq = throughSeq
    if (this.#timer === undefined && this.#round === undefined) this.#runIn(pauseMs)
  }

  /** Hands on what is left of its own writer, for as long as it may take. What then is left is left to the next start. */
  close(): Promise<void> {
    this.#isClosing = true
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer)
    const { closeTimeoutMs = 5_000 } = this.#options
    const untilMs = performance.now() + closeTimeoutMs
    await within(this.#finish(), { what: 'handing on the last entries', timeoutMs: closeTimeoutMs }).catch(() => {
      this.#tellOf('it was closed before it had all entries; the next start hands on the rest')
    })
    this.#isOver = true
    await this.#places.close()
    const timeoutMs = Math.max(1, untilMs - performance.now())
    await within(this.#closeCopy(), { what: 'closing the copy', timeoutMs }).catch(() => undefined)
  }

  async #closeCopy(): Promise<void> {
    try {
      await this.#options.copy.close?.()
    } catch (error) {
      this.#tellOf(messageOf(error), error)
    }
  }

  async #finish(): Promise<void> {
    await this.#round
    do {
      this.#failures = 0
      await this.#run()
      if (this.#failures === 0) return
      await delay(backoffMs(1, Math.random()), undefined, { ref: false })
    } while (!this.#isOver)
  }

  #runIn(ms: number): void {
    if (this.#isClosing) return
    const begin = () => {
      this.#timer = undefined
      this.#round = this.#run().then(() => this.#rest())
    }
    // The process may end whenever it likes: what was not handed on is at the next start.
    this.#timer = setTimeout(begin, ms).unref()
  }

  /** What has come in during a round is not waited for to come again. */
  #rest(): void {
    this.#round = undefined
    if (this.#failures > 0) this.#runIn(backoffMs(this.#failures, Math.random()))
    else if (this.#throughSeq > this.#reachedSeq) this.#runIn(pauseMs)
  }

  /** Goes on until all is handed on, or something fails. It does not throw. */
  async #run(): Promise<void> {
    try {
      let isMore = true
      while (isMore && !this.#isOver) isMore = await this.#turn()
      this.#failures = 0
      this.#outage.end()
    } catch (error) {
      this.#failures++
      this.#outage.begin(error instanceof CopyFailedError ? error.cause : error)
    }
  }

  /** Hands on one batch of its own writer and one of another. Returns whether there may be more. */
  async #turn(): Promise<boolean> {
    this.#own ??= await this.#openOwn()
    const throughSeq = this.#throughSeq
    const isMore = await this.#step(this.#own, throughSeq)
    this.#reachedSeq = throughSeq
    if (this.#isClosing) return isMore
    return (await this.#stepLeftover()) || isMore
  }

  async #openOwn(): Promise<CopiedWriter> {
    const { directory, writer, copy } = this.#options
    const own = await CopiedWriter.open(directory, writer, copy.name)
    this.#places.add(own)
    return own
  }

  async #stepLeftover(): Promise<boolean> {
    try {
      if (this.#leftover === undefined) {
        const found = await this.#leftovers.next()
        if (found.done) return false
        if (found.value === undefined) return true
        this.#leftover = found.value
      }
      if (await this.#step(this.#leftover, Number.POSITIVE_INFINITY)) return true
    } catch (error) {
      if (error instanceof CopyFailedError) throw error
      // One that can not be read keeps nobody else waiting. The next start tries again.
      this.#tellOf(messageOf(error), error)
    }
    this.#leftover = undefined
    return true
  }

  async #step(writer: CopiedWriter, throughSeq: number): Promise<boolean> {
    const { entries, problem } = await writer.step(throughSeq, (some) => this.#write(some))
    if (problem !== undefined) this.#tellOf(problem)
    if (entries.length > 0 || problem !== undefined) this.#places.add(writer)
    return entries.length > 0
  }

  /** There is no other one before this one has ended, however long it takes: they could not come in order. */
  async #write(entries: readonly CopiedEntry[]): Promise<void> {
    const timer = setTimeout(() => this.#noteSilence(), answerWithinMs).unref()
    try {
      await this.#options.copy.write(entries)
    } catch (cause) {
      throw new CopyFailedError('the copy has not taken the entries', { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  #noteSilence(): void {
    if (!this.#isOver) this.#outage.begin(new Error(`it has not answered for ${answerWithinMs / 1_000} s`))
  }

  #tellOf(message: string, cause?: unknown): void {
    this.#tell(new Error(`the copy \`${this.#options.copy.name}\` of the journal: ${message}`, { cause }))
  }

  #tell(error: Error): void {
    try {
      this.#options.onError(error)
    } catch {
      // Nobody listens to who is told of errors.
    }
  }
}
