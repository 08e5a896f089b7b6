import type { JournalCall } from '@toolgate/audit'
import { type Policy, PolicyReplay } from '@toolgate/rule'
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
    'OLD and NEW are each a document, or a folder of documents. What was called before in a run is taken from the journal.',
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
  const comparison = new Comparison(old)
  const replay = new PolicyReplay([old, candidate])
  const order = new ArrivalOrder()
  // What ran before is only read, and put in order, where it matters.
  const asksRunSoFar = old.asksRunSoFar || candidate.asksRunSoFar
  const entries = reading.calls({ ...(to && { to }), ...(from && !asksRunSoFar && { from }) })
  for await (const entry of asksRunSoFar ? order.of(entries) : entries) {
    const recorded = calls.callOf(entry)
    if (isWanted(entry, from)) {
      const [before, after] = recorded.gap === undefined ? replay.decide(recorded.call) : []
      if (before !== undefined && after !== undefined) comparison.add(entry, recorded, before, after)
      else if (recorded.gap !== undefined) comparison.leaveOut(recorded.gap)
    }
    if (asksRunSoFar && recorded.ran) replay.count(recorded.call, recorded.costs)
  }
  return { old, new: candidate, comparison, late: order.late, uncounted: replay.uncounted }
}

function isWanted({ time }: JournalCall, from: Date | undefined): boolean {
  return from === undefined || !(Date.parse(time) < from.getTime())
}
