import { canonicalJson, didYouMean } from '@toolgate/core'
import type { PolicyRule } from '../document/document.ts'
import type { Explanation } from '../engine/explanation.ts'
import type { Policy } from '../engine/policy.ts'
import type { PolicyVerdict } from '../engine/verdict.ts'
import { RuleCounts } from './coverage.ts'
import type { ExpectedVerdict, PolicyCase, PolicyCases } from './policy-cases.ts'
import type { CaseMismatch, PolicyCaseResult, PolicyCasesReport } from './report.ts'

/** Holds a policy against cases: whether each is decided as expected, and which rules they come to. */
export function runPolicyCases(policy: Policy, { file, cases }: PolicyCases): PolicyCasesReport {
  const counts = new RuleCounts(policy)
  const results = cases.map((each) => {
    const explanation = policy.explain(each.call)
    counts.add(explanation)
    return resultOf(each, explanation, policy)
  })
  const passed = results.filter((result) => result.passed).length
  return { file, results, passed, failed: results.length - passed, coverage: counts.coverage() }
}

function resultOf({ name, place, expected }: PolicyCase, explanation: Explanation, policy: Policy): PolicyCaseResult {
  const { verdict } = explanation
  const { decidedBy } = verdict
  const reason = decidingRule(explanation)?.reason
  const found: Readonly<Record<keyof ExpectedVerdict, unknown>> = {
    effect: verdict.effect,
    rule: decidedBy?.rule,
    document: decidedBy?.document,
    reason,
    arguments: explanation.arguments,
    found: foundKinds(verdict),
  }
  const mismatches = fields.flatMap((field): CaseMismatch[] => {
    if (expected[field] === undefined) return []
    const wanted = field === 'found' ? kinds(expected.found ?? []) : expected[field]
    if (isSame(wanted, found[field])) return []
    return [{ field, expected: wanted, found: found[field], hint: hintFor(field, expected, verdict, policy) }]
  })
  const { message } = explanation
  const passed = mismatches.length === 0
  return { name, place, passed, verdict, reason, message, hasUnknown: hasUnknown(explanation), mismatches }
}

const fields = ['effect', 'rule', 'document', 'reason', 'arguments', 'found'] as const

function decidingRule({ documents }: Explanation): PolicyRule | undefined {
  for (const { rules } of documents) for (const { rule, isDecisive } of rules) if (isDecisive) return rule
  return undefined
}

/** Documents in shadow mode decide nothing, so what they do not know does not matter. */
function hasUnknown({ documents }: Explanation): boolean {
  return documents.some(({ document, applies, rules }) => {
    return document.mode === 'enforce' && (applies === 'unknown' || rules.some(({ truth }) => truth === 'unknown'))
  })
}

function foundKinds({ found = [] }: PolicyVerdict): readonly string[] {
  return kinds(found.map(({ kind }) => kind))
}

function kinds(list: readonly string[]): readonly string[] {
  return [...new Set(list)].sort()
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonicalJson(one) === canonicalJson(other)
}

/** A name that the policy does not have is a slip of the case rather than a fault of the policy. */
function hintFor(
  field: keyof ExpectedVerdict,
  expected: ExpectedVerdict,
  verdict: PolicyVerdict,
  { documents }: Policy,
): string | undefined {
  const { document, rule, found } = expected
  if (field === 'found') return foundHint(found ?? [], foundKinds(verdict))
  if (field === 'document' && document !== undefined) {
    return hint(
      'document',
      document,
      documents.map(({ name }) => name),
    )
  }
  if (field !== 'rule' || rule === undefined) return undefined
  return hint('rule', rule, ['defaultEffect', ...documents.flatMap(({ rules }) => rules.map(({ id }) => id))])
}

/** `found` is all that is found, which whoever names one kind of several has not expected. */
function foundHint(wanted: readonly string[], found: readonly string[]): string {
  const missing = wanted.filter((kind) => !found.includes(kind)).map(kindText)
  const more = found.filter((kind) => !wanted.includes(kind)).map(kindText)
  return [
    ...(missing.length > 0 ? [`not found: ${missing.join(', ')}`] : []),
    ...(more.length > 0 ? [`found as well: ${more.join(', ')}; \`found\` names every kind that is found`] : []),
  ].join('; ')
}

function kindText(kind: string): string {
  return kind === 'path' ? '`path` (a value redacted for the place where it stands)' : `\`${kind}\``
}

function hint(what: string, name: string, names: readonly string[]): string | undefined {
  return names.includes(name) ? undefined : `there is no ${what} \`${name}\`${didYouMean(name, names)}`
}
