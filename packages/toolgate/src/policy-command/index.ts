import { JournalError } from '@toolgate/audit'
import { PolicyError } from '@toolgate/core'
import type { CommandGroup } from '../command-line/command.ts'
import { withToldErrors } from '../command-line/told-errors.ts'
import { diffCommand } from './diff.ts'
import { explainCommand } from './explain.ts'
import { lintCommand } from './lint.ts'
import { testCommand } from './test.ts'
import { validateCommand } from './validate.ts'
import { withShownProblems } from './write-problems.ts'

/** `toolgate policy …` */
export const policyCommands: CommandGroup = {
  name: 'policy',
  summary: 'check, test, explain and compare policy documents',
  commands: [validateCommand, lintCommand, testCommand, explainCommand, diffCommand].map((command) =>
    withToldErrors(withShownProblems(command), [PolicyError, JournalError]),
  ),
}
