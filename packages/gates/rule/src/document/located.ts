import type { Literal } from './condition.ts'
import type { Place } from './place.ts'

/** A part of a document: the path to it, as errors name it, and where it stands. */
export interface Part {
  /** Such as `rules[2].conditions.amount_max`. */
  readonly path: string
  readonly place: Place
}

/** A value of a document that knows where it stands. */
export type Located = LocatedScalar | LocatedList | LocatedMapping

/**
 * How a scalar is written. `joined`: without quotes and over several lines, of which YAML makes one text; `folded`: a
 * block of which it does the same, and which says so.
 */
export type Writing = 'plain' | 'joined' | 'quoted' | 'block' | 'folded'

export function isBlock(writing: Writing): boolean {
  return writing === 'block' || writing === 'folded'
}

export interface LocatedScalar extends Part {
  readonly kind: 'scalar'
  readonly writing: Writing
  /** `undefined` where nothing is written, which is hardly ever meant as a null. */
  readonly literal: Literal | undefined
}

interface LocatedList extends Part {
  readonly kind: 'list'
  readonly items: readonly Located[]
}

export interface LocatedMapping extends Part {
  readonly kind: 'mapping'
  readonly entries: ReadonlyMap<string, Entry>
}

/** A key of a mapping, with its value. The place is that of the key. */
export interface Entry extends Part {
  readonly key: string
  readonly value: Located
}

/** A path never grows with what a document says: a key of any length, used often, would fill the memory. */
const longestKey = 60

export function pathOfKey(path: string, key: string): string {
  const text = key.length <= longestKey ? key : `${key.slice(0, longestKey)}…`
  if (!/^[\p{L}\p{N}_.:*@/\\…-]+$/u.test(text)) return `${path}[${JSON.stringify(text)}]`
  return path === '' ? text : `${path}.${text}`
}

export function pathOfItem(path: string, index: number): string {
  return `${path}[${index}]`
}
