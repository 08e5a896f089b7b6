import { dirname, isAbsolute, join } from 'node:path'
import { fieldsOf } from '../document/fields.ts'
import type { Located } from '../document/located.ts'
import type { Problems } from '../document/problems.ts'
import { timeZone } from '../document/read-time.ts'
import { label, oneOrMore, type Reader, text } from '../document/readers.ts'
import type { DeclaredTool } from '../lint/finding.ts'
import { readBeside } from './parse.ts'
import { defaultCaseTimeMs, type NamedFile, type PolicyCase, type PolicyCases } from './policy-cases.ts'
import { policyCall, toolsByName } from './read-call.ts'
import { expectation } from './read-expectation.ts'

const mostCases = 10_000

export interface ReadPolicyCasesOptions {
  /** What errors call the file. What it names is relative to its folder. */
  readonly file: string
  /** The tools, where the file says that calls may name their tool alone (`tools`). */
  readonly tools?: readonly DeclaredTool[] | undefined
}

/**
 * Reads what a policy is expected to decide, in YAML or JSON of at most 1 MiB and 10,000 cases. A call that does not say
 * when it is made (`at`) is made at noon in UTC on Monday, 5 January 2026, whatever the day.
 * @throws PolicyDocumentError that names every problem with its file, line and column.
 */
export function readPolicyCases(casesText: string, { file, tools }: ReadPolicyCasesOptions): PolicyCases {
  return readCases(casesText, file, (named, problems) => {
    if (tools !== undefined) return tools
    return problems.add(named.place, 'tools are named here and were not given; load the file with `loadPolicyCases`')
  })
}

/** Gives the tools that a file names. */
export type ToolsOf = (named: NamedFile, problems: Problems) => readonly DeclaredTool[] | undefined

export function readCases(casesText: string, file: string, toolsOf: ToolsOf): PolicyCases {
  return readBeside(casesText, file, example, (root, problems) => readRoot(root, file, toolsOf, problems))
}

const example = 'cases: [{ name: reads are allowed, call: { action: read:data }, expect: allow }]'

function readRoot(root: Located, file: string, toolsOf: ToolsOf, problems: Problems): PolicyCases | undefined {
  const fields = fieldsOf(root, ['policy', 'timeZone', 'tools', 'cases'], problems)
  if (fields === undefined) return undefined
  const policy = fields.read('policy', oneOrMore(namedFile(file), 'the path of a policy document, or a list of them'))
  const toolsFile = fields.read('tools', namedFile(file))
  const tools = toolsFile && toolsOf(toolsFile, problems)
  const byName = tools && toolsByName(tools)
  const zone = fields.read('timeZone', timeZone)
  const cases = fields.required('cases', caseList(byName), example)
  return cases && { file, policy: policy ?? [], timeZone: zone, cases }
}

function namedFile(file: string): Reader<NamedFile> {
  const path = text('the path of a file')
  return (value, problems) => {
    const written = path(value, problems)
    if (written === undefined) return undefined
    return { path: isAbsolute(written) ? written : join(dirname(file), written), place: value.place }
  }
}

function caseList(tools: ReadonlyMap<string, DeclaredTool> | undefined): Reader<readonly PolicyCase[]> {
  const call = policyCall(tools)
  return (value, problems) => {
    if (value.kind !== 'list' || value.items.length === 0) {
      return problems.expected(value, 'a list of at least one case, each with `name`, `call` and `expect`')
    }
    const tooMany = value.items[mostCases]
    if (tooMany !== undefined) return problems.about(tooMany, `is one case too many; expected at most ${mostCases}`)
    const read = value.items.map((item): PolicyCase | undefined => {
      const fields = fieldsOf(item, ['name', 'call', 'expect'], problems)
      const name = fields?.required('name', label('a sentence that says what is expected'), 'name: reads are allowed')
      const made = fields?.required('call', call, 'call: { action: read:data }')
      const expected = fields?.required('expect', expectation, 'expect: allow')
      if (name === undefined || made === undefined || expected === undefined) return undefined
      return { name, call: { ...made, atMs: made.atMs ?? defaultCaseTimeMs }, expected, place: item.place }
    })
    return read.filter((each) => each !== undefined)
  }
}
