import { compileGlobs, type TextTest } from '../condition/glob.ts'
import type { Condition } from '../document/condition.ts'
import type { PolicyDocument, PolicyRule } from '../document/document.ts'

/** What a policy wants to know of the arguments of calls of one action. */
export interface AskedArguments {
  /** The keys that lead to each value that conditions ask for; none for all of the arguments. */
  readonly byConditions: readonly Keys[]
  /** The same of what rules redact, or look through for what to redact. `*` stands for every key or index. */
  readonly byRedactions: readonly Keys[]
  /** What is redacted, and when: of two policies with the same text the same. */
  readonly redaction: string
}

type Keys = readonly string[]

interface AskingRule extends Omit<AskedArguments, 'redaction'> {
  readonly coversAction: TextTest
  readonly redaction: string | undefined
}

/** How many actions are remembered. */
const mostKnown = 10_000

/**
 * Finds out what the enforced rules of a policy may look at in arguments. Every rule for an action counts, also one
 * that would not come to it: what is not asked for here can not matter.
 */
export class AskedPaths {
  readonly #rules: readonly AskingRule[]
  readonly #known = new Map<string, AskedArguments>()

  constructor(documents: readonly PolicyDocument[]) {
    this.#rules = documents
      .filter(({ mode }) => mode === 'enforce')
      .flatMap((document) => document.rules.map((rule) => askingRule(rule, document)))
  }

  of(action: string): AskedArguments {
    const known = this.#known.get(action)
    if (known !== undefined) return known
    const rules = this.#rules.filter((rule) => rule.coversAction(action))
    const asked = {
      byConditions: rules.flatMap(({ byConditions }) => byConditions),
      byRedactions: rules.flatMap(({ byRedactions }) => byRedactions),
      // Rules that redact do so together, so their order never matters.
      redaction: rules
        .flatMap(({ redaction }) => redaction ?? [])
        .sort()
        .join('\n'),
    }
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(action, asked)
    return asked
  }
}

function askingRule(rule: PolicyRule, document: PolicyDocument): AskingRule {
  return {
    coversAction: compileGlobs(rule.actions.map(({ text }) => text)),
    byConditions: rule.conditions === undefined ? [] : conditionPaths(rule.conditions),
    byRedactions: redactionPaths(rule),
    redaction: rule.redaction && redactionText(rule, document),
  }
}

function conditionPaths(condition: Condition): Keys[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.conditions.flatMap(conditionPaths)
    case 'not':
      return conditionPaths(condition.condition)
    case 'value': {
      const { root, keys } = condition.path
      if (root === 'arguments') return [keys]
      // The category of a call may be that of the host it goes to.
      return root === 'category' ? [['url']] : []
    }
    default:
      return []
  }
}

function redactionPaths({ redaction }: PolicyRule): Keys[] {
  if (redaction === undefined) return []
  const looked = redaction.within === undefined ? [[]] : redaction.within.map(({ keys }) => keys)
  return [...(redaction.kinds.size > 0 ? looked : []), ...redaction.paths.map(({ path }) => path.keys)]
}

function redactionText({ conditions, redaction }: PolicyRule, { appliesTo, categories }: PolicyDocument): string {
  return JSON.stringify({ appliesTo, categories, conditions, redaction }, (key, value: unknown) => {
    if (key === 'place') return undefined
    return value instanceof Map ? [...value].sort() : value
  })
}
