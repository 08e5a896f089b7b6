import type { Command, CommandContext } from '../command-line/command.ts'
import { exitOk } from '../command-line/failure.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { type CallsWanted, JournalReading } from '../journal-reading/journal-reading.ts'
import { CallPrinter } from './call-printer.ts'
import { filterOptions, readFilter } from './filters.ts'
import { LatestCalls } from './latest-calls.ts'
import { jsonLinesOption } from './shared-options.ts'

const defaultCount = 10
/** So many calls are kept and sorted. */
const mostCount = 100_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

export const tailCommand: Command = {
  name: 'tail',
  summary: 'print the calls that arrived last, and go on with new ones as they end',
  usage: [directoryOperand],
  options: {
    follow: { short: 'f', summary: 'go on with calls as they end, until interrupted' },
    number: { short: 'n', value: 'N', summary: `how many calls to begin with, ${defaultCount} by default` },
    ...filterOptions,
    json: jsonLinesOption,
  },
  examples: ['toolgate audit tail audit', 'toolgate audit tail audit -f -n 0 --decision block'],
  run: async (context) => {
    const { given, stdout } = context
    const count = Math.min(given.wholeNumber('number', 0) ?? defaultCount, mostCount)
    const { latest, wanted, code } = await readLatest(context, count)
    const printer = new CallPrinter(context)
    for (const call of latest.sorted()) await printer.print(call)
    await printer.flush()
    if (!given.has('follow')) return code
    await stdout.flush()
    await follow(context, wanted, latest, printer)
    return exitOk
  },
}

interface Latest {
  readonly latest: LatestCalls
  /** What was looked for in the end. */
  readonly wanted: CallsWanted
  readonly code: number
}

/**
 * Looks back an hour, a day, a month, and then over everything, until there are enough calls: what is older is not even
 * read. Who follows would miss calls that arrived before that and end only now, so there it is a day at least.
 */
async function readLatest(context: CommandContext, count: number): Promise<Latest> {
  const nowMs = context.now()
  const filter = readFilter(context.given, nowMs)
  const windowsMs = [...(context.given.has('follow') ? [] : [hourMs]), dayMs, 30 * dayMs]
  for (const windowMs of filter.from === undefined ? windowsMs : []) {
    const wanted = { ...filter, from: new Date(nowMs - windowMs) }
    const found = await readOnce(context, wanted, count)
    if (found.latest.isFull) return found
  }
  return readOnce(context, filter, count)
}

async function readOnce(context: CommandContext, wanted: CallsWanted, count: number): Promise<Latest> {
  const reading = new JournalReading(context)
  const latest = new LatestCalls(count)
  for await (const call of reading.calls(wanted)) {
    // Who follows sees a call that is under way once it has ended.
    if (call.outcome !== 'running' || !context.given.has('follow')) latest.add(call)
  }
  return { latest, wanted, code: await reading.end() }
}

/** Reads all of it again, since a call may have begun long ago and end only now, and prints what is new. */
async function follow(
  context: CommandContext,
  wanted: CallsWanted,
  latest: LatestCalls,
  printer: CallPrinter,
): Promise<void> {
  const reading = new JournalReading(context)
  try {
    for await (const call of reading.calls({ ...wanted, follow: true })) {
      if (latest.skip(call)) continue
      await printer.print(call)
      await context.stdout.flush()
    }
  } catch (error) {
    // That is how following ends.
    if (!context.signal.aborted) throw error
  }
}
