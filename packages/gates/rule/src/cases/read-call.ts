import { fieldsOf } from '../document/fields.ts'
import type { Entry, Located } from '../document/located.ts'
import { suggestion } from '../document/names.ts'
import type { Problems } from '../document/problems.ts'
import { as, checked, decimal, listOf, literalOf, type Reader, text } from '../document/readers.ts'
import type { EarlierCall, PolicyCall } from '../engine/policy-call.ts'
import type { DeclaredTool } from '../lint/finding.ts'
import { readBeside } from './parse.ts'
import { action, tags } from './read-tools.ts'
import { jsonObject, jsonValue } from './read-value.ts'

const callFields = [
  'tool',
  'action',
  'tags',
  'arguments',
  'principal',
  'tenant',
  'session',
  'run',
  'traceId',
  'metadata',
  'at',
  'before',
] as const

export interface ReadPolicyCallOptions {
  /** What errors call the file. */
  readonly file: string
  /** The tools that the call may name alone; any name without them. */
  readonly tools?: readonly DeclaredTool[] | undefined
}

/**
 * Reads one call, in YAML or JSON, as it stands under `call` in a case file.
 * @throws PolicyDocumentError that names every problem with its file, line and column.
 */
export function readPolicyCall(callText: string, { file, tools }: ReadPolicyCallOptions): PolicyCall {
  return readBeside(callText, file, 'action: write:refund', policyCall(tools && toolsByName(tools)))
}

export function toolsByName(tools: readonly DeclaredTool[]): ReadonlyMap<string, DeclaredTool> {
  return new Map(tools.map((tool) => [tool.name, tool]))
}

/** The tools are those that a call may name alone; any name without them. */
export function policyCall(tools: ReadonlyMap<string, DeclaredTool> | undefined): Reader<PolicyCall> {
  return (value, problems) => {
    const fields = fieldsOf(value, callFields, problems)
    if (fields === undefined) return undefined
    const given = { tool: fields.read('tool', name), action: fields.read('action', action) }
    if (fields.entry('tool') === undefined && fields.entry('action') === undefined) {
      return fields.missing(['tool', 'action'], 'action: write:refund')
    }
    const tool = tools && declared(tools, given, fields.entry('tool'), problems)
    return {
      tool: given.tool,
      action: given.action ?? tool?.action,
      tags: fields.read('tags', tags) ?? tool?.tags,
      arguments: fields.read('arguments', jsonValue),
      principal: fields.read('principal', name),
      tenant: fields.read('tenant', name),
      session: fields.read('session', name),
      run: fields.read('run', name),
      traceId: fields.read('traceId', name),
      metadata: fields.read('metadata', jsonObject),
      atMs: fields.read('at', instant),
      before: fields.read('before', earlierCalls),
    }
  }
}

const name = text('text that is not empty')

/** The tool that the call names. One that nobody knows is no mistake where the call says its action itself. */
function declared(
  tools: ReadonlyMap<string, DeclaredTool>,
  { tool, action }: Pick<PolicyCall, 'tool' | 'action'>,
  entry: Entry | undefined,
  problems: Problems,
): DeclaredTool | undefined {
  const found = tool === undefined ? undefined : tools.get(tool)
  if (found !== undefined || action !== undefined || tool === undefined || entry === undefined) return found
  const names = [...tools.keys()]
  return problems.expected(entry.value, `a tool of those that are declared, or an \`action\`${suggestion(tool, names)}`)
}

const timeExpectation = 'a time with its offset from UTC, such as 2026-01-05T12:00:00+01:00'
const isoTime = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/

const instant: Reader<number> = as(checked(text(timeExpectation), isInstant, timeExpectation), Date.parse)

function isInstant(written: string): boolean {
  const [, date] = isoTime.exec(written) ?? []
  if (date === undefined || Number.isNaN(Date.parse(written))) return false
  // `Date` takes the 30th of February for the 2nd of March.
  return new Date(`${date}T00:00Z`).toISOString().startsWith(date)
}

const costExpectation = 'a decimal number of 0 or more, such as "0.10"'
const cost = checked(decimal, (written) => !written.startsWith('-'), costExpectation)

/** `read:customer_data`, or `{ action: read:customer_data, cost: "0.10" }`. */
const earlierCall: Reader<EarlierCall> = (value: Located, problems) => {
  if (literalOf(value) !== undefined) return as(action, (read): EarlierCall => ({ action: read }))(value, problems)
  const fields = fieldsOf(value, ['action', 'cost'], problems)
  const read = fields?.required('action', action, 'action: read:customer_data')
  return read === undefined ? undefined : { action: read, cost: fields?.read('cost', cost) }
}

const beforeExpectation = 'a list of the calls made before, such as [read:customer_data]'

/** An empty list says that nothing was called before; without one nothing is known. */
const earlierCalls: Reader<readonly EarlierCall[]> = (value, problems) => {
  if (value.kind === 'list' && value.items.length === 0) return []
  return listOf(earlierCall, beforeExpectation)(value, problems)
}
