/** A place of a journal that can not be read as it should be. */
export interface JournalDamage {
  readonly writer: string
  readonly segment: number
  /** Where in the segment's file, in bytes. */
  readonly offset: number
  /** What is wrong there. */
  readonly problem: string
}

/** The most places that an error lists. All are counted. */
const mostListed = 100

/**
 * A journal was read, and some of it could not be: what was read is not all that was recorded. `toolgate audit verify`
 * says what has become of the rest.
 */
export class JournalDamageError extends Error {
  override readonly name = 'JournalDamageError'
  /** The first places that can not be read. */
  readonly damages: readonly JournalDamage[]
  /** How many there are in all. */
  readonly count: number

  constructor(directory: string, damages: readonly JournalDamage[], count: number = damages.length) {
    const [first] = damages
    const at = first && `; the first is in segment ${first.segment} of \`${first.writer}\`, at byte ${first.offset}: `
    super(
      `the journal in \`${directory}\` is damaged in ${count === 1 ? '1 place' : `${count} places`}${at}${first?.problem}. ` +
        'What was read is not all of it; `toolgate audit verify` finds out what happened',
    )
    this.damages = damages
    this.count = count
  }
}

/** Sees to it that nothing is left out unsaid: damage is told to who wants to know, or thrown in the end. */
export class DamageLog {
  readonly #directory: string
  readonly #onDamage: ((damage: JournalDamage) => void) | undefined
  /** Whether reading has no end at which an error could be thrown. */
  readonly #isEndless: boolean
  readonly #damages: JournalDamage[] = []
  #count = 0

  constructor(directory: string, onDamage: ((damage: JournalDamage) => void) | undefined, isEndless = false) {
    this.#directory = directory
    this.#onDamage = onDamage
    this.#isEndless = isEndless
  }

  readonly add = (damage: JournalDamage): void => {
    if (this.#onDamage !== undefined) {
      this.#onDamage(damage)
      return
    }
    if (this.#damages.length < mostListed) this.#damages.push(damage)
    this.#count++
    if (this.#isEndless) this.throwIfAny()
  }

  /** @throws JournalDamageError where there was damage that nobody was told of. */
  throwIfAny(): void {
    if (this.#count > 0) throw new JournalDamageError(this.#directory, this.#damages, this.#count)
  }
}
