import { didYouMean } from '@toolgate/core'
import { type DeclaredTool, type PolicyCall, readPolicyCall } from '@toolgate/rule'
import { UsageError } from '../command-line/failure.ts'
import type { Given } from '../command-line/given.ts'
import type { Options } from '../command-line/option.ts'
import { parseTime } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { openTools, readBeside } from './load.ts'

/** How a command is told of a call: by a file, or piece by piece. */
export const callOptions: Options = {
  call: { value: 'FILE', summary: 'the call, in YAML or JSON, as it stands under `call` in a file of cases' },
  action: { value: 'ACTION', summary: 'or its action, such as write:refund; by default that of its tool, or its name' },
  tool: { value: 'TOOL', summary: 'its tool, whose action and tags --tools may say; by default named as the action' },
  arguments: { value: 'JSON', summary: 'its arguments; none by default' },
  principal: { value: 'NAME', summary: 'who makes it; `global` by default' },
  run: { value: 'RUN', summary: 'the run that it is part of' },
  before: {
    value: 'ACTION',
    multiple: true,
    summary: 'what was called before in the same run; without it nothing is known of that',
  },
  at: { value: 'TIME', summary: 'when it is made: 2026-11-21T17:00Z, or 24h ago as 24h; now by default' },
  tag: { value: 'TAG', multiple: true, summary: 'a tag of its tool' },
  metadata: { value: 'JSON', summary: 'what its caller says of it, such as {"trustTier":"verified"}' },
}

/** @throws UsageError for what names no call; PolicyDocumentError for a file that does not. */
export async function readCall(given: Given, nowMs: number): Promise<PolicyCall> {
  const file = given.text('call')
  const tools = await openTools(given)
  if (file === undefined) return callOf(given, tools, nowMs)
  const other = Object.keys(callOptions).find((option) => option !== 'call' && given.has(option))
  if (other !== undefined) throw new UsageError(`\`--call\` is the whole call; give it, or \`--${other}\`, not both`)
  const call = readPolicyCall(await readBeside('the call', file), { file, tools })
  return { ...call, atMs: call.atMs ?? nowMs }
}

function callOf(given: Given, tools: readonly DeclaredTool[] | undefined, nowMs: number): PolicyCall {
  const [action, tool, at] = [given.text('action'), given.text('tool'), given.text('at')]
  const declared = tools?.find(({ name }) => name === tool)
  if (action === undefined && tool === undefined) {
    throw new UsageError('there is no call; expected `--action`, such as write:refund, `--tool` or `--call`')
  }
  if (tools !== undefined && tool !== undefined && declared === undefined && action === undefined) {
    const names = tools.map(({ name }) => name)
    const mend = `expected one of those in --tools, or \`--action\`${didYouMean(tool, names)}`
    throw new UsageError(`\`--tool\` is \`${safeText(tool.slice(0, mostShown))}\`; ${mend}`)
  }
  return {
    tool,
    action: action ?? declared?.action,
    tags: given.has('tag') ? given.list('tag') : declared?.tags,
    arguments: json(given, 'arguments'),
    principal: given.text('principal'),
    run: given.text('run'),
    metadata: jsonObject(given, 'metadata'),
    atMs: at === undefined ? nowMs : parseTime('--at', at, nowMs).getTime(),
    before: given.has('before') ? given.list('before').map((earlier) => ({ action: earlier })) : undefined,
  }
}

function json(given: Given, option: string): unknown {
  const text = given.text(option)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw notJson(option, text, 'JSON')
  }
}

function jsonObject(given: Given, option: string): Readonly<Record<string, unknown>> | undefined {
  const value = json(given, option)
  if (value === undefined) return undefined
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw notJson(option, given.text(option) ?? '', 'an object in JSON')
}

const mostShown = 200

function notJson(option: string, text: string, expected: string): UsageError {
  return new UsageError(
    `\`--${option}\` is \`${safeText(text.slice(0, mostShown))}\`; expected ${expected}, such as {"amount":100}`,
  )
}
