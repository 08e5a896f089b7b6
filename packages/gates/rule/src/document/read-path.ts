import { hiddenIn, hiddenText } from './hidden.ts'
import { type Path, type PathRoot, pathRoots } from './path.ts'

/** The roots with parts. What follows any other root would never be found. */
const deepRoots: readonly PathRoot[] = ['arguments', 'metadata']

/** What is wrong with a path, as the end of a sentence about it. */
export interface PathFault {
  readonly fault: string
}

/** The root that a text begins with, if it begins with one. */
export function rootOf(text: string): PathRoot | undefined {
  const [beginning] = text.split('.', 1)
  return pathRoots.find((root) => root === beginning)
}

/**
 * Reads a path such as `arguments.customer.id`, in which `\.` is a dot within a key, and a backslash also takes `*`, `[`,
 * `]` and itself as they are. A part `*` stands for every key or index.
 */
export function parsePath(text: string): Path | PathFault {
  const read = readParts(text)
  if ('fault' in read || !read.parts.includes('\\*')) return withKeys(text, read)
  return { fault: 'has the part `\\*`; a key that is only `*` can not be told from `*`, which stands for every key' }
}

/** A path in which `*` would be a key of that name, and is hardly meant so. */
export function parseExactPath(text: string): Path | PathFault {
  const read = readParts(text)
  const parts = 'fault' in read ? withoutBrackets(text)?.split('.') : read.parts
  if (!parts?.includes('*')) return withKeys(text, read)
  return { fault: 'has a part `*`, which only the paths of a redaction may have' }
}

/** The same path without brackets, `arguments.items.0.id` for `arguments.items[0].id`, if it is one of a known root. */
export function withoutBrackets(text: string): string | undefined {
  if (text.length > longestMended || !/[[\]]/.test(text)) return undefined
  const mended = text
    .replaceAll(/\[(?:(\d+|\*)|(["'])([\w-]+)\2)\]/g, (_, index?: string, _quote?: string, key?: string) => {
      return `.${index ?? key}`
    })
    .replaceAll('[]', '.*')
  return /[[\]]/.test(mended) || 'fault' in readParts(mended) ? undefined : mended
}

/** Longer paths are not shown in another form. */
const longestMended = 200

interface Parts {
  readonly root: PathRoot
  /** As they are written, with their backslashes. */
  readonly parts: readonly string[]
}

function withKeys(text: string, read: Parts | PathFault): Path | PathFault {
  if ('fault' in read) return read
  return { text, root: read.root, keys: read.parts.map((part) => part.replaceAll(/\\(.)/gs, '$1')) }
}

function readParts(text: string): Parts | PathFault {
  const root = rootOf(text)
  if (root === undefined) return { fault: `begins with none of ${pathRoots.join(', ')}` }
  if (text === root) return { root, parts: [] }
  if (!deepRoots.includes(root)) {
    return { fault: `goes into \`${root}\`; only ${deepRoots.join(' and ')} can be gone into` }
  }
  const parts = partsOf(text.slice(root.length + 1))
  const fault = parts.map((part) => partFault(part, text)).find((each) => each !== undefined)
  return fault === undefined ? { root, parts } : { fault }
}

/** What stands between the dots that have no backslash. */
function partsOf(text: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') {
      index++
    } else if (text[index] === '.') {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)]
}

/** What other languages mean by brackets and stars would here be a key that no call has. */
function partFault(part: string, text: string): string | undefined {
  if (part === '') return 'has an empty part; a dot within a key is written `\\.`'
  const hidden = hiddenIn(part)
  if (hidden !== undefined) return `has a part with ${hiddenText(hidden)}`
  const bare = part.replaceAll(/\\[.\\*[\]]/g, '')
  if (bare.includes('\\')) return 'has a backslash that stands before none of `.`, `\\`, `*`, `[` and `]`'
  if (/[[\]]/.test(bare)) return `has a bracket; ${bracketMend(text)}one within a key is written \`\\[\` or \`\\]\``
  if (part === '*' || !bare.includes('*')) return undefined
  return `has the part \`${shown(part)}\`; \`*\` is no wildcard within a part, and a key that has one is written with \`\\*\``
}

function bracketMend(text: string): string {
  const mended = withoutBrackets(text)
  return mended === undefined ? '' : `write it as \`${mended}\`; `
}

function shown(part: string): string {
  return part.length <= longestMended ? part : `${part.slice(0, longestMended)}…`
}
