import { compileGlob } from '../condition/glob.ts'
import { ownValue } from '../condition/own-value.ts'
import type { Subject } from '../condition/subject.ts'
import type { Truth } from '../condition/truth.ts'
import type { AppliesTo } from '../document/document.ts'

/** One of the things that a document asks of a call to be about it. */
export interface Criterion {
  /** As an explanation shows it: `trustTiers: trusted, verified`. */
  readonly text: string
  evaluate(subject: Subject): Truth
  find(subject: Subject): unknown
}

/** What `appliesTo` asks. A document without it is about every call, and asks nothing. */
export function criteriaOf({ tags, principals, trustTiers }: AppliesTo): readonly Criterion[] {
  return [
    ...criterion('tags', tags, ({ tags }) => tags),
    ...criterion('principals', principals, ({ call }) => call.principal),
    ...criterion('trustTiers', trustTiers, trustTierOf),
  ]
}

function criterion(
  name: string,
  patterns: readonly string[] | undefined,
  find: (subject: Subject) => unknown,
): Criterion[] {
  if (patterns === undefined) return []
  const globs = patterns.map(compileGlob)
  const matches = (text: unknown) => typeof text === 'string' && globs.some((glob) => glob(text))
  const evaluate = (subject: Subject): Truth => {
    const found = find(subject)
    if (Array.isArray(found)) return found.some(matches)
    return typeof found === 'string' ? matches(found) : 'unknown'
  }
  return [{ text: `${name}: ${patterns.join(', ')}`, evaluate, find }]
}

/** What the caller says of the principal: never a word of the model's, which only makes arguments. */
function trustTierOf({ call }: Subject): unknown {
  return ownValue(call.metadata, 'trustTier')
}
