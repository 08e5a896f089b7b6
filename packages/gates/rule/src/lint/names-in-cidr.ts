import type { ValueCondition } from '../document/condition.ts'
import type { LintFinding } from './finding.ts'
import type { ScopedRule } from './scope.ts'
import { type AskedTest, valueTestsIn } from './value-tests.ts'
import { conditionText, quoted, ruleText } from './wording.ts'

/**
 * Denies and approvals by address that say nothing of host names. Where a name leads is not looked up, so `cidr` is
 * unknown of it, and what is unknown counts: `cidr: 10.0.0.0/8` also denies `https://example.com`. A rule that asks for
 * `isAddress` or `host` of the same value has said what it wants of names. Under `not` the rule is about what is
 * not in the networks, and names are rightly among that.
 */
export function namesInNetworks(rules: readonly ScopedRule[]): LintFinding[] {
  return rules.flatMap((scoped) => {
    const { effect, conditions } = scoped.rule
    if (effect !== 'deny' && effect !== 'require_approval') return []
    const byPath = Map.groupBy(valueTestsIn(conditions), ({ condition }) => pathKey(condition))
    return Array.from(byPath.values(), (asked) => {
      const network = asked.find(({ test, isNegated }) => test.operator === 'cidr' && !isNegated)
      return network === undefined || asked.some(saysOfNames) ? [] : [finding(scoped, network.condition)]
    }).flat()
  })
}

function saysOfNames({ test }: AskedTest): boolean {
  return test.operator === 'isAddress' || test.operator === 'host'
}

function finding(scoped: ScopedRule, condition: ValueCondition): LintFinding {
  const does = scoped.rule.effect === 'deny' ? 'denies' : 'wants approval of'
  return {
    ...condition.place,
    code: 'names-in-cidr',
    message: `${ruleText(scoped)} ${does} every host name as well: where a name leads is not looked up, so ${quoted(conditionText(condition))} is unknown of it, and what is unknown counts; write \`isAddress: true\` beside it if names are to pass, or say with \`host\` which names are meant`,
  }
}

function pathKey({ path }: ValueCondition): string {
  return JSON.stringify([path.root, ...path.keys])
}
