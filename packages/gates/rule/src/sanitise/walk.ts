import { canonicalJson } from '@toolgate/core'
import type { FindingKind, RedactionAction } from '../document/document.ts'
import { addField, copyOfFirst } from './copy.ts'
import { detect } from './detect.ts'
import type { Detection } from './detection.ts'
import { canGoInto, hasFields, isPlain, nameOf, valueOfInstance } from './enterable.ts'
import type { Finding } from './finding.ts'
import { type Hash, isPlaceMark, pathMark, redactedMark } from './mask.ts'
import { pathText } from './path-text.ts'
import { redactText } from './redact-text.ts'
import { blockingScope, isIdle, type Scope, scopeAt, scopeBelow } from './scope.ts'

/** Bounds of what is looked at in one call. Beyond them it is refused. */
const mostDepth = 64
const mostValues = 100_000
const mostCharacters = 2 * 1024 * 1024

/** Only so many findings are listed. The others are redacted all the same. */
const mostFindings = 100

/** The shortest number of a card has twelve digits. */
const leastCard = 100_000_000_000

/** Stands for a value of which nothing is left. */
export const dropped: unique symbol = Symbol('dropped')

/**
 * One go over the arguments of a call. What has nothing in it to redact is not copied but taken over, so that arguments
 * without a finding come out as the very same object; the ones that were given are never changed.
 */
export class Walk {
  readonly findings: Finding[] = []
  /** Whether something was found for which the call is refused. */
  isBlocked = false
  /** Why the arguments could not be looked through, and how to mend it. What comes out then means nothing. */
  problem: string | undefined
  #valuesLeft = mostValues
  #charactersLeft = mostCharacters
  /** The objects that the value stands in, the outermost first. */
  readonly #parents: object[] = []
  /** The keys that lead to it, as they are shown: what was found in them is redacted. */
  readonly #keys: (string | number)[] = []
  readonly #hash: Hash

  constructor(hash: Hash) {
    this.#hash = hash
  }

  /** The arguments without what the scope asks to redact. It never throws. */
  redact(args: unknown, scope: Scope): unknown {
    try {
      return this.#visit(args, scope)
    } catch {
      // A getter or a proxy threw. The keys are still those that lead to it.
      return this.#refuse('can not be read', 'pass plain data')
    }
  }

  #visit(value: unknown, scope: Scope): unknown {
    if (this.problem !== undefined || !this.#takeValue()) return value
    if (value === undefined || isIdle(scope)) return value
    const here = scope.ahead.length === 0 ? scope : scopeAt(scope, (key) => canGoInto(value, key))
    if (here.placeAction !== undefined) return this.#redactPlace(value, here, here.placeAction)
    return isIdle(here) ? value : this.#look(value, here)
  }

