import { LineCounter, parseDocument, type YAMLError } from 'yaml'
import type { Located } from './located.ts'
import type { Problems } from './problems.ts'
import { locate } from './yaml-nodes.ts'

/** A policy is written by hand. Parsing takes some seconds for the worst text of this size. */
export const mostBytes: number = 1024 * 1024

export function tooLarge(bytes: number): string {
  return `the document has ${bytes} bytes; expected at most ${mostBytes}`
}

/** The value of a YAML or JSON text; `undefined`, and the problems, where it is neither, or more than can be read. */
export function parseText(text: string, file: string, problems: Problems): Located | undefined {
  const start = { file, line: 1, column: 1 }
  const bytes = Buffer.byteLength(text)
  if (bytes > mostBytes) return problems.add(start, tooLarge(bytes))

  const lineCounter = new LineCounter()
  const placeAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return { file, line, column: col }
  }
  // Editors do not count a byte order mark as a column.
  const source = text.replace(/^\uFEFF/, '')
  // The library compares each key with all others of its mapping, which takes minutes for a long one: `locate` asks a
  // set. The tags of YAML 1.1 would make dates and bytes of what stands here as text.
  const options = { lineCounter, prettyErrors: false, uniqueKeys: false, stringKeys: true, resolveKnownTags: false }
  const document = parseDocument(source, options)
  for (const error of [...document.errors, ...document.warnings]) {
    problems.add(placeAt(error.pos[0]), explain(error, source))
  }
  if (document.directives?.yaml.version === '1.1') {
    const place = placeAt(source.search(/^%YAML/m))
    return problems.add(place, 'the document is YAML 1.1; expected YAML 1.2, in which `yes` is text')
  }
  // After a syntax error the rest is not what its author wrote. A warning, as of an unknown tag, leaves it readable.
  if (document.errors.length > 0) return undefined
  if (document.contents === null) {
    return problems.add(start, 'the document is empty; expected a mapping with `name` and `rules`')
  }
  return locate(document.contents, source, placeAt, problems)
}

/** What the library says to its own users is put in other words. */
function explain(error: YAMLError, source: string): string {
  return `${sentenceOf(error)}${quotingHint(error, source)}`
}

function sentenceOf({ code, message }: YAMLError): string {
  const sentence = `${message.charAt(0).toLowerCase()}${message.slice(1)}`
  switch (code) {
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; expected one document in a file'
    case 'NON_STRING_KEY':
      return 'the key is not text; expected a name, a condition or a path'
    case 'RESOURCE_EXHAUSTION':
      return 'this is nested too deep to be read'
    case 'TAG_RESOLVE_FAILED':
      return `${sentence}; expected a value without a tag, or text in quotes`
    default:
      return `this is not valid YAML 1.2: ${sentence}`
  }
}

/** Most of what is no YAML is text that begins with, or has in it, what YAML takes for a sign of its own. */
function quotingHint({ code, message, pos }: YAMLError, source: string): string {
  const [at] = pos
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return message.startsWith('Nested mappings')
        ? '; put text with `: ` in quotes, and begin the keys of one mapping in one column'
        : ''
    case 'BAD_SCALAR_START':
      return `; put text that begins with ${source[at] === '`' ? 'a backtick' : `\`${source[at]}\``} in quotes`
    case 'BAD_DQ_ESCAPE':
      return '; in double quotes a backslash is written `\\\\`, and in single quotes it is taken as it is'
    case 'BAD_ALIAS':
      return message.startsWith('Anchor') ? beginsWith('&') : beginsWith('*')
    case 'NON_STRING_KEY':
    case 'UNEXPECTED_TOKEN':
    case 'MISSING_CHAR':
      return hasAliasBefore(source, at) ? beginsWith('*') : ''
    default:
      return ''
  }
}

function beginsWith(sign: string): string {
  return `; put text that begins with \`${sign}\` in quotes`
}

/** How far before an error, on its line, an alias is looked for. */
const mostLookedAt = 200

/** Whether what stands before, or at, a place of an error was taken for an alias: `*.a, *.b`. */
function hasAliasBefore(source: string, at: number): boolean {
  const before = source.slice(Math.max(0, at - mostLookedAt), at + 1)
  return /(?:^|[\s[{,])\*[^\s\n]*[^\S\n]*\S?$/.test(before.slice(before.lastIndexOf('\n') + 1))
}
