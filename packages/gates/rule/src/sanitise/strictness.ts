import type { Asked } from './asked.ts'
import type { Detection } from './detection.ts'
import type { ChangingAction } from './mask.ts'

/** The mildest first. */
const byStrictness: readonly ChangingAction[] = ['mask', 'hash', 'drop']

/** For each character of a text, how strict the strictest action is that is asked of any finding in which it stands. */
export class Strictness {
  readonly #text: string
  /** 0 for what stands in none. */
  readonly #levels: Uint8Array

  constructor(text: string, detections: readonly Detection[], askedOf: (detection: Detection) => Asked) {
    this.#text = text
    this.#levels = new Uint8Array(text.length)
    for (const [index, action] of byStrictness.entries()) {
      for (const detection of detections) {
        if (askedOf(detection).action === action) this.#levels.fill(index + 1, detection.start, detection.end)
      }
    }
  }

  /** The strictest action that is asked of anything found there. */
  strictest({ start, end }: Detection): ChangingAction {
    const highest = this.#levels.subarray(start, end).reduce((one, other) => Math.max(one, other), 0)
    return byStrictness[highest - 1] ?? 'drop'
  }

  /** The text from `start` to before `end`, without what stands in a finding. */
  outside(start: number, end: number): string {
    const levels = this.#levels.subarray(start, end)
    if (levels.every((level) => level === 0)) return this.#text.slice(start, end)
    const characters: string[] = []
    for (const [index, level] of levels.entries()) if (level === 0) characters.push(this.#text.charAt(start + index))
    return characters.join('')
  }
}
