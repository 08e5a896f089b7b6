import { compileGlob } from '../condition/glob.ts'
import { covers, literalPart, literalText, overlaps } from './glob-relation.ts'

/** Finds globs among many by how they relate to another. Most have no wildcard, and are looked up. */
export class ActionIndex<Item> {
  /** By the only text that each matches. */
  readonly #plain = new Map<string, Item[]>()
  readonly #wild = new Map<string, WildGlob<Item>>()

  add(pattern: string, item: Item): void {
    const items = this.#sameAs(pattern)
    if (items !== undefined) {
      items.push(item)
      return
    }
    const text = literalText(pattern)
    if (text === undefined) this.#wild.set(pattern, { part: literalPart(pattern), items: [item] })
    else this.#plain.set(text, [item])
  }

  /** What was added with a glob that covers this one. No more is compared than is asked for. */
  *covering(pattern: string): Generator<Item> {
    yield* this.#sameAs(pattern) ?? []
    const isEscaped = pattern.includes('\\')
    for (const [wide, { part, items }] of this.#wild) {
      // A quick look at the part tells most of them apart.
      if (wide !== pattern && (isEscaped || pattern.includes(part)) && covers(wide, pattern)) yield* items
    }
  }

  /** Whether any of them matches a text that this one matches. */
  overlaps(pattern: string): boolean {
    if (this.#sameAs(pattern) !== undefined) return true
    for (const wide of this.#wild.keys()) if (overlaps(wide, pattern)) return true
    if (literalText(pattern) !== undefined) return false
    const matches = compileGlob(pattern)
    for (const text of this.#plain.keys()) if (matches(text)) return true
    return false
  }

  #sameAs(pattern: string): Item[] | undefined {
    const text = literalText(pattern)
    return text === undefined ? this.#wild.get(pattern)?.items : this.#plain.get(text)
  }
}

interface WildGlob<Item> {
  /** Stands in every glob that this one covers, but for those with a backslash. */
  readonly part: string
  readonly items: Item[]
}
