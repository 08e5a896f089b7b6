import type { Category } from '../document/document.ts'
import { compileGlobs, type TextTest } from './glob.ts'
import { compileHostPatterns, hostOf } from './host.ts'
import { ownValue } from './own-value.ts'
import type { CallFacts } from './subject.ts'

type CategorisedCall = Pick<CallFacts, 'tool' | 'arguments'>

/** Of a call that no category is about. */
const otherwise = 'generic'

const separators = ['_', '-', '.', ':', '/']

/** The categories that every document knows. An entry of its own with the same name stands in place of one. */
export const builtInCategories: readonly Category[] = [
  { name: 'slack', tools: toolsNamed('slack'), hosts: ['slack.com', '*.slack.com'] },
  {
    name: 'github',
    tools: toolsNamed('github'),
    hosts: ['github.com', '*.github.com', 'githubusercontent.com', '*.githubusercontent.com'],
  },
  {
    name: 'drive',
    tools: [
      // Only in front: `one_drive` and `test_drive` are something else.
      ...toolsBeginning('drive'),
      ...['gdrive', 'googledrive', 'google_drive', 'google-drive'].flatMap(toolsNamed),
    ],
    hosts: ['drive.google.com', 'docs.google.com', 'www.googleapis.com', 'drive.googleapis.com'],
  },
  { name: 'http', tools: [], hosts: ['*'] },
  { name: otherwise, tools: [], hosts: [] },
]

/**
 * The category of a call, by those of its document and then the built-in ones: the first that has its tool; else, where
 * its arguments have a `url`, the first that has the host of that; else `generic`. `undefined` where the `url` can not
 * be understood, so that the category is not known.
 */
export function categoryOf(call: CategorisedCall, categories: readonly Category[]): string | undefined {
  return compileCategories(categories)(call)
}

/** The same, for many calls. */
export function compileCategories(categories: readonly Category[]): (call: CategorisedCall) => string | undefined {
  const own = new Set(categories.map(({ name }) => name))
  const compiled = [...categories, ...builtInCategories.filter(({ name }) => !own.has(name))].map(compileCategory)
  const categoryOfTool = remembered((tool) => compiled.find(({ hasTool }) => hasTool(tool))?.name)
  return (call) => {
    const byTool = categoryOfTool(call.tool)
    if (byTool !== undefined) return byTool
    const url = ownValue(call.arguments, 'url')
    if (url === undefined) return otherwise
    const host = hostOf(url)
    return host === undefined ? undefined : (compiled.find(({ hasHost }) => hasHost(host))?.name ?? otherwise)
  }
}

interface CompiledCategory {
  readonly name: string
  readonly hasTool: TextTest
  readonly hasHost: TextTest
}

function compileCategory({ name, tools, hosts }: Category): CompiledCategory {
  return { name, hasTool: compileGlobs(tools), hasHost: compileHostPatterns(hosts) }
}

const mostRemembered = 1_000

/** Tools are few and asked about for every call, while their globs are hundreds. */
function remembered(find: (tool: string) => string | undefined): (tool: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (tool) => {
    const category = known.get(tool)
    if (category !== undefined || known.has(tool)) return category
    const found = find(tool)
    if (known.size < mostRemembered) known.set(tool, found)
    return found
  }
}

/** Names such as `slack`, `slack_post`, `SLACK_POST`, `send.slack` and `mcp__slack__post`. */
function toolsNamed(word: string): string[] {
  const within = separators.flatMap((separator) => [`*${separator}${word}`, `*${separator}${word}${separator}*`])
  return [...toolsBeginning(word), ...inBothCases(within)]
}

function toolsBeginning(word: string): string[] {
  return inBothCases([word, ...separators.map((separator) => `${word}${separator}*`)])
}

function inBothCases(globs: readonly string[]): string[] {
  return globs.flatMap((glob) => [glob, glob.toUpperCase()])
}
