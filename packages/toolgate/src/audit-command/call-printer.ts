import type { JournalCall } from '@toolgate/audit'
import type { CommandContext } from '../command-line/command.ts'
import { safeJson } from '../command-line/safe-text.ts'
import { CallTable } from './call-table.ts'

/** Prints calls as the user wants them: as a table, or as one JSON object a line. */
export class CallPrinter {
  readonly #context: CommandContext
  readonly #table: CallTable | undefined
  #count = 0

  constructor(context: CommandContext) {
    this.#context = context
    this.#table = context.given.has('json') ? undefined : new CallTable(context.stdout)
  }

  get count(): number {
    return this.#count
  }

  async print(call: JournalCall): Promise<void> {
    this.#count++
    if (this.#table === undefined) await this.#context.stdout.line(safeJson(call))
    else await this.#table.add(call)
  }

  async flush(): Promise<void> {
    await this.#table?.flush()
  }
}
