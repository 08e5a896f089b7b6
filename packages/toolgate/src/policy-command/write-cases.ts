import type { CaseMismatch, PolicyCaseResult, PolicyCasesReport, RuleCoverage } from '@toolgate/rule'
import type { Output } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatCount, formatCountOf } from '../command-line/quantities.ts'
import { clip, pad, safeText, widthOf } from '../command-line/safe-text.ts'
import type { Coverage } from './coverage.ts'
import { decisiveText, nameText, placeText, sentenceText, valueText } from './names.ts'

/** The cases of one file in a line. */
export async function writeFile(output: Output, { file, passed, failed }: PolicyCasesReport): Promise<void> {
  const count = formatCountOf(passed + failed, 'case')
  if (failed === 0) await output.line(`${output.style('green', '✓')} ${safeText(file)}  ${count}`)
  else await output.line(`${output.style('red', '✗')} ${safeText(file)}  ${formatCount(failed)} of ${count} failed`)
}

const mostFailures = 50

/** What was expected of the cases that failed, and what came of them. */
export async function writeFailures(output: Output, reports: readonly PolicyCasesReport[]): Promise<void> {
  const failures = reports.flatMap(({ results }) => results.filter((result) => !result.passed))
  for (const failure of failures.slice(0, mostFailures)) await writeFailure(output, failure)
  const more = failures.length - mostFailures
  if (more > 0) await output.line(`\n  and ${formatCount(more)} more failed: --json has them`)
}

/** The width of the names of what is compared, `arguments` among them. */
const labelWidth = 10

async function writeFailure(
  output: Output,
  { name, place, verdict, reason, message, hasUnknown, mismatches }: PolicyCaseResult,
): Promise<void> {
  await output.line()
  await output.line(`  ${output.style('bold', sentenceText(name))}`)
  await output.line(`  ${output.style('dim', placeText(place))}`)
  for (const mismatch of mismatches) await writeMismatch(output, mismatch)
  await output.line(`    ${pad('decided', labelWidth)}${decisiveText(verdict.decidedBy)}`)
  const isSaid = mismatches.some(({ field }) => field === 'reason')
  const indent = ' '.repeat(labelWidth + 4)
  if (reason !== undefined && !isSaid) await writeProse(output, sentenceText(reason), indent)
  // Why a rule counts that does not seem to apply, or does not that does, is not seen from its name.
  if (message !== undefined && hasUnknown) await writeProse(output, sentenceText(message), indent)
}

/** Sentences and arguments stand below each other, where what differs is seen. */
async function writeMismatch(output: Output, { field, expected, found, hint }: CaseMismatch): Promise<void> {
  const label = `    ${pad(field, labelWidth)}`
  const isLong = field === 'arguments' || field === 'reason'
  const textOf = isLong ? valueText : shortText
  const [wanted, got] = [output.style('green', textOf(expected)), output.style('red', textOf(found))]
  if (isLong) {
    await output.line(`${label}expected ${wanted}`)
    await output.line(`${' '.repeat(label.length)}got      ${got}`)
  } else {
    await output.line(`${label}expected ${wanted}, got ${got}`)
  }
  if (hint !== undefined) await writeProse(output, safeText(hint), ' '.repeat(label.length))
}

/** An effect, a name or a list of kinds. */
function shortText(value: unknown): string {
  return typeof value === 'string' ? nameText(value) : valueText(value)
}

interface Summary {
  readonly passed: number
  readonly failed: number
  readonly coverage: Coverage
  readonly leastPercent: number
}

export async function writeSummary(output: Output, { passed, failed, coverage, leastPercent }: Summary): Promise<void> {
  const { rules, missed, percent } = coverage
  const count = formatCountOf(passed + failed, 'case')
  await output.line()
  await output.line(
    failed === 0
      ? output.style(['bold', 'green'], `✓ ${count} passed`)
      : output.style(['bold', 'red'], `✗ ${formatCount(failed)} of ${count} failed`),
  )
  const isEnough = percent >= leastPercent
  const share = `${formatCount(rules.length - missed.length)} of ${formatCountOf(rules.length, 'rule')}, ${percent.toFixed(1)} %`
  await output.line(
    isEnough
      ? `  coverage ${share}`
      : output.style(['bold', 'red'], `✗ coverage ${share}; at least ${leastPercent} % is asked for`),
  )
  if (missed.length > 0) await writeMissed(output, missed)
}

const mostMissed = 20

async function writeMissed(output: Output, missed: readonly RuleCoverage[]): Promise<void> {
  const shown = missed.slice(0, mostMissed)
  const effectWidth = Math.max(...shown.map(({ effect }) => effect.length))
  const ruleWidth = Math.min(mostRuleWidth, Math.max(...shown.map(({ rule }) => widthOf(safeText(rule)))))
  await output.line()
  await output.line('No case comes to')
  for (const rule of shown) {
    const name = pad(clip(safeText(rule.rule), ruleWidth), ruleWidth)
    await output.line(`  ${pad(rule.effect, effectWidth)}  ${name}  ${output.style('dim', placeText(rule))}`)
  }
  const more = missed.length - mostMissed
  if (more > 0) await output.line(`  and ${formatCountOf(more, 'more rule', 'more rules')}: --json has them`)
}

const mostRuleWidth = 40
