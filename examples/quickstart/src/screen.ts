import { setTimeout as pause } from 'node:timers/promises'
import { styleText } from 'node:util'
import type { Decision, GateResult, JournalCall, JournalReport } from 'toolgate'

type Style = Parameters<typeof styleText>[0]
type Decisions = GateResult<unknown>['decisions']

/** What a terminal shows in one line without being widened. */
const width = 80
const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout })

export function write(line = ''): void {
  process.stdout.write(`${line}\n`)
}

export function heading(text: string): void {
  write()
  write(`  ${paint('bold', text)} ${paint('dim', '─'.repeat(Math.max(0, width - 3 - text.length)))}`)
}

export function said(who: string, text: string): void {
  wrap(text, width - 9).forEach((line, index) => {
    write(`  ${paint('cyan', (index === 0 ? who : '').padEnd(6))} ${line}`)
  })
}

/** One call: what was asked, what each gate said, and how it ended. */
export function showCall(tool: string, args: unknown, result: GateResult<unknown>): void {
  const mark = result.allowed ? paint('green', '✓') : paint('red', '✗')
  write()
  const given = typeof args === 'string' ? args : JSON.stringify(args)
  write(`  ${mark} ${paint('bold', tool)} ${paint('dim', clip(given, width - tool.length - 5))}`)
  const passed = describeGates(result.decisions)
  if (passed !== '') write(`    ${passed}`)
  if (result.allowed) write(`    ${paint('dim', `→ ${clip(JSON.stringify(result.result), width - 6)}`)}`)
  else for (const line of wrap(result.message, width - 4)) write(`    ${paint('red', line)}`)
}

/** The gates that were asked, with what is left of what they count. */
function describeGates(decisions: Decisions): string {
  const parts = Object.entries(decisions).map(([gate, decision]) => {
    if (decision === undefined) return ''
    const mark = decision.kind === 'block' ? paint('red', '✗') : paint('green', '✓')
    return `${mark} ${gate}${paint('dim', describeQuota(decision))}`
  })
  return parts.join(paint('dim', ' · '))
}

function describeQuota(decision: Decision): string {
  if ('quotas' in decision) {
    const quotas = decision.quotas as readonly { remaining: number; limit: number }[]
    return ` ${quotas.map(({ remaining, limit }) => `${remaining} of ${limit} left`).join(', ')}`
  }
  if ('budgets' in decision) {
    const budgets = decision.budgets as readonly { used: string; remaining: string; maxSpend: string }[]
    const charged = decision.cost === undefined ? '' : ` ${decision.cost} charged,`
    const spent = budgets.map(({ used, maxSpend, remaining }) => `${used} of ${maxSpend} spent, ${remaining} left`)
    return `${charged} ${spent.join(', ')}`
  }
  return ''
}

/** The audit trail: one line for every call. */
export function showTrail(calls: readonly JournalCall[]): void {
  const columns = (time: string, tool: string, outcome: string, by: string, cost: string, ms: string) => {
    return `  ${time.padEnd(14)}${tool.padEnd(16)}${outcome.padEnd(11)}${by.padEnd(11)}${cost.padStart(6)}${ms.padStart(11)}`
  }
  write(paint('dim', columns('time', 'tool', 'outcome', 'by', 'cost', 'took')))
  for (const { time, tool, outcome, blockedBy = '', cost = '', durationMs = 0 } of calls) {
    const line = columns(time.slice(11, 23), tool, outcome, blockedBy, cost, `${durationMs.toFixed(1)} ms`)
    write(outcome === 'executed' ? line : paint('red', line))
  }
}

/** What a verification of the journal comes to, and where it found something. */
export function showVerdict({ verdict, entries, findings }: JournalReport): void {
  const isIntact = verdict === 'intact'
  const mark = isIntact ? paint('green', '✓') : paint('red', '✗')
  write(`  ${mark} verify says: ${paint(isIntact ? 'green' : 'red', verdict)}, ${entries} entries`)
  for (const { seq, segment } of findings) {
    write(paint('red', `    entry ${seq}, in segment ${segment}, is not what was written`))
  }
}

/** Time to read, for whoever watches. Nobody watches a file or a pipe. */
export async function breathe(): Promise<void> {
  if (process.stdout.isTTY) await pause(400)
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

function wrap(text: string, most: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line.length + word.length >= most) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
