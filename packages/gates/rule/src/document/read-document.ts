import { createHash } from 'node:crypto'
import { builtInCategories } from '../condition/category.ts'
import type { AppliesTo, Category, PolicyDocument } from './document.ts'
import { fieldsOf, mappingOf } from './fields.ts'
import type { Entry, Located } from './located.ts'
import { appliesToFields, categoryFields, defaultEffects, documentFields, modes } from './names.ts'
import { Problems } from './problems.ts'
import { hostGlobs, nameGlobs } from './read-pattern.ts'
import { rules } from './read-rule.ts'
import { timeZone } from './read-time.ts'
import { word, wordFault } from './read-word.ts'
import { choice, label, literalOf, prose, type Reader, text } from './readers.ts'
import { parseText } from './yaml-text.ts'

export interface ReadOptions {
  /** What errors and decisions call the document. */
  readonly file: string
  /** The IANA name of the time zone of documents that name none. */
  readonly timeZone: string
}

/**
 * Reads a policy document, in YAML 1.2 or JSON.
 * @throws PolicyDocumentError that names every problem, in the order of the text, with its file, line and column.
 */
export function readDocument(documentText: string, options: ReadOptions): PolicyDocument {
  const problems = new Problems()
  const root = parseText(documentText, options.file, problems)
  const document = root && readRoot(root, options, problems)
  if (document === undefined || problems.areThere) throw problems.error()
  return { ...document, file: options.file, digest: createHash('sha256').update(documentText).digest('hex') }
}

type Content = Omit<PolicyDocument, 'file' | 'digest'>

function readRoot(root: Located, options: ReadOptions, problems: Problems): Content | undefined {
  const other = otherFile(root)
  if (other !== undefined) return problems.about(other.entry, other.sentence)
  const fields = fieldsOf(root, documentFields, problems)
  if (fields === undefined) return undefined
  // For editors: what is checked here is the language itself.
  fields.read('$schema', text('the address of a JSON Schema'))
  const zone = fields.read('timeZone', timeZone) ?? options.timeZone
  const name = fields.required('name', word('a name, such as `support`'), 'name: support')
  const content = {
    version: fields.read('version', version),
    description: fields.read('description', prose('text that says what the document is for')),
    mode: fields.read('mode', choice(modes)) ?? 'enforce',
    appliesTo: fields.read('appliesTo', appliesTo) ?? toEverything,
    categories: fields.read('categories', categories) ?? [],
    defaultEffect: fields.read('defaultEffect', choice(defaultEffects)) ?? 'deny',
    defaultPlace: fields.entry('defaultEffect')?.place ?? root.place,
  }
  const read = fields.required(
    'rules',
    rules({ timeZone: zone, categories: categoryNames(root) }),
    'rules: [{ effect: allow, actions: "read:*" }]',
  )
  return name === undefined || read === undefined ? undefined : { name, ...content, rules: read }
}

/** What stands beside policies is easily taken for one. Saying that it lacks what a policy has would help nobody. */
function otherFile(root: Located): { readonly entry: Entry; readonly sentence: string } | undefined {
  if (root.kind !== 'mapping' || root.entries.has('rules')) return undefined
  const cases = root.entries.get('cases')
  if (cases !== undefined) {
    const sentence =
      'makes this a file of cases, for `toolgate policy test`; expected a policy, with `name` and `rules`'
    return {
      entry: cases,
      sentence: `${sentence}; in a folder of policies it is left out when it is named \`*.test.yaml\``,
    }
  }
  const tools = root.entries.get('tools')
  const sentence = 'makes this a file of tools, for the option `--tools`; expected a policy, with `name` and `rules`'
  return (
    tools && {
      entry: tools,
      sentence: `${sentence}; in a folder of policies it is left out when it is named \`*.tools.yaml\``,
    }
  )
}

/** The names that conditions may use, also of categories in which something else is wrong. */
function categoryNames(root: Located): readonly string[] {
  const written = root.kind === 'mapping' ? root.entries.get('categories')?.value : undefined
  return [...(written?.kind === 'mapping' ? written.entries.keys() : []), ...builtInCategories.map(({ name }) => name)]
}

const versionText = label('a version, such as "1.0"')

/** A number is taken for what is written: `1.10` is not `1.1`. */
const version: Reader<string> = (value, problems) => {
  const literal = literalOf(value)
  return literal?.type === 'number' ? literal.text : versionText(value, problems)
}

const toEverything: AppliesTo = { tags: undefined, principals: undefined, trustTiers: undefined }

const appliesTo: Reader<AppliesTo> = (value, problems) => {
  const fields = fieldsOf(value, appliesToFields, problems)
  return (
    fields && {
      tags: fields.read('tags', nameGlobs('support')),
      principals: fields.read('principals', nameGlobs('agent-*')),
      trustTiers: fields.read('trustTiers', nameGlobs('verified')),
    }
  )
}

const categories: Reader<readonly Category[]> = (value, problems) => {
  const mapping = mappingOf(value, 'a mapping of names to `tools` and `hosts`', problems)
  const read = Array.from(mapping?.entries.values() ?? [], (entry) => readCategory(entry, problems))
  return read.filter((category) => category !== undefined)
}

function readCategory(entry: Entry, problems: Problems): Category | undefined {
  if (entry.key.trim() === '') return problems.about(entry, 'is a category without a name')
  const fault = wordFault(entry.key)
  if (fault !== undefined) problems.about(entry, `is the name of a category; expected one${fault}`)
  const fields = fieldsOf(entry.value, categoryFields, problems)
  return (
    fields && {
      name: entry.key,
      tools: fields.read('tools', nameGlobs('browser_*')) ?? [],
      hosts: fields.read('hosts', hostGlobs) ?? [],
    }
  )
}
