import type { PolicyDocument, PolicyRule } from '../document/document.ts'
import type { Explanation } from '../engine/explanation.ts'
import type { Policy } from '../engine/policy.ts'
import type { Finding } from '../sanitise/finding.ts'
import type { RuleCoverage } from './report.ts'

/** Counts the cases that come to each rule. */
export class RuleCounts {
  readonly #documents: readonly PolicyDocument[]
  readonly #counts = new Map<PolicyRule, number>()

  constructor({ documents }: Policy) {
    this.#documents = documents.filter(({ mode }) => mode === 'enforce')
  }

  add({ verdict: { found = [] }, documents }: Explanation): void {
    for (const { rules } of documents) {
      for (const { rule, isDecisive, counts } of rules) {
        if (isDecisive || (counts && redacts(rule, found))) this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1)
      }
    }
  }

  coverage(): RuleCoverage[] {
    return this.#documents.flatMap(({ name, rules }) =>
      rules.map((rule) => {
        const { id, effect, place } = rule
        return { document: name, rule: id, effect, cases: this.#counts.get(rule) ?? 0, ...place }
      }),
    )
  }
}

function redacts({ redaction }: PolicyRule, found: readonly Finding[]): boolean {
  if (redaction === undefined) return false
  return found.some(({ kind }) => (kind === 'path' ? redaction.paths.length > 0 : redaction.kinds.has(kind)))
}
