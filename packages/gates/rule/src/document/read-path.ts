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

/** Reads a path such as `arguments.customer.id`, in which `\.` is a dot within a key and `\\` a backslash. */
export function parsePath(text: string): Path | PathFault {
  const root = rootOf(text)
  if (root === undefined) return { fault: `begins with none of ${pathRoots.join(', ')}` }
  if (text === root) return { text, root, keys: [] }
  if (!deepRoots.includes(root)) {
    return { fault: `goes into \`${root}\`; only ${deepRoots.join(' and ')} can be gone into` }
  }
  const keys = keysOf(text.slice(root.length + 1))
  if (keys === undefined) return { fault: 'has a backslash that stands before neither a dot nor a backslash' }
  return keys.includes('') ? { fault: 'has an empty part; a dot within a key is written `\\.`' } : { text, root, keys }
}

/** A path in which `*` would be a key of that name, and is hardly meant so. */
export function parseExactPath(text: string): Path | PathFault {
  const path = parsePath(text)
  const hasWildcard = 'keys' in path && path.keys.includes('*')
  return hasWildcard ? { fault: 'has a part `*`, which only the paths of a redaction may have' } : path
}

function keysOf(text: string): string[] | undefined {
  const keys = ['']
  let isEscaped = false
  for (const character of text) {
    if (isEscaped && character !== '.' && character !== '\\') return undefined
    if (!isEscaped && character === '.') keys.push('')
    else if (isEscaped || character !== '\\') keys.push(`${keys.pop()}${character}`)
    isEscaped = !isEscaped && character === '\\'
  }
  return isEscaped ? undefined : keys
}
