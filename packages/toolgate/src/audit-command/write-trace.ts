import type { JournalCall } from '@toolgate/audit'
import { oneOf } from '@toolgate/core'
import type { Output, Style } from '../command-line/output.ts'
import { formatCount, formatCountOf, formatDuration, formatTime } from '../command-line/quantities.ts'
import { clip, pad, safeText, widthOf, wrap } from '../command-line/safe-text.ts'
import { type Branch, branchesOf } from './call-branches.ts'
import { outcomeStyles, textOf, tookOf } from './call-table.ts'
import { type CallTrace, endMs, lengthMs, startMs } from './call-trace.ts'
import { DecimalSum } from './decimal-sum.ts'

/** The calls of one id as a tree: runs where there are several, their calls, and what each gate said. */
export async function writeTrace(output: Output, trace: CallTrace): Promise<void> {
  const calls = trace.calls()
  const [first] = calls
  if (first === undefined) return
  const lines = new TraceLines(output, calls)
  await lines.writeHead(trace, first)
  let run: string | undefined
  const hasRuns = new Set(calls.map((call) => call.run)).size > 1
  for (const call of calls) {
    if (hasRuns && call.run !== run) {
      await output.line()
      await output.line(output.style('bold', call.run === undefined ? 'no run' : `run ${textOf(call.run)}`))
      run = call.run
    }
    await output.line()
    await lines.writeCall(call)
  }
  if (trace.more > 0) await output.line(`\nand ${formatCountOf(trace.more, 'later call')} that are not shown`)
}

const marks: Readonly<Record<JournalCall['outcome'], string>> = {
  executed: '✓',
  failed: '✗',
  aborted: '✗',
  blocked: '✗',
  pending: '…',
  running: '…',
  unknown: '?',
}

const mostToolWidth = 28
const barWidth = 24
/** What is said of a call takes no more lines, and is no narrower. */
const mostLines = 4
const leastTextWidth = 20
/** A narrower terminal shows no bars. */
const leastWidthWithBars = 90

class TraceLines {
  readonly #output: Output
  readonly #calls: readonly JournalCall[]
  readonly #fromMs: number
  readonly #toMs: number
  readonly #offsetWidth: number
  readonly #toolWidth: number
  readonly #hasBars: boolean

  constructor(output: Output, calls: readonly JournalCall[]) {
    this.#output = output
    this.#calls = calls
    this.#fromMs = Math.min(...calls.map(startMs))
    this.#toMs = Math.max(...calls.map(endMs))
    this.#offsetWidth = Math.max(...calls.map((call) => this.#offset(call).length))
    const widest = Math.max(...calls.map(({ tool }) => widthOf(textOf(tool))))
    this.#toolWidth = Math.min(widest, mostToolWidth)
    this.#hasBars = calls.length > 1 && (output.columns ?? leastWidthWithBars) >= leastWidthWithBars
  }

  async writeHead(trace: CallTrace, first: JournalCall): Promise<void> {
    const kinds = [...trace.kinds.keys()]
    const what = kinds.length === 1 ? kinds.join() : oneOf(kinds).replace(' or ', ' and ')
    await this.#output.line(this.#output.style('bold', `${what} ${safeText(trace.id)}`))
    const agents = new Set(this.#calls.map(({ principal }) => textOf(principal)))
    const by = agents.size === 1 ? `by ${[...agents].join()}` : `by ${formatCount(agents.size)} agents`
    const facts = [
      `${formatCountOf(this.#calls.length + trace.more, 'call')} ${by}`,
      `from ${formatTime(textOf(first.time))} (UTC)`,
      ...(this.#calls.every(({ durationMs }) => durationMs === undefined)
        ? []
        : [formatDuration(this.#toMs - this.#fromMs)]),
      ...this.#cost(),
    ]
    await this.#output.line(facts.join(', '))
  }

  #cost(): string[] {
    const sum = new DecimalSum()
    const costs = this.#calls.flatMap(({ cost }) => cost ?? [])
    for (const cost of costs) sum.add(String(cost))
    return costs.length === 0 ? [] : [`cost ${sum}`]
  }

  async writeCall(call: JournalCall): Promise<void> {
    const style = outcomeStyles[call.outcome] ?? 'dim'
    const head = [
      pad(this.#offset(call), this.#offsetWidth, 'right'),
      this.#output.style(style, marks[call.outcome] ?? '?'),
      this.#output.style('bold', pad(clip(textOf(call.tool), this.#toolWidth), this.#toolWidth)),
      this.#output.style(style, pad(textOf(call.outcome), 8)),
      pad(tookOf(call), 12, 'right'),
      this.#hasBars ? this.#bar(call, style) : '',
    ]
    await this.#output.line(head.join('  ').trimEnd())
    const branches = branchesOf(call)
    for (const [index, branch] of branches.entries()) {
      await this.#branch(branch, index === branches.length - 1)
    }
  }

  async #branch({ name, text, style }: Branch, isLast: boolean): Promise<void> {
    const margin = ' '.repeat(this.#offsetWidth + 2)
    const label = pad(name, 9)
    const start = `${margin}${isLast ? '└' : '├'} ${label} `
    const goingOn = `${margin}${isLast ? ' ' : '│'} ${' '.repeat(widthOf(label))} `
    for (const [index, line] of this.#fit(text, widthOf(start)).entries()) {
      const shown = style === undefined ? line : this.#output.style(style, line)
      await this.#output.line(`${this.#output.style('dim', index === 0 ? start : goingOn)}${shown}`)
    }
  }

  /** The text in as many lines as it takes, up to a few. */
  #fit(text: string, indent: number): string[] {
    const { columns } = this.#output
    if (columns === undefined) return [text]
    const width = Math.max(leastTextWidth, columns - indent)
    const lines = wrap(clip(text, width * mostLines), width)
    const last = lines.slice(mostLines - 1).join(' ')
    return [...lines.slice(0, mostLines - 1), ...(last === '' ? [] : [last])].map((line) => clip(line, width))
  }

  #offset(call: JournalCall): string {
    return `+${formatDuration(startMs(call) - this.#fromMs)}`
  }

  #bar(call: JournalCall, style: Style): string {
    const scale = barWidth / Math.max(1, this.#toMs - this.#fromMs)
    const start = Math.min(barWidth - 1, Math.floor((startMs(call) - this.#fromMs) * scale))
    const length = Math.max(1, Math.min(barWidth - start, Math.round(lengthMs(call) * scale)))
    const rest = barWidth - start - length
    const dim = (count: number) => this.#output.style('dim', '·'.repeat(count))
    return `${dim(start)}${this.#output.style(style, '█'.repeat(length))}${dim(rest)}`
  }
}
