import type { PolicyReplay } from '@toolgate/rule'

/** The keys that lead to a place in arguments, as far as they are known; none for all of the arguments. */
export type HiddenPlace = readonly string[]

export const everything: readonly HiddenPlace[] = [[]]

/** What a record has in the place of arguments that no rule could look into. */
export function isWithheld(args: unknown): boolean {
  return typeof args === 'string' && args.startsWith('[not recorded:')
}

/** What stands in a record for a value that is not recorded: `[redacted]`, `[circular]`, `[Map]`, `[email:0a1b…]`. */
const mark = /^\[(?:[\p{L}_$][\w$]*(?::[0-9a-f]{16})?|too deep)\]$/u
/** After it, whatever came later is left out without a mark. */
const cutMark = '[too large]'

const mostLookedAt = 100_000
const mostPlaces = 1_000
const mostKeys = 100

interface Node {
  readonly value: unknown
  readonly key: string
  readonly parent: Node | undefined
  readonly level: number
}

/** The places of recorded arguments where a mark stands. Not by recursion: somebody may have written any line. */
export function markedPlaces(args: unknown): readonly HiddenPlace[] {
  const places: HiddenPlace[] = []
  const left: Node[] = [{ value: args, key: '', parent: undefined, level: 0 }]
  for (let node = left.pop(), count = 1; node !== undefined; node = left.pop(), count++) {
    const { value, level } = node
    if (value === cutMark || count > mostLookedAt || places.length > mostPlaces) return everything
    if (isMark(value)) places.push(keysOf(node))
    else if (typeof value === 'object' && value !== null) {
      for (const key of Object.keys(value)) {
        left.push({ value: (value as Record<string, unknown>)[key], key, parent: node, level: level + 1 })
      }
    }
  }
  return places
}

function isMark(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('[') && mark.test(value)
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$erasable')
}

/** What is deeper than anybody asks is taken for what it stands in. */
function keysOf(node: Node): HiddenPlace {
  const keys: string[] = []
  for (let each = node; each.parent !== undefined; each = each.parent) if (each.level <= mostKeys) keys.push(each.key)
  return keys.reverse()
}

/** A gate lists no more of what it found. */
const mostFindings = 100

/** The places of what a rule gate has found, and recorded as it replaced it. */
export function foundPlaces(findings: readonly unknown[]): readonly HiddenPlace[] {
  return findings.length < mostFindings ? findings.map(foundPlace) : everything
}

/**
 * Where something was found, as far as its path says so for sure: a key may itself have been redacted, and the items
 * after a dropped one have moved.
 */
function foundPlace(finding: unknown): HiddenPlace {
  const { path } = (typeof finding === 'object' && finding !== null ? finding : {}) as { readonly path?: unknown }
  if (typeof path !== 'string') return []
  const keys = path.split('.').slice(1)
  const end = keys.findIndex((key) => !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key))
  return end === -1 ? keys : keys.slice(0, end)
}

type AskedArguments = ReturnType<PolicyReplay['asked']>[number]

/**
 * Whether what policies decide may depend on what is hidden. What all of them redact alike makes no difference between
 * them.
 */
export function areAsked(places: readonly HiddenPlace[], asked: readonly AskedArguments[]): boolean {
  const redactAlike = new Set(asked.map(({ redaction }) => redaction)).size === 1
  const paths = asked.flatMap(({ byConditions, byRedactions }) =>
    redactAlike ? byConditions : [...byConditions, ...byRedactions],
  )
  return paths.some((path) => places.some((place) => meet(path, place)))
}

/** Whether one leads to the other, or through it. */
function meet(path: readonly string[], place: HiddenPlace): boolean {
  return path.every((key, index) => key === '*' || index >= place.length || key === place[index])
}
