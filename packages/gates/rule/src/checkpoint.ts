import { isDeepStrictEqual } from 'node:util'
import {
  type Allow,
  type Checkpoint,
  canonicalJson,
  display,
  isPromise,
  messageOf,
  PolicyFields,
  type ToolCall,
  type ToolInfo,
  withArguments,
} from '@toolgate/core'
import type { RuleBlock, RuleDecision, Violation } from './decision.ts'
import type { NamedRule, Predicate, RulePolicy, RuleVerdict } from './policy.ts'

/** @throws PolicyError for a policy that can not be used. */
export function ruleCheckpoint(tool: ToolInfo, policy: RulePolicy): Checkpoint<RuleDecision> {
  const { rules, checkAll } = compileRules(tool, policy)
  return {
    // The hot path: as long as every rule passes at once, nothing is allocated or awaited.
    check: (call) => {
      for (let index = 0; index < rules.length; index++) {
        const said = ask(rules[index] as NamedRule, call)
        if (said !== true) return new Evaluation(rules, checkAll, call).decide(index, said)
      }
      return allow
    },
  }
}

const allow: Allow = Object.freeze({ kind: 'allow' })

function compileRules(tool: ToolInfo, policy: RulePolicy): { rules: readonly NamedRule[]; checkAll: boolean } {
  const fields = new PolicyFields(policy, { tool: tool.name, path: 'rule', names: ['rules', 'checkAll'] })
  const rules = fields.raw('rules')
  const checkAll = fields.raw('checkAll') ?? false
  if (typeof checkAll !== 'boolean') throw fields.error('checkAll', 'true or false')
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
  return { rules: named, checkAll }
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
const mostPasses = 5

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
  async decide(first: number, said: Said | Promise<Said>): Promise<RuleDecision> {
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
  async #pass(first: number, firstSaid: Said | Promise<Said>): Promise<RuleDecision | undefined> {
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
    if (violations.length > 0) return refusal(violations)
    if (failure !== undefined) throw failure.error
    if (isChanged) return undefined
    if (this.#replacedBy.size === 0) return allow
    const rules = this.#replacers()
    return {
      kind: 'replace',
      arguments: this.#call.arguments,
      rules,
      message: `arguments replaced by ${rules.join(', ')}`,
    }
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

function refusal(violations: readonly Violation[]): RuleBlock {
  const listed = violations.map(({ rule, message }) => `rule \`${rule}\`${message === '' ? '' : `: ${message}`}`)
  return {
    kind: 'block',
    reason: 'rule',
    violations,
    message: `not allowed by ${listed.join('; ')}; the same call will be refused again, so change it or do without it`,
  }
}
