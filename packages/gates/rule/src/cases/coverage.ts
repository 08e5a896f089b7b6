import type { PolicyDocument, PolicyRule } from '../document/document.ts'
import type { Path } from '../document/path.ts'
import type { Explanation } from '../engine/explanation.ts'
import type { Policy } from '../engine/policy.ts'
import type { Finding } from '../sanitise/finding.ts'
import { pathText } from '../sanitise/path-text.ts'
import type { RuleCoverage } from './report.ts'

/** Counts the cases that come to each rule. */
export class RuleCounts {
  readonly #documents: readonly PolicyDocument[]
  readonly #counts = new Map<PolicyRule, number>()

  constructor({ documents }: Policy) {
    this.#documents = documents.filter(({ mode }) => mode === 'enforce')
  }

  add({ verdict: { found = [], reasonCodes }, documents }: Explanation): void {
    for (const { rules } of documents) {
      for (const { rule, isDecisive, counts } of rules) {
        // What is found in a call that another rule refuses is redacted in its record alone.
        const isAsked = counts && reasonCodes.includes(rule.id)
        if (isDecisive || (isAsked && found.some((finding) => isFoundBy(rule, finding)))) {
          this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1)
        }
      }
    }
  }

  coverage(): RuleCoverage[] {
    return this.#documents.flatMap(({ name, rules }) =>
      rules.map((rule) => {
        const { id, number, effect, place } = rule
        return { document: name, rule: id, number, effect, cases: this.#counts.get(rule) ?? 0, ...place }
      }),
    )
  }
}

/** Whether the rule looks for the kind, and there: another one may have found it elsewhere. */
function isFoundBy({ redaction }: PolicyRule, { kind, path }: Finding): boolean {
  if (redaction === undefined) return false
  const found = keysOf(path)
  if (kind === 'path') {
    return redaction.paths.some((each) => found.length <= each.path.keys.length && leadsTo(each.path, found))
  }
  const { kinds, within } = redaction
  return kinds.has(kind) && (within === undefined || within.some((each) => leadsTo(each, found)))
}

/** A path that goes on where there is nothing to go into means what stands there. */
function leadsTo(path: Path, found: readonly string[]): boolean {
  return keysOf(pathText(path.keys)).every((key, index) => {
    return key === '*' || index >= found.length || key === found[index]
  })
}

/** The keys below `arguments` of a path as it is shown. */
function keysOf(shown: string): readonly string[] {
  return shown.split(/(?<!\\)\./).slice(1)
}
