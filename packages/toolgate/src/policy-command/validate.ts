import { type DocumentProblem, type Policy, PolicyDocumentError } from '@toolgate/rule'
import type { Command } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import type { Output } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatCount, formatCountOf } from '../command-line/quantities.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { type Cell, writeTable } from '../command-line/table.ts'
import { Excerpts } from './excerpt.ts'
import { openPolicy } from './load.ts'
import { placeText, sizeOf } from './names.ts'
import { exitFound, jsonOption, pathOperand } from './shared-options.ts'

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
    else await (checked.policy === undefined ? writeProblems(stdout, checked.problems) : write(stdout, checked.policy))
    return checked.policy === undefined ? exitFound : exitOk
  },
}

type Checked =
  | { readonly policy: Policy }
  | { readonly policy: undefined; readonly problems: readonly DocumentProblem[] }

function check(open: () => Policy): Checked {
  try {
    return { policy: open() }
  } catch (error) {
    if (error instanceof PolicyDocumentError) return { policy: undefined, problems: error.problems }
    throw error
  }
}

function jsonOf(checked: Checked): object {
  if (checked.policy === undefined) return { valid: false, problems: checked.problems }
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

/** Whoever mends so many runs the command again. */
const mostShown = 50

async function writeProblems(output: Output, problems: readonly DocumentProblem[]): Promise<void> {
  const files = new Set(problems.map(({ file }) => file)).size
  const extent = `${formatCountOf(problems.length, 'problem')} in ${formatCountOf(files, 'document')}`
  await output.line(`${output.style(['bold', 'red'], '✗ not valid')}  ${extent}`)
  const excerpts = new Excerpts(output)
  for (const problem of problems.slice(0, mostShown)) {
    await output.line()
    await output.line(output.style('bold', placeText(problem)))
    await writeProse(output, safeText(problem.message), '  ')
    await excerpts.write(problem)
  }
  const more = problems.length - mostShown
  if (more > 0) await output.line(`\nand ${formatCount(more)} more: --json has them`)
}
