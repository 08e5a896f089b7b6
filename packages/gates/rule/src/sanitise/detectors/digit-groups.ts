import { endOfEscape, isDigit } from './characters.ts'
import { separatorBetween } from './separators.ts'

/** The runs of digits of a text, which is read once for them. One that is not there is empty, at the end of the text. */
export class DigitGroups {
  readonly #text: string
  readonly #starts: number[] = []
  readonly #ends: number[] = []

  constructor(text: string) {
    this.#text = text
    for (let index = 0; index < text.length; index++) {
      if (!isDigit(text.charCodeAt(index))) continue
      // The digits of an escape, as in `4111%201111`, are none of the number that follows.
      const start = endOfEscape(text, index)
      while (isDigit(text.charCodeAt(index))) index++
      if (start >= index) continue
      this.#starts.push(start)
      this.#ends.push(index)
    }
  }

  get size(): number {
    return this.#starts.length
  }

  start(group: number): number {
    return this.#starts[group] ?? this.#text.length
  }

  end(group: number): number {
    return this.#ends[group] ?? this.#text.length
  }

  length(group: number): number {
    return this.end(group) - this.start(group)
  }

  /** What stands between a group and the next one, as shapes write it; 0 where it is no separator. */
  separatorAfter(group: number): number {
    if (group < 0 || group + 1 >= this.size) return 0
    return separatorBetween(this.#text, this.end(group), this.start(group + 1))
  }
}
