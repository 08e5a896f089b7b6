import { PolicyError } from './policy-error.ts'

/** Node.js fires a timer set further ahead than this (24.8 days) at once. */
export const longestTimerMs = 2_147_483_647

/**
 * Reads the fields of one policy as it is compiled. Every reader checks what it returns, and `done` refuses the
 * fields that nobody read, so a misspelt key can not be ignored.
 *
 * @example
 * const fields = new PolicyFields(tool.name, 'rate', policy)
 * const maxCalls = fields.wholeNumber('maxCalls', { least: 1 })
 * fields.done()
 */
export class PolicyFields {
  readonly path: string
  readonly #tool: string | undefined
  readonly #fields: Readonly<Record<string, unknown>>
  readonly #known: string[] = []

  /**
   * @param path where the policy stands in the registration, such as `rate`; empty for the registration itself.
   * @throws PolicyError when `policy` is not an object.
   */
  constructor(tool: string | undefined, path: string, policy: unknown) {
    this.#tool = tool
    this.path = path
    if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) {
      throw this.#error(path, policy, 'an object')
    }
    this.#fields = policy as Record<string, unknown>
  }

  /** The value of a field as it stands, `undefined` when it is absent. */
  raw(field: string): unknown {
    this.#known.push(field)
    return this.#fields[field]
  }

  /** @throws PolicyError unless the field is absent or a whole number from `least` to `most`. */
  wholeNumber(
    field: string,
    { least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number },
  ): number | undefined {
    const value = this.raw(field)
    if (value === undefined) return undefined
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`
      throw this.error(field, `a whole number ${range}`)
    }
    return value as number
  }

  /** A duration in milliseconds. @throws PolicyError unless it is absent or a whole number from 1 to `most`. */
  durationMs(field: string, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
    return this.wholeNumber(field, { least: 1, most })
  }

  /** @throws PolicyError unless the field is absent or one of `choices`. */
  choice<Choice extends string>(field: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.raw(field)
    if (value === undefined || choices.includes(value as Choice)) return value as Choice | undefined
    throw this.error(field, `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`)
  }

  /** @throws PolicyError unless the field is absent or a function. */
  callback<Callback>(field: string): Callback | undefined {
    const value = this.raw(field)
    if (value === undefined || typeof value === 'function') return value as Callback | undefined
    throw this.error(field, 'a function')
  }

  /** Ends the reading. @throws PolicyError when a field is left that no reader asked for. */
  done(): void {
    for (const field of Object.keys(this.#fields)) {
      if (!this.#known.includes(field)) {
        throw this.error(field, `no such field; the fields here are ${this.#known.join(', ')}`)
      }
    }
  }

  /** The error that names a field of this policy, its value and what was expected of it. */
  error(field: string, expected: string): PolicyError {
    return this.#error(this.path === '' ? field : `${this.path}.${field}`, this.#fields[field], expected)
  }

  #error(field: string, value: unknown, expected: string): PolicyError {
    return new PolicyError({ ...(this.#tool === undefined ? {} : { tool: this.#tool }), field, value, expected })
  }
}
