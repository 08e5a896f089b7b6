import { PolicyError } from './policy-error.ts'

/** Node.js fires a timer set further ahead than this (24.8 days) at once. */
export const longestTimerMs = 2_147_483_647

export interface PolicyPlace {
  /** The tool being registered; absent for the options of a gate, a store or a runner. */
  readonly tool?: string
  /** Where the policy stands in the registration, such as `rate`; empty for the registration itself. */
  readonly path: string
  /** The fields that there are. Any other is an error, so that a misspelt key can not be ignored. */
  readonly names: readonly string[]
}

/**
 * The fields of one policy as it is compiled: every reader checks what it returns.
 *
 * @example
 * const fields = new PolicyFields(policy, { tool: tool.name, path: 'rate', names: ['maxCalls', 'windowMs'] })
 * const maxCalls = fields.wholeNumber('maxCalls', { least: 1 })
 */
export class PolicyFields {
  readonly #place: PolicyPlace
  readonly #fields: Record<string, unknown> = Object.create(null)

  /** @throws PolicyError when `policy` is not an object, or has a field that is not among the names. */
  constructor(policy: unknown, place: PolicyPlace) {
    this.#place = place
    if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) {
      throw this.#error(
        place.path || 'the registration',
        policy,
        `an object with fields out of ${place.names.join(', ')}`,
      )
    }
    // Also what is inherited, but nothing of what every object has.
    for (const field in policy) this.#fields[field] = (policy as Record<string, unknown>)[field]
    for (const field in this.#fields) {
      if (!place.names.includes(field)) throw this.error(field, `no such field; there are ${place.names.join(', ')}`)
    }
  }

  /** Where the policy stands in the registration, such as `rate.limits[0]`. */
  get path(): string {
    return this.#place.path
  }

  /** Whether any of these fields is there. */
  hasAny(fields: readonly string[]): boolean {
    return fields.some((field) => this.raw(field) !== undefined)
  }

  /** The value of a field as it stands, `undefined` when it is absent. */
  raw(field: string): unknown {
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

  /** The error that names a field of this policy, its value and what was expected of it. */
  error(field: string, expected: string): PolicyError {
    const { path } = this.#place
    return this.#error(path === '' ? field : `${path}.${field}`, this.#fields[field], expected)
  }

  #error(field: string, value: unknown, expected: string): PolicyError {
    const { tool } = this.#place
    return new PolicyError({ ...(tool !== undefined && { tool }), field, value, expected })
  }
}
