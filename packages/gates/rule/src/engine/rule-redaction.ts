import type { Redaction, RedactionAction } from '../document/document.ts'
import type { Finding } from '../sanitise/finding.ts'
import { compileSanitiser, type Sanitiser } from '../sanitise/sanitiser.ts'
import type { CompiledRule } from './compiled-rule.ts'

export type Redacted =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly arguments: unknown; readonly findings: readonly Finding[] }
  | {
      readonly kind: 'refused'
      readonly by: CompiledRule
      readonly message: string
      readonly findings: readonly Finding[]
    }

/** What may be kept of the arguments, where rules redact them: what is refused is recorded all the same. */
export interface RecordedArguments {
  readonly recordedArguments?: { readonly value: unknown }
}

const asItIs = { kept: {}, findings: [] }

/** How many sets of rules are kept compiled. */
const mostSanitisers = 64

/** Applies the rules that redact to the arguments of a call: all that apply together, so their order never matters. */
export class RuleRedaction {
  readonly #hashKey: Uint8Array
  readonly #sanitisers = new Map<string, Sanitiser>()

  constructor(hashKey: Uint8Array) {
    this.#hashKey = hashKey
  }

  redact(rules: readonly CompiledRule[], args: unknown): Redacted {
    const sanitised = this.#sanitiserOf(rules, 'call').sanitise(args)
    if (sanitised.kind !== 'refused') return sanitised
    const blocked = sanitised.findings.filter(({ action }) => action === 'block')
    const by = rules[sanitised.blockedBy ?? 0]
    if (by === undefined) throw new Error('no rule redacts, and the arguments are refused')
    const what = sanitised.problem ?? `the arguments hold ${listed(blocked)}`
    const because = by.rule.reason === undefined ? '' : `${by.rule.reason}; `
    const message = `denied by rule \`${by.rule.id}\` (line ${by.by.line}) of policy \`${by.by.document}\`: ${because}${what}; send the call again without it`
    return { kind: 'refused', by, message, findings: sanitised.findings }
  }

  /** What may be kept of the arguments of a call that is refused, and what was found: what would block it is masked. */
  record(rules: readonly CompiledRule[], args: unknown): { kept: RecordedArguments; findings: readonly Finding[] } {
    if (rules.length === 0) return asItIs
    const sanitised = this.#sanitiserOf(rules, 'record').sanitise(args)
    switch (sanitised.kind) {
      case 'unchanged':
        return asItIs
      case 'changed':
        return { kept: { recordedArguments: { value: sanitised.arguments } }, findings: sanitised.findings }
      case 'refused': {
        const value = `[not recorded: ${sanitised.problem ?? 'redacted'}]`
        return { kept: { recordedArguments: { value } }, findings: sanitised.findings }
      }
      default:
        return sanitised satisfies never
    }
  }

  #sanitiserOf(rules: readonly CompiledRule[], purpose: 'call' | 'record'): Sanitiser {
    const key = [purpose, ...rules.map(({ by }) => `${by.digest} ${by.rule}`)].join('\n')
    const known = this.#sanitisers.get(key)
    if (known !== undefined) return known
    const redactions = rules.flatMap(({ rule }) => rule.redaction ?? [])
    const wanted = purpose === 'record' ? redactions.map(withoutBlocks) : redactions
    const sanitiser = compileSanitiser(wanted, { hashKey: this.#hashKey })
    if (this.#sanitisers.size >= mostSanitisers) this.#sanitisers.clear()
    this.#sanitisers.set(key, sanitiser)
    return sanitiser
  }
}

const mostListed = 5

function listed(findings: readonly Finding[]): string {
  const named = findings.slice(0, mostListed).map(({ kind, path }) => `${kind} at \`${path}\``)
  return findings.length > mostListed ? `${named.join(', ')} and more` : named.join(', ')
}

function withoutBlocks(redaction: Redaction): Redaction {
  const masked = (action: RedactionAction) => (action === 'block' ? 'mask' : action)
  return {
    ...redaction,
    kinds: new Map([...redaction.kinds].map(([kind, action]) => [kind, masked(action)])),
    paths: redaction.paths.map(({ path, action }) => ({ path, action: masked(action) })),
  }
}
