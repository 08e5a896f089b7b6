import { fieldsOf, mappingOf } from '../document/fields.ts'
import type { Entry } from '../document/located.ts'
import type { Problems } from '../document/problems.ts'
import { label, listOf, type Reader, text } from '../document/readers.ts'
import type { DeclaredTool } from '../lint/finding.ts'
import { readBeside } from './parse.ts'

const mostTools = 10_000

/**
 * Reads what tools declare to policies, in YAML or JSON: `tools: { process_refund: { action: write:refund, tags:
 * [support] } }`. A tool without an action has its name for one.
 * @throws PolicyDocumentError that names every problem with its file, line and column.
 */
export function readTools(toolsText: string, { file }: { readonly file: string }): DeclaredTool[] {
  return readBeside(toolsText, file, example, (root, problems) => {
    return fieldsOf(root, ['tools'], problems)?.required('tools', declarations, example)
  })
}

const example = 'tools: { process_refund: { action: write:refund } }'

const declarations: Reader<DeclaredTool[]> = (value, problems) => {
  const mapping = mappingOf(value, 'a mapping of the names of tools to `action` and `tags`', problems)
  const entries = [...(mapping?.entries.values() ?? [])]
  const tooMany = entries[mostTools]
  if (tooMany !== undefined) return problems.about(tooMany, `is one tool too many; expected at most ${mostTools}`)
  return entries.map((entry) => declaration(entry, problems)).filter((tool) => tool !== undefined)
}

function declaration({ key: name, value }: Entry, problems: Problems): DeclaredTool | undefined {
  if (value.kind === 'mapping' && value.entries.size === 0) return { name }
  const fields = fieldsOf(value, ['action', 'tags'], problems)
  return fields && { name, action: fields.read('action', action), tags: fields.read('tags', tags) }
}

export const action: Reader<string> = label('an action, such as `write:refund`')

const someTags = listOf(text('a tag, such as `support`'), 'a list of tags, such as [support]')

/** An empty list says that there are none. */
export const tags: Reader<readonly string[]> = (value, problems) => {
  return value.kind === 'list' && value.items.length === 0 ? [] : someTags(value, problems)
}
