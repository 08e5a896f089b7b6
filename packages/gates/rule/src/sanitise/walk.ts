import { canonicalJson } from '@toolgate/core'
import type { FindingKind } from '../document/document.ts'
import { Allowance, type Fault } from './allowance.ts'
import type { Asked } from './asked.ts'
import { fieldKeys, isLasting, itemKeys } from './contents.ts'
import { addField, copyOfFirst } from './copy.ts'
import { canGoInto, isPlain, isPlainList, nameOf, valueOfInstance } from './enterable.ts'
import { Findings } from './finding.ts'
import { labelOf } from './label.ts'
import { type Hash, isPlaceMark, pathMark, redactedMark } from './mask.ts'
import { pathText } from './path-text.ts'
import { type RedactedText, redactText } from './redact-text.ts'
import { blockingScope, isIdle, type Scope, scopeAt, scopeBelow } from './scope.ts'

/** The shortest number of a card has twelve digits. */
const leastCard = 100_000_000_000

/** Stands for a value of which nothing is left. */
export const dropped: unique symbol = Symbol('dropped')

/**
 * One go over the arguments of a call. What has nothing in it to redact is not copied but taken over, so that arguments
 * without a finding come out as the very same object; the ones that were given are never changed.
 */
export class Walk {
  readonly findings: Findings = new Findings()
  /** Why the arguments could not be looked through, and how to mend it. What comes out then means nothing. */
  problem: string | undefined
  readonly #allowance = new Allowance()
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
      return this.#refuse({ what: 'can not be read', mend: 'pass plain data' })
    }
  }

  #visit(value: unknown, scope: Scope): unknown {
    if (this.problem !== undefined || this.#isOver(this.#allowance.takeValue())) return value
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
    if (this.#isOver(this.#allowance.takeText(text))) return text
    return this.#redacted(text, scope.kinds, scope) ?? text
  }

  /** A number is looked at as the number of a card, and becomes text where it is one. */
  #number(number: number | bigint, scope: Scope): unknown {
    if (!scope.kinds.has('payment_card') || (number < leastCard && number > -leastCard)) return number
    return this.#redacted(String(number), cardsOnly, scope) ?? number
  }

  /** `undefined` where nothing is found. */
  #redacted(text: string, kinds: ReadonlySet<FindingKind>, scope: Scope): string | undefined {
    const redacted = redactText(text, kinds, { scope, label: labelOf(this.#keys), hash: this.#hash })
    if (redacted !== undefined) this.#findAll(redacted)
    return redacted?.text
  }

  #object(value: object, scope: Scope): unknown {
    if (this.#isOver(this.#allowance.checkDepth(this.#parents.length))) return value
    if (this.#parents.includes(value)) return this.#refuse(inCircle)
    this.#parents.push(value)
    const kept = this.#inside(value, scope)
    this.#parents.pop()
    return kept
  }

  #inside(value: object, scope: Scope): unknown {
    if (Array.isArray(value)) return isPlainList(value) ? this.#list(value, scope) : this.#canNotLookInto(value)
    return isPlain(value) ? this.#fields(value, scope) : this.#instance(value, scope)
  }

  #instance(value: object, scope: Scope): unknown {
    const instance = valueOfInstance(value)
    if (instance === undefined) return this.#canNotLookInto(value)
    const kept = this.#look(instance.stands, scope)
    return Object.is(kept, instance.stands) ? value : kept
  }

  #list(list: readonly unknown[], scope: Scope): unknown {
    if (this.#isOver(this.#allowance.checkItems(list.length))) return list
    const present = itemKeys(list)
    if (present === undefined) return this.#refuse(hasFields)
    let copy: unknown[] | undefined = isLasting(list, present) ? undefined : []
    const { length } = list
    for (let index = 0; index < length && this.problem === undefined; index++) {
      const item = list[index]
      this.#keys.push(index)
      const kept = this.#visit(item, scope.ahead.length === 0 ? scope : scopeBelow(scope, String(index)))
      this.#keys.pop()
      // The items after one that is dropped stay where they are: their positions mean something.
      const left = kept === dropped ? null : kept
      if (copy === undefined && Object.is(left, item)) continue
      copy ??= list.slice(0, index)
      copy.push(left)
    }
    return copy ?? list
  }

  #fields(fields: Readonly<Record<string, unknown>>, scope: Scope): unknown {
    const keys = fieldKeys(fields)
    if (keys === undefined) return this.#refuse(hasHidden)
    const lasting = isLasting(fields, keys)
    const values = lasting ? Object.values(fields) : keys.map((key) => fields[key])
    let copy = lasting ? undefined : copyOfFirst(0, keys, values, Object.getPrototypeOf(fields))
    for (let index = 0; index < keys.length && this.problem === undefined; index++) {
      const key = keys[index] ?? ''
      const shown = this.#key(key, scope)
      this.#keys.push(shown)
      const kept = this.#visit(values[index], scopeBelow(scope, key))
      this.#keys.pop()
      if (copy === undefined && shown === key && Object.is(kept, values[index])) continue
      copy ??= copyOfFirst(index, keys, values, Object.getPrototypeOf(fields))
      if (kept === dropped) continue
      const isTwice = shown !== key && (Object.hasOwn(fields, shown) || Object.hasOwn(copy, shown))
      if (isTwice && this.findings.blockedBy === undefined) return this.#refuse(hasSameKeys)
      addField(copy, shown, kept)
    }
    return copy ?? fields
  }

  /** A key is text of the object that has it, not of the value that it leads to. */
  #key(key: string, scope: Scope): string {
    if (scope.kinds.size === 0 || this.#isOver(this.#allowance.takeText(key))) return key
    const redacted = redactText(key, scope.kinds, { scope, label: '', hash: this.#hash })
    if (redacted === undefined) return key
    // What blocks the call is left in the text, and is not shown in a path either.
    const shown = redacted.isBlocked ? redactedMark : redacted.text
    this.#keys.push(shown)
    this.#findAll(redacted)
    this.#keys.pop()
    return shown
  }

  #redactPlace(value: unknown, scope: Scope, asked: Asked): unknown {
    // What an earlier go left stays as it is, so that going again changes nothing.
    if (isLeftOf(asked, value, this.#keys.at(-1))) return value
    this.findings.add('path', this.#keys, asked)
    // What blocks a call blocks it wherever it stands, also in what would be redacted.
    const blocking = blockingScope(scope)
    if (!isIdle(blocking)) this.#visit(value, blocking)
    switch (asked.action) {
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
    if (this.#isOver(this.#allowance.takeAll(value))) return value
    try {
      return pathMark(this.#hash(canonicalJson(value)))
    } catch {
      return this.#refuse(hasNoJson)
    }
  }

  #findAll({ found }: RedactedText): void {
    for (const { kind, asked } of found) this.findings.add(kind, this.#keys, asked)
  }

  #isOver(fault: Fault | undefined): boolean {
    if (fault !== undefined) this.#refuse(fault)
    return fault !== undefined
  }

  #canNotLookInto(value: unknown): undefined {
    return this.#refuse({
      what: `is ${nameOf(value)}, which can not be looked into`,
      mend: 'pass it as text or as plain data',
    })
  }

  #refuse({ what, mend }: Fault): undefined {
    this.problem ??= `\`${pathText(this.#keys)}\` ${what}; ${mend}, or leave it out of what the redaction looks \`within\``
  }
}

const inCircle: Fault = { what: 'stands within itself', mend: 'pass arguments without circles' }
const hasFields: Fault = { what: 'is a list with fields beside its items', mend: 'pass its items only' }
const hasHidden: Fault = { what: 'has fields that are hidden or named by symbols', mend: 'pass plain data' }
const hasSameKeys: Fault = {
  what: 'has two keys that are the same once redacted',
  mend: 'pass a list in place of such keys',
}
const hasNoJson: Fault = {
  what: 'has no canonical JSON that could be hashed',
  mend: 'pass JSON data, or mask or drop it',
}

const cardsOnly: ReadonlySet<FindingKind> = new Set(['payment_card'])

/** Whether a value is what an earlier go left in its place; in a list, `null` is left of what was dropped. */
function isLeftOf({ action }: Asked, value: unknown, key: string | number | undefined): boolean {
  if (action === 'block') return false
  return (value === null && typeof key === 'number') || (action !== 'drop' && isPlaceMark(value))
}
