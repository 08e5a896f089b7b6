import { loadPolicyCases, type PolicyCasesReport, runPolicyCases } from '@toolgate/rule'
import type { Command, CommandContext } from '../command-line/command.ts'
import { exitOk, UsageError } from '../command-line/failure.ts'
import type { Given } from '../command-line/given.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { Coverage } from './coverage.ts'
import { findCaseFiles } from './find-case-files.ts'
import { whatIsThere } from './load.ts'
import { exitFound, jsonOption, pathOperand } from './shared-options.ts'
import { writeFailures, writeFile, writeSummary } from './write-cases.ts'

const coverageOption = 'min-coverage'

export const testCommand: Command = {
  name: 'test',
  summary: 'hold policies against cases: which call is to be decided how',
  usage: [`[${pathOperand}…]`],
  options: {
    [coverageOption]: { value: 'PERCENT', summary: 'fail where fewer of the rules than this have a case, such as 90' },
    json: jsonOption,
  },
  notes: [
    'A PATH is a file of cases, or a folder that is searched for support.test.yaml, .yml and .json, 16 folders deep; the',
    'current folder by default. A file of cases names its policy, or has the name of the one beside it.',
    'The exit code is 0 where all cases passed, 1 where one failed or the coverage is too low, and 2 where they can not',
    'be run.',
  ].join(' '),
  examples: ['toolgate policy test', 'toolgate policy test policies/support.test.yaml --min-coverage 100'],
  run: async (context) => {
    const { given, stdout } = context
    const leastPercent = readLeast(given)
    const reports = await runAll(context)
    const coverage = new Coverage()
    for (const report of reports) coverage.add(report.coverage)
    const failed = reports.reduce((sum, report) => sum + report.failed, 0)
    const passed = reports.reduce((sum, report) => sum + report.passed, 0)
    if (given.has('json')) {
      await stdout.line(safeJson({ passed, failed, files: reports.map(withoutCoverage), coverage }))
    } else {
      await writeFailures(stdout, reports)
      await writeSummary(stdout, { passed, failed, coverage, leastPercent })
    }
    return failed === 0 && coverage.percent >= leastPercent ? exitOk : exitFound
  },
}

async function runAll({ given, stdout, signal }: CommandContext): Promise<PolicyCasesReport[]> {
  const paths = given.hasOperand(pathOperand) ? given.operands(pathOperand) : ['.']
  const reports: PolicyCasesReport[] = []
  for (const file of await findCaseFiles(paths)) {
    signal.throwIfAborted()
    const { policy, cases } = whatIsThere(
      () => loadPolicyCases(file),
      (path) => (path === file ? 'the cases' : 'the policy'),
    )
    const report = runPolicyCases(policy, cases)
    reports.push(report)
    if (!given.has('json')) await writeFile(stdout, report)
  }
  return reports
}

function withoutCoverage({ coverage: _, ...report }: PolicyCasesReport): object {
  return report
}

/** @throws UsageError for what is no percentage. */
function readLeast(given: Given): number {
  const text = given.text(coverageOption)
  if (text === undefined) return 0
  const percent = /^\d{1,3}(?:\.\d{1,9})?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN
  if (percent <= 100) return percent
  throw new UsageError(
    `\`--${coverageOption}\` is \`${safeText(text)}\`; expected a percentage of 0 to 100, such as 90`,
  )
}
