import type { PolicyDocument } from '../document/document.ts'
import { unmetAmounts } from './amounts.ts'
import { noSuchAction, toolWithoutRule } from './declared-tools.ts'
import type { DeclaredTool, LintFinding } from './finding.ts'
import { comparedGlobs } from './glob-in-equals.ts'
import { namesInNetworks } from './names-in-cidr.ts'
import { needlessRules } from './needless.ts'
import { neverApplies } from './never-applies.ts'
import { nothingEnforced } from './nothing-enforced.ts'
import { rulesOf } from './scope.ts'
import { unanchoredAllows } from './unanchored-allow.ts'
import { wideAllows } from './wide-allow.ts'

/**
 * What loads and is probably not meant, in the order of files, lines and columns. With the tools that there are, also
 * what none of them does, and which of them can never be called. It never throws.
 */
export function lintDocuments(
  documents: readonly PolicyDocument[],
  tools: readonly DeclaredTool[] = [],
): LintFinding[] {
  const written = rulesOf(documents)
  const contradictory = neverApplies(written)
  // An allow that never applies is as good as not there. Other effects count also where their conditions are unknown.
  const rules = written.filter((scoped) => scoped.rule.effect !== 'allow' || !contradictory.has(scoped))
  const found = [
    ...contradictory.values(),
    ...needlessRules(documents, rules),
    ...wideAllows(documents, rules),
    ...unmetAmounts(documents, rules),
    ...comparedGlobs(written),
    ...unanchoredAllows(written),
    ...namesInNetworks(written),
    ...nothingEnforced(documents),
    // Without tools nothing is known of them, and every action would be one that there is not.
    ...(tools.length === 0 ? [] : [...noSuchAction(written, tools), ...toolWithoutRule(documents, rules, tools)]),
  ]
  // The same two rules meet for each of their actions, and a glob may be written twice.
  const distinct = new Map(found.map((finding) => [JSON.stringify(finding), finding]))
  return [...distinct.values()].toSorted(
    (one, other) =>
      compareTexts(one.file, other.file) ||
      one.line - other.line ||
      one.column - other.column ||
      compareTexts(one.code, other.code),
  )
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
