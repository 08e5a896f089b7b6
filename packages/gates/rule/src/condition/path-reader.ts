import type { Category } from '../document/document.ts'
import type { Path, PathRoot } from '../document/path.ts'
import { compileCategories } from './category.ts'
import { ownValue } from './own-value.ts'
import type { Subject } from './subject.ts'

export type PathReader = (subject: Subject) => unknown

/**
 * Reads what stands at a path, `undefined` where nothing does. It goes only into properties that a value has of its
 * own: what every object inherits, such as `constructor`, is missing. What a getter throws, it throws.
 */
export function pathReader({ root, keys }: Path, categories: readonly Category[]): PathReader {
  const readRoot = rootReader(root, categories)
  const [first, ...rest] = keys
  if (first === undefined) return readRoot
  if (rest.length === 0) {
    if (root === 'arguments') return ({ call }) => ownValue(call.arguments, first)
    return (subject) => ownValue(readRoot(subject), first)
  }
  return (subject) => {
    let value = readRoot(subject)
    for (const key of keys) value = ownValue(value, key)
    return value
  }
}

function rootReader(root: PathRoot, categories: readonly Category[]): PathReader {
  switch (root) {
    case 'arguments':
      return ({ call }) => call.arguments
    case 'metadata':
      return ({ call }) => call.metadata
    case 'principal':
      return ({ call }) => call.principal
    case 'tenant':
      return ({ call }) => call.tenant
    case 'session':
      return ({ call }) => call.session
    case 'run':
      return ({ call }) => call.run
    case 'traceId':
      return ({ call }) => call.traceId
    case 'tool':
      return ({ call }) => call.tool
    case 'action':
      return ({ action }) => action
    case 'tags':
      return ({ tags }) => tags
    case 'trustTier':
      return readTrustTier
    case 'category': {
      const categoryOf = compileCategories(categories)
      return ({ call }) => categoryOf(call)
    }
  }
}

function readTrustTier({ call }: Subject): string | undefined {
  const tier = ownValue(call.metadata, 'trustTier')
  return typeof tier === 'string' ? tier : undefined
}
