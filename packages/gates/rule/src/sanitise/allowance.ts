/** Bounds of what is looked at in one call. Beyond them it is refused. */
const mostDepth = 64
const mostValues = 100_000
const mostCharacters = 2 * 1024 * 1024

/** What is wrong with a part of the arguments, and how to mend it. */
export interface Fault {
  readonly what: string
  readonly mend: string
}

const tooDeep: Fault = {
  what: `is nested over ${mostDepth} levels deep`,
  mend: 'pass arguments that are less deep',
}

const tooMany: Fault = {
  what: `is beyond the first ${mostValues} values, the most that are looked at`,
  mend: 'pass fewer',
}

const tooLong: Fault = {
  what: `is beyond the first ${mostCharacters} characters, the most that are looked at`,
  mend: 'pass shorter texts',
}

/** How much may still be looked at. Each method says what is wrong where that does not suffice. */
export class Allowance {
  #values = mostValues
  #characters = mostCharacters

  takeValue(): Fault | undefined {
    this.#values--
    return this.#values < 0 ? tooMany : undefined
  }

  /** A list that is longer than what is left need not be gone into. */
  checkItems(count: number): Fault | undefined {
    return count > this.#values ? tooMany : undefined
  }

  takeText(text: string): Fault | undefined {
    this.#characters -= text.length
    return this.#characters < 0 ? tooLong : undefined
  }

  checkDepth(depth: number): Fault | undefined {
    return depth < mostDepth ? undefined : tooDeep
  }

  /** A value with all that is in it, as it is read when it is hashed as a whole. */
  takeAll(value: unknown, depth: number = 0): Fault | undefined {
    const fault = typeof value === 'string' ? (this.takeValue() ?? this.takeText(value)) : this.takeValue()
    if (fault !== undefined || typeof value !== 'object' || value === null || depth === mostDepth) return fault
    for (const [key, field] of Object.entries(value)) {
      const within = this.takeText(key) ?? this.takeAll(field, depth + 1)
      if (within !== undefined) return within
    }
    return undefined
  }
}
