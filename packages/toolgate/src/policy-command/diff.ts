import type { JournalCall } from '@toolgate/audit'
import type { Policy } from '@toolgate/rule'
import type { Command, CommandContext } from '../command-line/command.ts'
import { exitOk, exitUnable, UsageError } from '../command-line/failure.ts'
import { safeJson } from '../command-line/safe-text.ts'
import { JournalReading } from '../journal-reading/journal-reading.ts'
import { readTimes, timeOptions } from '../journal-reading/times.ts'
import { ArrivalOrder } from './arrival-order.ts'
import { Comparison, type Difference } from './comparison.ts'
import { differenceJson } from './difference-json.ts'
import { openPolicy, openTools } from './load.ts'
import { RecordedCalls } from './recorded-call.ts'
import { exitFound, jsonOption, timeZoneOption, toolsOption } from './shared-options.ts'
import { TwoReplays } from './two-replays.ts'
import { writeDifference } from './write-difference.ts'

export const diffCommand: Command = {
  name: 'diff',
  summary: 'show which recorded calls another policy would decide on otherwise',
  usage: ['OLD', 'NEW'],
  options: {
    journal: { value: 'DIRECTORY', summary: 'the journal whose calls are decided on again; required' },
    tools: toolsOption,
    ...timeOptions,
    'time-zone': timeZoneOption,
    json: jsonOption,
  },
  notes: [
    'OLD and NEW are each a document, or a folder of documents. What was called before in a run is taken from the journal,',
    'and so are the actions of tools that --tools does not name, and of calls that OLD itself decided on then.',
    'A call is not compared where a rule asks for arguments that are not recorded as they were.',
    'The exit code is 0 where nothing would be decided otherwise, 1 where something would, and 2 where nothing can be',
    'compared, or not all of a damaged journal.',
  ].join(' '),
  examples: [
    'toolgate policy diff policies candidate --journal audit',
    'toolgate policy diff old.yaml new.yaml --journal audit --from 7d --tools agent.tools.yaml',
  ],
  run: async (context) => {
    const { given, stdout, stderr } = context
    const directory = given.text('journal')
    if (directory === undefined)
      throw new UsageError('--journal is missing: the directory with the calls to compare by')
    const old = openPolicy([given.operand('OLD')], given)
    const candidate = openPolicy([given.operand('NEW')], given)
    const reading = new JournalReading(context, directory)
    const difference = await compare(context, reading, old, candidate)
    await (given.has('json') ? stdout.line(safeJson(differenceJson(difference))) : writeDifference(stdout, difference))
    const readCode = await reading.end()
    if (readCode !== exitOk) return readCode
    const { compared, changed } = difference.comparison
    if (compared > 0) return changed === 0 ? exitOk : exitFound
    await stderr.line('No call of the journal could be compared, so nothing is said of the policies.')
    return exitUnable
  },
}

async function compare(
  { given, now }: CommandContext,
  reading: JournalReading,
  old: Policy,
  candidate: Policy,
): Promise<Difference> {
  const { from, to } = readTimes(given, now())
  const calls = new RecordedCalls((await openTools(given)) ?? [])
  const comparison = new Comparison()
  const replays = new TwoReplays(old, candidate)
  const order = new ArrivalOrder()
  // What ran before is only read, and put in order, where it matters.
  const asksRunSoFar = old.asksRunSoFar || candidate.asksRunSoFar
  const entries = reading.calls({ ...(to && { to }), ...(from && !asksRunSoFar && { from }) })
  for await (const entry of asksRunSoFar ? order.of(entries) : entries) {
    const recorded = calls.callOf(entry)
    if (isWanted(entry, from)) comparison.add(entry, recorded, replays.decide(recorded))
    if (asksRunSoFar && recorded.ran) replays.count(recorded)
  }
  return { old, new: candidate, comparison, late: order.late, uncounted: replays.uncounted }
}

function isWanted({ time }: JournalCall, from: Date | undefined): boolean {
  return from === undefined || !(Date.parse(time) < from.getTime())
}
