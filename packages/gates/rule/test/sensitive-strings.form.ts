import type { FindingKind } from '../src/document/document.ts'

/** A text, followed by every part of it that is of the kind, in order. */
type Holding = readonly [text: string, ...parts: string[]]

/** Texts about one kind: those that hold it, and those that only look as if they did and hold nothing at all. */
export interface StringsOfKind {
  readonly kind: FindingKind
  readonly holding: readonly Holding[]
  readonly tempting: readonly string[]
}

/** A text that holds several kinds, or tempts one detector with what another one looks for. */
export type Mixed = readonly [text: string, ...found: (readonly [kind: FindingKind, part: string])[]]

/** Keys are written in parts, so that scanners of repositories do not take them for real ones. */
export function joined(...parts: string[]): string {
  return parts.join('')
}
