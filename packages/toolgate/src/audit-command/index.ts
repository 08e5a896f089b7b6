import { JournalDamageError, JournalError } from '@toolgate/audit'
import { PolicyError } from '@toolgate/core'
import type { CommandGroup } from '../command-line/command.ts'
import { withToldErrors } from '../command-line/told-errors.ts'
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
  ].map((command) => withToldErrors(command, [JournalDamageError, JournalError, PolicyError])),
}
