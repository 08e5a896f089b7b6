import type { FindingKind, RedactedPath, Redaction, RedactionAction } from './document.ts'
import { type Fields, mappingOf } from './fields.ts'
import type { Entry, Located } from './located.ts'
import { findingKinds, type RuleField, redactionActions, suggestion } from './names.ts'
import type { Path } from './path.ts'
import type { Problems } from './problems.ts'
import { parsePath, rootOf, withoutBrackets } from './read-path.ts'
import { word } from './read-word.ts'
import { choice, oneOrMore, type Reader } from './readers.ts'

/** Reads `redact` and `within` of a rule whose effect is `redact`. */
export function readRedaction(fields: Fields<RuleField>, problems: Problems): Redaction | undefined {
  const redacted = fields.required('redact', redact, 'redact: { email: mask }')
  const within = fields.read('within', argumentPaths)
  const withinEntry = fields.entry('within')
  if (redacted?.kinds.size === 0 && withinEntry !== undefined) {
    return problems.about(withinEntry, 'says where to look for kinds; expected one in `redact`, such as `email: mask`')
  }
  return redacted && { ...redacted, within }
}

const expectation = 'a mapping of what to redact, such as `email: mask` or `arguments.note: drop`'
const redactionAction = choice(redactionActions)

/** Kinds and paths in one mapping, each with what becomes of it. */
const redact: Reader<Omit<Redaction, 'within'>> = (value, problems) => {
  const mapping = mappingOf(value, expectation, problems)
  if (mapping === undefined) return undefined
  const kinds = new Map<FindingKind, RedactionAction>()
  const paths: RedactedPath[] = []
  for (const entry of mapping.entries.values()) {
    const action = redactionAction(entry.value, problems)
    const kind = findingKinds.find((each) => each === entry.key)
    const path = kind === undefined ? redactedPath(entry, problems) : undefined
    if (action === undefined) continue
    if (kind !== undefined) kinds.set(kind, action)
    if (path !== undefined) paths.push({ path, action })
  }
  return kinds.size + paths.length === mapping.entries.size ? { kinds, paths } : undefined
}

function redactedPath(entry: Entry, problems: Problems): Path | undefined {
  if (rootOf(entry.key) === undefined) {
    const kinds = `${findingKinds.join(', ')} or a path such as \`arguments.note\``
    const path = withoutBrackets(entry.key)
    const mend = path === undefined ? suggestion(entry.key, findingKinds) : `; write it as \`${path}\``
    return problems.about(entry, `is unknown; expected ${kinds}${mend}`)
  }
  const path = parsePath(entry.key)
  if ('fault' in path) return problems.about(entry, path.fault)
  if (path.root === 'arguments' && path.keys.length > 0) return path
  return problems.about(entry, 'can not be redacted; expected a path into the arguments, such as `arguments.note`')
}

const pathExpectation = 'a path such as `arguments.message`, or a list of them'
const pathText = word(pathExpectation)

const argumentPath: Reader<Path> = (value: Located, problems) => {
  const written = pathText(value, problems)
  if (written === undefined) return undefined
  const path = parsePath(written)
  if ('fault' in path) return problems.expected(value, `${pathExpectation}; it ${path.fault}`)
  return path.root === 'arguments' ? path : problems.expected(value, pathExpectation)
}

const argumentPaths = oneOrMore(argumentPath, pathExpectation)
