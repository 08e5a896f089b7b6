import type { LintFinding, Policy } from '@toolgate/rule'
import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import type { Output } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatCount, formatCountOf } from '../command-line/quantities.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { Excerpts } from './excerpt.ts'
import { openPolicy, openTools } from './load.ts'
import { placeText, sizeOf } from './names.ts'
import { exitFound, jsonOption, pathOperand, toolsOption } from './shared-options.ts'

export const lintCommand: Command = {
  name: 'lint',
  summary: 'find what can be used and is probably not meant',
  usage: [`${pathOperand}…`],
  options: { tools: toolsOption, json: jsonOption },
  notes: [
    'It finds rules that can never apply, rules that others keep from ever deciding, allows of nearly everything, and',
    'limits that overlap or leave a gap; with --tools also tools without a rule, and rules for actions that no tool has.',
    'The exit code is 0 where there is nothing, 1 where there is something, and 2 where the policy can not be used.',
  ].join(' '),
  examples: ['toolgate policy lint policies', 'toolgate policy lint policies --tools policies/agent.tools.yaml'],
  run: async ({ given, stdout }) => {
    const policy = openPolicy(given.operands(pathOperand), given)
    const findings = policy.lint(await openTools(given))
    if (given.has('json')) await stdout.line(safeJson({ findings }))
    else await write(stdout, policy, findings)
    return findings.length === 0 ? exitOk : exitFound
  },
}

const mostShown = 100

async function write(output: Output, policy: Policy, findings: readonly LintFinding[]): Promise<void> {
  if (findings.length === 0) {
    await output.line(`${output.style(['bold', 'green'], '✓ nothing found')}  ${sizeOf(policy)}`)
    return
  }
  const count = formatCountOf(findings.length, 'finding')
  await output.line(`${output.style(['bold', 'yellow'], `! ${count}`)}  ${sizeOf(policy)}`)
  const excerpts = new Excerpts(output)
  for (const finding of findings.slice(0, mostShown)) {
    await output.line()
    await output.line(`${output.style('yellow', finding.code)}  ${output.style('bold', placeText(finding))}`)
    await writeProse(output, safeText(finding.message), '  ')
    await excerpts.write(finding)
  }
  const more = findings.length - mostShown
  if (more > 0) await output.line(`\nand ${formatCount(more)} more: --json has them`)
}
