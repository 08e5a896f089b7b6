import type { Command } from './command.ts'
import { UnableError } from './failure.ts'
import { safeText } from './safe-text.ts'

type ErrorKind = abstract new (...args: never[]) => Error

/** What the command throws of these kinds is told to the user: it is no mistake of the program. */
export function withToldErrors(command: Command, kinds: readonly ErrorKind[]): Command {
  const run: Command['run'] = async (context) => {
    try {
      return await command.run(context)
    } catch (error) {
      if (!(error instanceof Error) || !kinds.some((kind) => error instanceof kind)) throw error
      throw new UnableError(error.message.split('\n').map(safeText).join('\n'), { cause: error })
    }
  }
  return { ...command, run }
}
