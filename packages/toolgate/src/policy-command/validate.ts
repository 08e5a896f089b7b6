import { type Policy, PolicyDocumentError } from '@toolgate/rule'
import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import type { Output } from '../command-line/output.ts'
import { formatCount } from '../command-line/quantities.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { type Cell, writeTable } from '../command-line/table.ts'
import { openPolicy } from './load.ts'
import { sizeOf } from './names.ts'
import { exitFound, jsonOption, pathOperand } from './shared-options.ts'
import { type ProblemsShown, writeProblems } from './write-problems.ts'

export const validateCommand: Command = {
  name: 'validate',
  summary: 'tell whether policy documents can be used, or what is wrong and where',
  usage: [`${pathOperand}…`],
  options: { json: jsonOption },
  notes: [
    'A PATH is a document, or a folder: its .yaml, .yml and .json files are then read.',
    'The exit code is 0 where all can be used, 1 where something is wrong, and 2 where something can not be read.',
  ].join('\n'),
  examples: ['toolgate policy validate policies', 'toolgate policy validate support.yaml billing.yaml --json'],
  run: async ({ given, stdout }) => {
    const checked = check(() => openPolicy(given.operands(pathOperand), given))
    if (given.has('json')) await stdout.line(safeJson(jsonOf(checked)))
    else if (checked.policy !== undefined) await write(stdout, checked.policy)
    else await writeProblems(stdout, checked.error, headed(stdout))
    return checked.policy === undefined ? exitFound : exitOk
  },
}

function headed(output: Output): ProblemsShown {
  const heading = output.style(['bold', 'red'], '✗ not valid')
  return { heading, what: 'document', whereMore: ': --json has them' }
}

type Checked = { readonly policy: Policy } | { readonly policy: undefined; readonly error: PolicyDocumentError }

function check(open: () => Policy): Checked {
  try {
    return { policy: open() }
  } catch (error) {
    if (error instanceof PolicyDocumentError) return { policy: undefined, error }
    throw error
  }
}

function jsonOf(checked: Checked): object {
  if (checked.policy === undefined) {
    const { problems, isComplete } = checked.error
    return { valid: false, isComplete, problems }
  }
  const documents = checked.policy.documents.map(({ name, version, mode, defaultEffect, rules, digest, file }) => {
    return { name, version, mode, defaultEffect, rules: rules.length, digest, file }
  })
  return { valid: true, digest: checked.policy.digest, documents }
}

/** So many hex digits tell documents apart for people. */
const shortDigest = 12

async function write(output: Output, policy: Policy): Promise<void> {
  await output.line(`${output.style(['bold', 'green'], '✓ valid')}  ${sizeOf(policy)}`)
  await output.line()
  const columns = [
    { title: 'DOCUMENT', mostWidth: 40 },
    { title: 'VERSION', mostWidth: 12 },
    { title: 'RULES', side: 'right' as const },
    { title: 'MODE' },
    { title: 'DEFAULT' },
    { title: 'DIGEST' },
    { title: 'FILE' },
  ]
  const rows = policy.documents.map((document): Cell[] => [
    safeText(document.name),
    safeText(document.version ?? ''),
    formatCount(document.rules.length),
    document.mode === 'shadow' ? { text: 'shadow', style: 'cyan' } : document.mode,
    document.defaultEffect,
    { text: document.digest.slice(0, shortDigest), style: 'dim' },
    safeText(document.file),
  ])
  await writeTable(output, columns, rows)
}
