import { resolve } from 'node:path'
import { PolicyDocumentError } from '@toolgate/rule'
import type { Command } from '../command-line/command.ts'
import { exitUnable } from '../command-line/failure.ts'
import type { Output } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatCount, formatCountOf } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { Excerpts } from './excerpt.ts'
import { placeText } from './names.ts'

/** Whoever mends so many runs the command again. */
const mostShown = 50

export interface ProblemsShown {
  readonly heading: string
  /** What the problems are in. */
  readonly what: 'document' | 'file'
  /** Where those are that are not shown. */
  readonly whereMore?: string
}

/** What is wrong with documents, or with what stands beside them: each problem where it stands. */
export async function writeProblems(
  output: Output,
  { problems, isComplete }: PolicyDocumentError,
  { heading, what, whereMore = '' }: ProblemsShown,
): Promise<void> {
  const files = new Set(problems.map(({ file }) => resolve(file))).size
  const extent = `${formatCountOf(problems.length, 'problem')} in ${formatCountOf(files, what)}`
  await output.line(`${heading}  ${extent}${isComplete ? '' : ', and perhaps more'}`)
  const excerpts = new Excerpts(output)
  for (const problem of problems.slice(0, mostShown)) {
    await output.line()
    await output.line(output.style('bold', placeText(problem)))
    await writeProse(output, safeText(problem.message), '  ')
    await excerpts.write(problem)
  }
  const more = problems.length - mostShown
  if (more > 0) await output.line(`\nand ${formatCount(more)} more${whereMore}`)
}

/** Documents, cases and tools that a command needs and can not use are shown with their problems, on stderr. */
export function withShownProblems(command: Command): Command {
  const run: Command['run'] = async (context) => {
    try {
      return await command.run(context)
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error
      const { stderr } = context
      const heading = `toolgate policy ${command.name}: ${stderr.style(['bold', 'red'], '✗ not valid')}`
      await writeProblems(stderr, error, { heading, what: 'file' })
      return exitUnable
    }
  }
  return { ...command, run }
}
