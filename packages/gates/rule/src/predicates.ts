import { isDeepStrictEqual } from 'node:util'
import {
  canonicalJson,
  display,
  isPromise,
  messageOf,
  type PolicyFields,
  type ToolCall,
  withArguments,
} from '@toolgate/core'
import { type Passed, violationRefusal } from './conclusions.ts'
import type { RuleBlock, Violation } from './decision.ts'
import type { NamedRule, Predicate, RuleVerdict } from './rule-policy.ts'

/** The predicates of one tool. */
export class Predicates {
  readonly #rules: readonly NamedRule[]
  readonly #checkAll: boolean

  constructor(rules: readonly NamedRule[], checkAll: boolean) {
    this.#rules = rules
    this.#checkAll = checkAll
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  /**
   * `undefined` as long as every rule passes at once: then nothing is allocated or awaited.
   * @throws Error, or rejects, when a rule failed and none refused.
   */
  ask(call: ToolCall): Promise<Passed | RuleBlock> | undefined {
    for (let index = 0; index < this.#rules.length; index++) {
      const said = ask(this.#rules[index] as NamedRule, call)
      if (said !== true) return new Evaluation(this.#rules, this.#checkAll, call).decide(index, said)
    }
    return undefined
  }
}

/** @throws PolicyError for what are no predicates. */
export function readPredicates(fields: PolicyFields, isRequired: boolean): Predicates {
  const rules = fields.raw('rules')
  const checkAll = fields.raw('checkAll') ?? false
  if (typeof checkAll !== 'boolean') throw fields.error('checkAll', 'true or false')
  if (rules === undefined && !isRequired) return new Predicates([], checkAll)
  if (!Array.isArray(rules) || rules.length === 0) {
    throw fields.error(
      'rules',
      'a list of at least one rule, such as [noPersonalData]; leave `rule` out where there is none',
    )
  }
  const named = rules.map((rule: Predicate | NamedRule | undefined, index): NamedRule => {
    if (typeof rule === 'function') return { name: rule.name || `rules[${index}]`, check: rule }
    if (typeof rule?.name === 'string' && rule.name !== '' && typeof rule.check === 'function') return rule
    throw fields.error('rules', `functions, or { name, check }; number ${index} is \`${display(rule)}\``)
  })
  return new Predicates(named, checkAll)
}
/** A rule that threw, or returned what is no verdict. */
class RuleFailure {
  readonly error: Error

  constructor(rule: string, problem: string, cause?: unknown) {
    this.error = new Error(`rule \`${rule}\` ${problem}`, { cause })
  }
}

type Said = RuleVerdict | RuleFailure

function ask(rule: NamedRule, call: ToolCall): Said | Promise<Said> {
  const failed = (error: unknown) => new RuleFailure(rule.name, `threw: ${messageOf(error)}`, error)
  try {
    const verdict = rule.check(call)
    if (verdict === true) return true
    if (isPromise(verdict)) return Promise.resolve(verdict).then((value) => checkVerdict(rule, value), failed)
    return checkVerdict(rule, verdict)
  } catch (error) {
    return failed(error)
  }
}

function checkVerdict(rule: NamedRule, verdict: RuleVerdict): Said {
  if (typeof verdict === 'boolean' || typeof verdict === 'string') return verdict
  if (typeof verdict === 'object' && verdict !== null && 'replace' in verdict) return verdict
  return new RuleFailure(rule.name, `returned \`${display(verdict)}\`; expected true, false, a message or { replace }`)
}

/** How often all rules are asked about arguments that rules have replaced, before they are held to disagree. */
export const mostPasses = 5

/**
 * Asks rules that do not all simply pass. Once a rule has replaced the arguments all are asked again, until nobody
 * replaces them any more: what the tool gets is what every rule has passed, in whatever order they stand. A rule that
 * fails does not keep the others from refusing the call; it fails the gate only when none does.
 */
class Evaluation {
  readonly #rules: readonly NamedRule[]
  readonly #checkAll: boolean
  readonly #replacedBy = new Set<NamedRule>()
  #call: ToolCall

  constructor(rules: readonly NamedRule[], checkAll: boolean, call: ToolCall) {
    this.#rules = rules
    this.#checkAll = checkAll
    this.#call = call
  }

  /** Goes on from the first rule that did not simply pass. @throws Error when a rule failed and none refused. */
  async decide(first: number, said: Said | Promise<Said>): Promise<Passed | RuleBlock> {
    let decision = await this.#pass(first, said)
    for (let passes = 1; decision === undefined; passes++) {
      if (passes === mostPasses) {
        throw new Error(`the rules ${this.#replacers().join(', ')} keep replacing the arguments that they get`)
      }
      decision = await this.#pass(0, ask(this.#rules[0] as NamedRule, this.#call))
    }
    return decision
  }

  /** Asks the rules once, from `first` on; `undefined` when the arguments have changed. */
  async #pass(first: number, firstSaid: Said | Promise<Said>): Promise<Passed | RuleBlock | undefined> {
    const violations: Violation[] = []
    let failure: RuleFailure | undefined
    let isChanged = false
    for (let index = first; index < this.#rules.length; index++) {
      const rule = this.#rules[index] as NamedRule
      const said = await (index === first ? firstSaid : ask(rule, this.#call))
      if (said === true) continue
      if (said instanceof RuleFailure) {
        failure ??= said
      } else if (typeof said === 'object') {
        isChanged = this.#replace(rule, said.replace) || isChanged
      } else {
        violations.push({ rule: rule.name, message: said === false ? '' : said })
        if (!this.#checkAll) break
      }
    }
    if (violations.length > 0) return violationRefusal(violations)
    if (failure !== undefined) throw failure.error
    if (isChanged) return undefined
    return { arguments: this.#call.arguments, replacedBy: this.#replacers() }
  }

  #replace(rule: NamedRule, args: unknown): boolean {
    const current = this.#call.arguments
    // Asked again, a rule need not return the same objects. At first only data tells that nothing has changed: of a
    // file or a map that was replaced by another, no comparison sees the difference.
    const isSame = this.#replacedBy.has(rule) ? isDeepStrictEqual(args, current) : isSameData(args, current)
    if (isSame) return false
    this.#call = withArguments(this.#call, args)
    this.#replacedBy.add(rule)
    return true
  }

  #replacers(): string[] {
    return [...this.#replacedBy].map(({ name }) => name)
  }
}

function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true
  try {
    return canonicalJson(one) === canonicalJson(other)
  } catch {
    return false
  }
}
