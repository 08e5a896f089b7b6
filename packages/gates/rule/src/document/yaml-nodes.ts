import { type Alias, isAlias, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Literal } from './condition.ts'
import {
  type Entry,
  isBlock,
  type Located,
  type LocatedScalar,
  pathOfItem,
  pathOfKey,
  type Writing,
} from './located.ts'
import { type Place, placeText } from './place.ts'
import type { Problems } from './problems.ts'

/** Conditions nested as deep as they may be, in rules, with tests of values, come to 71. */
const mostLevels = 100

/** How much text aliases may stand for, all together: as much as a document may have without them. */
const mostAliasedCharacters = 1024 * 1024

type PlaceAt = (offset: number) => Place

/**
 * The values of a parsed document with their places. An alias is what it stands for, and is where that is written.
 * `undefined`, and the problems, where a part of it can not be read.
 */
export function locate(
  contents: ParsedNode,
  source: string,
  placeAt: PlaceAt,
  problems: Problems,
): Located | undefined {
  const locator = new Locator(source, placeAt, problems)
  const located = locator.locate(contents, '', 0)
  return locator.isReadable ? located : undefined
}

class Locator {
  isReadable = true
  readonly #source: string
  readonly #placeAt: PlaceAt
  readonly #problems: Problems
  readonly #anchored = new Map<string, ParsedNode>()
  /** The nodes around the one that is read. An alias of one of them has no end. */
  readonly #open = new Set<ParsedNode>()
  #aliasedCharacters = 0

  constructor(source: string, placeAt: PlaceAt, problems: Problems) {
    this.#source = source
    this.#placeAt = placeAt
    this.#problems = problems
  }

  locate(node: ParsedNode, path: string, level: number): Located {
    const place = this.#placeAt(node.range[0])
    const nothing: LocatedScalar = { kind: 'scalar', path, place, writing: 'plain', literal: undefined }
    if (level > mostLevels) return this.#unreadable(nothing, `is nested more than ${mostLevels} levels deep`)
    if (isAlias(node)) return this.#aliased(node, nothing, level)
    this.#remember(node, place)
    if (isScalar(node)) return this.#scalar(node, nothing)
    this.#open.add(node)
    const located: Located = isSeq(node)
      ? { kind: 'list', path, place, items: this.#items(node, path, level + 1) }
      : { kind: 'mapping', path, place, entries: this.#entries(node, path, level + 1) }
    this.#open.delete(node)
    return located
  }

  #scalar(node: Scalar.Parsed, nothing: LocatedScalar): LocatedScalar {
    const literal = literalOf(node)
    if (literal === undefined && node.anchor !== undefined) {
      this.#unreadable(
        nothing,
        `is the anchor \`&${node.anchor}\` of nothing; put text that begins with \`&\` in quotes`,
      )
    }
    return { ...nothing, writing: writingOf(node, this.#source), literal }
  }

  #isOfSeveralLines(key: Scalar.Parsed): boolean {
    const writing = writingOf(key, this.#source)
    return writing === 'joined' || isBlock(writing)
  }

  #items(list: YAMLSeq.Parsed, path: string, level: number): Located[] {
    return list.items.map((item, index) => this.locate(item, pathOfItem(path, index), level))
  }

  #entries(map: YAMLMap.Parsed, path: string, level: number): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    for (const { key: keyNode, value: valueNode } of map.items) {
      const key = isScalar(keyNode) ? String(keyNode.value) : ''
      const part = { path: pathOfKey(path, key), place: this.#placeAt(keyNode.range[0]) }
      const first = entries.get(key)
      if (first !== undefined) {
        this.#problems.about(part, `is there twice; the first is at ${placeText(first.place)}`)
        continue
      }
      if (isScalar(keyNode) && this.#isOfSeveralLines(keyNode)) {
        this.#problems.about(
          part,
          'is a key of several lines; expected one on one line, in quotes where it is meant so',
        )
      }
      const located = valueNode === null ? undefined : this.locate(valueNode, part.path, level)
      const isMissing = located === undefined || (located.kind === 'scalar' && located.literal === undefined)
      // A value that is not there has no place of its own.
      const value: Located = isMissing ? { kind: 'scalar', ...part, writing: 'plain', literal: undefined } : located
      entries.set(key, { ...part, key, value })
    }
    return entries
  }

  /** One name for two nodes is hardly meant, and nobody sees which of them an alias is. */
  #remember(node: Exclude<ParsedNode, Alias.Parsed>, place: Place): void {
    if (node.anchor === undefined) return
    const first = this.#anchored.get(node.anchor)
    if (first === undefined) this.#anchored.set(node.anchor, node)
    else if (first !== node) this.#problems.add(place, `the anchor \`&${node.anchor}\` is there twice`)
  }

  /** An alias is read as if its node were written there, so that errors name the path on which it is wrong. */
  #aliased(alias: Alias.Parsed, nothing: Located, level: number): Located {
    const node = this.#anchored.get(alias.source)
    if (node === undefined || this.#open.has(node)) {
      const fault =
        node === undefined
          ? 'has no anchor before it; put text that begins with `*` in quotes'
          : 'stands for a value that it is in'
      return this.#unreadable(nothing, `is the alias \`*${alias.source}\`, which ${fault}`)
    }
    this.#aliasedCharacters += 1 + node.range[1] - node.range[0]
    if (this.#aliasedCharacters <= mostAliasedCharacters) return this.locate(node, nothing.path, level)
    this.#unreadable(nothing, 'is one alias too many: they all stand for more than 1 MiB of text')
    throw this.#problems.error()
  }

  #unreadable(nothing: Located, sentence: string): Located {
    this.isReadable = false
    this.#problems.about(nothing, sentence)
    return nothing
  }
}

function writingOf({ type, range }: Scalar.Parsed, source: string): Writing {
  const written = source.slice(range[0], range[1])
  switch (type) {
    case 'PLAIN':
      return /[\r\n]/.test(written) ? 'joined' : 'plain'
    case 'BLOCK_LITERAL':
      return 'block'
    case 'BLOCK_FOLDED':
      return hasSeveralLines(written) ? 'folded' : 'block'
    default:
      return 'quoted'
  }
}

/** Whether a block has more than one line that is not blank, after that of its sign. */
function hasSeveralLines(block: string): boolean {
  return (
    block
      .split('\n')
      .slice(1)
      .filter((line) => line.trim() !== '').length > 1
  )
}

/** Numbers keep their source: what JavaScript makes of `9007199254740993` or `1.0` is another one. */
function literalOf({ value, source, tag }: Scalar.Parsed): Literal | undefined {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'boolean', value }
  if (value === null) return source === '' && tag === undefined ? undefined : { type: 'null' }
  return { type: 'number', text: source }
}
