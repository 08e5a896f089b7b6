import {
  type JournalCall,
  type JournalDamage,
  type JournalFilter,
  type ReadJournalOptions,
  readJournal,
} from '@toolgate/audit'
import type { CommandContext } from '../command-line/command.ts'
import { exitOk, exitUnable } from '../command-line/failure.ts'
import { formatCountOf } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { checkJournal, directoryOperand } from './journal-place.ts'
import { Progress } from './progress.ts'

/** Which calls are read, and whether reading goes on. */
export type CallsWanted = JournalFilter & Pick<ReadJournalOptions, 'limit' | 'follow'>

/** The calls of a journal as a command reads them: what can be read of it, and in the end that not all could. */
export class JournalReading {
  readonly #context: CommandContext
  readonly #directory: string
  #damages = 0
  #firstDamage: JournalDamage | undefined

  constructor(context: CommandContext, directory: string = context.given.operand(directoryOperand)) {
    this.#context = context
    this.#directory = directory
  }

  /** Each call that is wanted, as it is read. @throws UnableError */
  async *calls(wanted: CallsWanted): AsyncGenerator<JournalCall, void, undefined> {
    const { signal, stderr, now } = this.#context
    await checkJournal(this.#directory)
    const progress = new Progress(stderr, now)
    const onDamage = (damage: JournalDamage): void => {
      this.#firstDamage ??= damage
      this.#damages++
    }
    try {
      const options = { ...wanted, directory: this.#directory, signal, onProgress: progress.show, onDamage }
      for await (const call of readJournal(options)) {
        await progress.clear()
        yield call
      }
    } finally {
      await progress.clear()
    }
    signal.throwIfAborted()
  }

  /** Says what could not be read, if there was anything, and returns the exit code. */
  async end(): Promise<number> {
    if (this.#firstDamage === undefined) return exitOk
    const { writer, segment, offset, problem } = this.#firstDamage
    const places = formatCountOf(this.#damages, 'place')
    await this.#context.stderr.line(
      `The journal is damaged in ${places}, so this is not all of it. The first is in segment ${segment} of ${safeText(writer)}, at byte ${offset}: ${safeText(problem)}. \`toolgate audit verify\` says more.`,
    )
    return exitUnable
  }
}
