import type { Command } from '../command-line/command.ts'
import type { Output } from '../command-line/output.ts'
import { formatCount, formatCountOf, formatDuration, formatTime } from '../command-line/quantities.ts'
import { safeJson, safeText } from '../command-line/safe-text.ts'
import { type Cell, type Column, writeTable } from '../command-line/table.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { JournalReading } from '../journal-reading/journal-reading.ts'
import { CallStatistics, type CountsByName, mostNames } from './call-statistics.ts'
import { outcomeStyles, textOf } from './call-table.ts'
import { filterOptions, readFilter } from './filters.ts'

/** So many of each kind are shown; `--json` has all that are told apart. */
const mostShown = 10

export const statsCommand: Command = {
  name: 'stats',
  summary: 'count calls and costs, by tool, agent, outcome and gate',
  usage: [directoryOperand],
  options: { ...filterOptions, json: { summary: 'print everything as one JSON object' } },
  notes: `Costs are summed exactly. The quantiles of durations are right to 1 %. The first ${formatCount(mostNames)} tools and agents are told apart.`,
  examples: ['toolgate audit stats audit --from 7d', 'toolgate audit stats audit --agent agent:1 --json'],
  run: async (context) => {
    const { given, stdout, now } = context
    const statistics = new CallStatistics()
    const reading = new JournalReading(context)
    for await (const call of reading.calls(readFilter(given, now()))) statistics.add(call)
    await (given.has('json') ? stdout.line(safeJson(statistics)) : write(stdout, statistics))
    return reading.end()
  },
}

async function write(output: Output, statistics: CallStatistics): Promise<void> {
  const { all, durations, first, last } = statistics
  await output.line(output.style('bold', formatCountOf(all.calls, 'call')))
  if (first === undefined || last === undefined) return
  const facts: [string, string][] = [
    ['from', `${textOf(formatTime(first))} (UTC)`],
    ['to', `${textOf(formatTime(last))} (UTC)`],
    [
      'cost',
      `${all.cost}${all.cost.unreadable === 0 ? '' : `, and ${formatCountOf(all.cost.unreadable, 'cost')} that are no decimals`}`,
    ],
  ]
  const [half, most] = [durations.quantile(0.5), durations.quantile(0.99)]
  if (half !== undefined && most !== undefined) {
    facts.push(['took', `${formatDuration(half)} (p50), ${formatDuration(most)} (p99)`])
  }
  for (const [name, fact] of facts) await output.line(`  ${name.padEnd(6)}${fact}`)
  await writeOutcomes(output, statistics)
  await writeCounts(output, 'TOOL', statistics.byTool)
  await writeCounts(output, 'AGENT', statistics.byAgent)
  await writeStops(output, statistics.byStoppingGate)
}

const barWidth = 30

async function writeOutcomes(output: Output, { byOutcome, all }: CallStatistics): Promise<void> {
  const rows = byOutcome.ranked().map(([outcome, { calls }]): Cell[] => {
    const style = Object.hasOwn(outcomeStyles, outcome) ? outcomeStyles[outcome as keyof typeof outcomeStyles] : 'dim'
    return [
      { text: safeText(outcome), style },
      formatCount(calls),
      shareOf(calls, all.calls),
      { text: bar(calls, all.calls), style },
    ]
  })
  await output.line()
  await writeTable(output, [{ title: 'OUTCOME' }, numbers('CALLS'), numbers('SHARE'), { title: '' }], rows)
}

async function writeCounts(output: Output, title: string, counts: CountsByName): Promise<void> {
  const ranked = counts.ranked()
  const shown = ranked.slice(0, mostShown)
  const scale = Math.max(...shown.map(([, { cost }]) => cost.scale))
  // Calls that run, and calls of which nobody knows how they ended.
  const hasOpen = shown.some(([, { open }]) => open > 0)
  const rows = shown.map(([name, count]): Cell[] => {
    const { calls, executed, stopped, failed, open, cost } = count
    const spent = cost.count === 0 ? '' : cost.toString(scale)
    const counted = [calls, executed, stopped, failed, ...(hasOpen ? [open] : [])]
    return [safeText(name), ...counted.map(formatCount), spent]
  })
  const titles = ['CALLS', 'EXECUTED', 'STOPPED', 'FAILED', ...(hasOpen ? ['OPEN'] : []), 'COST']
  const columns = [{ title, mostWidth: 32 }, ...titles.map(numbers)]
  await output.line()
  await writeTable(output, columns, rows)
  const more = ranked.length - mostShown
  if (more > 0) await output.line(output.style('dim', `and ${formatCount(more)} more: --json has them`))
  if (counts.others.calls > 0)
    await output.line(output.style('dim', `and ${formatCountOf(counts.others.calls, 'call')} of others`))
}

async function writeStops(output: Output, counts: CountsByName): Promise<void> {
  const ranked = counts.ranked()
  if (ranked.length === 0) return
  const rows = ranked.slice(0, mostShown).map(([gate, { calls }]): Cell[] => [safeText(gate), formatCount(calls)])
  await output.line()
  await writeTable(output, [{ title: 'STOPPED BY', mostWidth: 32 }, numbers('CALLS')], rows)
}

function numbers(title: string): Column {
  return { title, side: 'right' }
}

function shareOf(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}

function bar(part: number, whole: number): string {
  return '█'.repeat(Math.max(1, Math.round((barWidth * part) / whole)))
}