  #look(value: unknown, scope: Scope): unknown {
    switch (typeof value) {
      case 'string':
        return this.#text(value, scope)
      case 'number':
      case 'bigint':
        return this.#number(value, scope)
      case 'boolean':
      case 'undefined':
        return value
      case 'object':
        return value === null ? value : this.#object(value, scope)
      default:
        return this.#canNotLookInto(value)
    }
  }

  #text(text: string, scope: Scope): string {
    if (!this.#takeCharacters(text)) return text
    const label = this.#label()
    return this.#redacted(text, detect(text, scope.kinds, label), scope, label)
  }

  /** A number is looked at as the number of a card, and becomes text where it is one. */
  #number(number: number | bigint, scope: Scope): unknown {
    if (!scope.kinds.has('payment_card') || (number < leastCard && number > -leastCard)) return number
    const text = String(number)
    const label = this.#label()
    const cards = detect(text, cardsOnly, label)
    return cards.length === 0 ? number : this.#redacted(text, cards, scope, label)
  }

  #redacted(text: string, detections: readonly Detection[], scope: Scope, label: string): string {
    if (detections.length === 0) return text
    const redacted = redactText(text, detections, { scope, label, hash: this.#hash })
    for (const { kind, action } of redacted.found) this.#find(kind, action)
    return redacted.text
  }

  #object(value: object, scope: Scope): unknown {
    if (this.#parents.length === mostDepth) {
      return this.#refuse(`is nested over ${mostDepth} levels deep`, 'pass arguments that are less deep')
    }
    if (this.#parents.includes(value)) return this.#refuse('stands within itself', 'pass arguments without circles')
    this.#parents.push(value)
    const kept = this.#inside(value, scope)
    this.#parents.pop()
    return kept
  }

  #inside(value: object, scope: Scope): unknown {
    if (Array.isArray(value)) return this.#list(value, scope)
    return isPlain(value) ? this.#fields(value, scope) : this.#instance(value, scope)
  }

  #instance(value: object, scope: Scope): unknown {
    const instance = valueOfInstance(value)
    if (instance === undefined) return this.#canNotLookInto(value)
    const kept = this.#look(instance.stands, scope)
    return Object.is(kept, instance.stands) ? value : kept
  }

  #list(list: readonly unknown[], scope: Scope): unknown {
    if (hasFields(list)) return this.#refuse('is a list with fields beside its items', 'pass its items only')
    let copy: unknown[] | undefined
    for (let index = 0; index < list.length && this.problem === undefined; index++) {
      const item = list[index]
      this.#keys.push(index)
      const kept = this.#visit(item, scope.ahead.length === 0 ? scope : scopeBelow(scope, String(index)))
      this.#keys.pop()
      if (copy === undefined && Object.is(kept, item)) continue
      copy ??= list.slice(0, index)
      if (kept !== dropped) copy.push(kept)
    }
    return copy ?? list
  }

  #fields(fields: Readonly<Record<string, unknown>>, scope: Scope): unknown {
    const keys = Object.keys(fields)
    const values = Object.values(fields)
    let copy: Record<string, unknown> | undefined
    for (let index = 0; index < keys.length && this.problem === undefined; index++) {
      const key = keys[index] ?? ''
      const shown = this.#key(key, scope)
      this.#keys.push(shown)
      const kept = this.#visit(values[index], scopeBelow(scope, key))
      this.#keys.pop()
      if (copy === undefined && shown === key && Object.is(kept, values[index])) continue
      copy ??= copyOfFirst(index, keys, values, Object.getPrototypeOf(fields))
      if (kept === dropped) continue
      if (shown !== key && !this.isBlocked && (Object.hasOwn(fields, shown) || Object.hasOwn(copy, shown))) {
        return this.#refuse('has two keys that are the same once redacted', 'pass a list in place of such keys')
      }
      addField(copy, shown, kept)
    }
    return copy ?? fields
  }

  /** A key is text of the object that has it, not of the value that it leads to. */
  #key(key: string, scope: Scope): string {
    if (scope.kinds.size === 0 || !this.#takeCharacters(key)) return key
    const detections = detect(key, scope.kinds)
    if (detections.length === 0) return key
    const redacted = redactText(key, detections, { scope, label: '', hash: this.#hash })
    // What blocks the call is left in the text, and is not shown in a path either.
    const shown = redacted.isBlocked ? redactedMark : redacted.text
    this.#keys.push(shown)
    for (const { kind, action } of redacted.found) this.#find(kind, action)
    this.#keys.pop()
    return shown
  }

  #redactPlace(value: unknown, scope: Scope, action: RedactionAction): unknown {
    // What an earlier go left stays as it is, so that going again changes nothing.
    if (isPlaceMark(value) && (action === 'mask' || action === 'hash')) return value
    this.#find('path', action)
    // What blocks a call blocks it wherever it stands, also in what would be redacted.
    const blocking = blockingScope(scope)
    if (!isIdle(blocking)) this.#visit(value, blocking)
    switch (action) {
      case 'mask':
        return redactedMark
      case 'hash':
        return this.#hashed(value)
      case 'drop':
        return dropped
      case 'block':
        return value
    }
  }

  #hashed(value: unknown): unknown {
    if (!this.#takeAll(value, 0)) return value
    try {
      return pathMark(this.#hash(canonicalJson(value)))
    } catch {
      return this.#refuse('has no canonical JSON that could be hashed', 'pass JSON data, or mask or drop it')
    }
  }

  /** What is hashed as a whole counts as well. */
  #takeAll(value: unknown, depth: number): boolean {
    if (!this.#takeValue()) return false
    if (typeof value === 'string') return this.#takeCharacters(value)
    if (depth === mostDepth || typeof value !== 'object' || value === null) return true
    return Object.entries(value).every(([key, field]) => this.#takeCharacters(key) && this.#takeAll(field, depth + 1))
  }

  #find(kind: Finding['kind'], action: RedactionAction): void {
    if (action === 'block') this.isBlocked = true
    if (this.findings.length < mostFindings) this.findings.push({ kind, path: pathText(this.#keys), action })
  }

  /** The last two keys: `number` says little, `phone number` says it all. */
  #label(): string {
    let last = ''
    for (let index = this.#keys.length - 1; index >= 0; index--) {
      const key = this.#keys[index]
      if (typeof key !== 'string') continue
      if (last !== '') return `${key} ${last}`
      last = key
    }
    return last
  }

  #takeValue(): boolean {
    if (this.#valuesLeft-- > 0) return true
    this.#refuse(`is beyond the first ${mostValues} values, the most that are looked at`, 'pass fewer')
    return false
  }

  #takeCharacters(text: string): boolean {
    this.#charactersLeft -= text.length
    if (this.#charactersLeft >= 0) return true
    this.#refuse(`is beyond the first ${mostCharacters} characters, the most that are looked at`, 'pass shorter texts')
    return false
  }

  #canNotLookInto(value: unknown): undefined {
    return this.#refuse(`is ${nameOf(value)}, which can not be looked into`, 'pass it as text or as plain data')
  }

  #refuse(what: string, mend: string): undefined {
    this.problem ??= `\`${pathText(this.#keys)}\` ${what}; ${mend}, or leave it out of what the redaction looks \`within\``
  }
}

const cardsOnly: ReadonlySet<FindingKind> = new Set(['payment_card'])
