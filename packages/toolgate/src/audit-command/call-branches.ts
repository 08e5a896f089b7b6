import type { JournalCall } from '@toolgate/audit'
import type { Style } from '../command-line/output.ts'
import { safeText } from '../command-line/safe-text.ts'
import { errorText, outcomeStyles, textOf } from './call-table.ts'

/** A line below a call: who says something of it, and what. */
export interface Branch {
  readonly name: string
  readonly text: string
  readonly style?: Style
}

/** What is known of a call, from top to bottom. */
export function branchesOf(call: JournalCall): Branch[] {
  const { callId, writer, seq, decisions } = call
  const id = {
    name: 'call',
    text: `${textOf(callId)}, entry ${textOf(seq)} of ${textOf(writer)}`,
    style: 'dim' as const,
  }
  const given = textOf(call.arguments ?? call.argumentsDigest)
  const args = given === '' ? [] : [{ name: call.arguments === undefined ? 'digest' : 'arguments', text: given }]
  const gates = Object.entries(decisions ?? {}).map(([gate, decision]) => decisionBranch(gate, decision))
  return [id, ...args, ...gates, ...endBranches(call)]
}

const decisionStyles: Readonly<Record<string, Style>> = {
  allow: 'green',
  block: 'yellow',
  replace: 'cyan',
  pend: 'cyan',
}

function decisionBranch(gate: string, decision: unknown): Branch {
  const { kind, shadow, reason, message, settlementError, ...rest } = fieldsOf(decision)
  const parts = [
    textOf(kind),
    shadow === true ? ' (shadow: not enforced)' : '',
    reason === undefined ? '' : ` (${textOf(reason)})`,
    message === undefined ? usage(rest) : `: ${textOf(message)}`,
    settlementError === undefined ? '' : `; not settled: ${textOf(settlementError)}`,
  ]
  return { name: safeText(gate), text: parts.join(''), style: decisionStyles[textOf(kind)] ?? 'dim' }
}

/** What is left of the limits and budgets that were looked at: each says it in fields of its gate. */
function usage({ cost, quotas, budgets }: Partial<Record<string, unknown>>): string {
  const spent = listOf(budgets).map(({ used, maxSpend }) => `${textOf(used)} of ${textOf(maxSpend)} spent`)
  const taken = listOf(quotas).map(({ used, limit, quota }) => `${textOf(quota)} ${textOf(used)} of ${textOf(limit)}`)
  const charged = cost === undefined ? [] : [`charged ${textOf(cost)}`]
  return [...charged, ...spent, ...taken].map((part) => `, ${part}`).join('')
}

const mostListed = 3

function listOf(value: unknown): Partial<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.slice(0, mostListed).map(fieldsOf) : []
}

function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  return (value ?? {}) as Partial<Record<string, unknown>>
}

/** How the call ended, where no gate's decision says it already. */
function endBranches(call: JournalCall): Branch[] {
  const { outcome, blockedBy, reason, message, error, decisions } = call
  const style = outcomeStyles[outcome] ?? 'dim'
  switch (outcome) {
    case 'executed':
      return []
    case 'blocked':
    case 'pending':
      if (blockedBy !== undefined && Object.hasOwn(decisions ?? {}, blockedBy)) return []
      return [{ name: textOf(blockedBy), text: `${textOf(outcome)} (${textOf(reason)}): ${textOf(message)}`, style }]
    case 'running':
      return [{ name: 'tool', text: 'has not ended yet, or not on the disk', style }]
    case 'unknown':
      return [{ name: 'tool', text: 'nobody knows how it ended: the process was gone before it was recorded', style }]
    default: {
      const why = errorText(error) ?? textOf(message)
      return [{ name: 'tool', text: `${textOf(outcome)} (${textOf(reason)}): ${why}`, style }]
    }
  }
}
