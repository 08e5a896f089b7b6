import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import { safeJson } from '../command-line/safe-text.ts'
import { explanationJson } from './explanation-json.ts'
import { callOptions, readCall } from './given-call.ts'
import { openPolicy } from './load.ts'
import { jsonOption, pathOperand, timeZoneOption, toolsOption } from './shared-options.ts'
import { writeExplanation } from './write-explanation.ts'

export const explainCommand: Command = {
  name: 'explain',
  summary: 'show what decides on a call, and what each condition found',
  usage: [`${pathOperand}…`],
  options: { ...callOptions, tools: toolsOption, 'time-zone': timeZoneOption, json: jsonOption },
  notes: [
    '✓ holds, ✗ does not, ? can not be told: what it asks for is missing, or of another kind. Such a deny, approval or',
    'redaction counts all the same, and such an allow does not.',
    'The exit code is 0 whatever is decided, and 2 where nothing can be.',
  ].join(' '),
  examples: [
    `toolgate policy explain policies --action write:refund --arguments '{"amount":500}'`,
    'toolgate policy explain policies --action write:email --before read:customer_data --at 2026-11-21T19:00Z',
    'toolgate policy explain policies --tool process_refund --tools policies/agent.tools.yaml',
    'toolgate policy explain policies --call call.yaml --json',
  ],
  run: async ({ given, stdout, now }) => {
    const call = await readCall(given, now())
    const explanation = openPolicy(given.operands(pathOperand), given).explain(call)
    if (given.has('json')) await stdout.line(safeJson(explanationJson(explanation)))
    else await writeExplanation(stdout, explanation)
    return exitOk
  },
}
