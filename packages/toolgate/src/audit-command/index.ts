import { JournalDamageError, JournalError } from '@toolgate/audit'
import { PolicyError } from '@toolgate/core'
import type { Command, CommandGroup } from '../command-line/command.ts'
import { UnableError } from '../command-line/failure.ts'
import { safeText } from '../command-line/safe-text.ts'
import { checkProofCommand } from './check-proof.ts'
import { checkpointCommand } from './checkpoint.ts'
import { eraseCommand } from './erase.ts'
import { exportCommand } from './export.ts'
import { proveCommand } from './prove.ts'
import { pruneCommand } from './prune.ts'
import { queryCommand } from './query.ts'
import { statsCommand } from './stats.ts'
import { tailCommand } from './tail.ts'
import { traceCommand } from './trace.ts'
import { valuesCommand } from './values.ts'
import { verifyCommand } from './verify.ts'

/** `toolgate audit …` */
export const auditCommands: CommandGroup = {
  name: 'audit',
  summary: 'verify and read a journal of tool calls',
  commands: [
    verifyCommand,
    checkpointCommand,
    tailCommand,
    queryCommand,
    traceCommand,
    statsCommand,
    exportCommand,
    proveCommand,
    checkProofCommand,
    valuesCommand,
    pruneCommand,
    eraseCommand,
  ].map(withJournalErrors),
}

/** What the journal refuses is told to the user; it is no mistake of the program. */
function withJournalErrors(command: Command): Command {
  const run: Command['run'] = async (context) => {
    try {
      return await command.run(context)
    } catch (error) {
      const isTold = [JournalDamageError, JournalError, PolicyError].some((kind) => error instanceof kind)
      throw isTold ? new UnableError(safeText((error as Error).message), { cause: error }) : error
    }
  }
  return { ...command, run }
}
