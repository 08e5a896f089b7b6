import { resolve } from 'node:path'
import type { RuleCoverage } from '@toolgate/rule'

/** Which rules the cases of several files come to. */
export class Coverage {
  readonly #rules = new Map<string, RuleCoverage>()

  add(rules: readonly RuleCoverage[]): void {
    for (const rule of rules) {
      const key = `${resolve(rule.file)}:${rule.number}`
      const known = this.#rules.get(key) ?? { ...rule, cases: 0 }
      this.#rules.set(key, { ...known, cases: known.cases + rule.cases })
    }
  }

  get rules(): readonly RuleCoverage[] {
    return [...this.#rules.values()]
  }

  /** Those that no case comes to. */
  get missed(): readonly RuleCoverage[] {
    return this.rules.filter(({ cases }) => cases === 0)
  }

  /** How many of a hundred rules have a case, rounded down to one decimal: 100 says that all have one. */
  get percent(): number {
    const { size } = this.#rules
    return size === 0 ? 100 : Math.floor((1_000 * (size - this.missed.length)) / size) / 10
  }

  toJSON(): object {
    const { rules, missed, percent } = this
    return { percent, rules: rules.length, covered: rules.length - missed.length, byRule: rules }
  }
}
