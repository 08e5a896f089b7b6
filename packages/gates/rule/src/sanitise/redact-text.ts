import type { FindingKind, RedactionAction } from '../document/document.ts'
import { detect } from './detect.ts'
import type { Detection } from './detection.ts'
import { type Hash, redactedMark, replacementFor } from './mask.ts'
import type { Scope } from './scope.ts'

/** What became of a text in which something was found. */
export interface RedactedText {
  readonly text: string
  /** In the order of the text. */
  readonly found: readonly { readonly kind: FindingKind; readonly action: RedactionAction }[]
  /** The text is as it was, since the call is refused. */
  readonly isBlocked: boolean
}

/**
 * What is left after a replacement may be something else again, once neighbours have moved together. So it is looked at
 * until nothing is found any more; a text that does not come to rest in so many rounds is redacted as a whole.
 */
const mostRounds = 4

/** Replaces what was found in a text. The text that comes out has nothing in it that would be found again. */
export function redactText(
  text: string,
  detections: readonly Detection[],
  { scope, label, hash }: { readonly scope: Scope; readonly label: string; readonly hash: Hash },
): RedactedText {
  const found: { kind: FindingKind; action: RedactionAction }[] = []
  let current = text
  let left = detections
  for (let round = 0; left.length > 0; round++) {
    if (round === mostRounds) return { text: redactedMark, found, isBlocked: false }
    const replaced: string[] = []
    let end = 0
    for (const detection of left) {
      // Only kinds with an action are looked for; were it otherwise, the call would be refused.
      const action = scope.actions.get(detection.kind) ?? 'block'
      found.push({ kind: detection.kind, action })
      if (action === 'block') continue
      const value = current.slice(detection.start, detection.end)
      replaced.push(current.slice(end, detection.start), replacementFor(detection.kind, value, action, hash))
      end = detection.end
    }
    if (found.some(({ action }) => action === 'block')) return { text, found, isBlocked: true }
    replaced.push(current.slice(end))
    current = replaced.join('')
    left = detect(current, scope.kinds, label)
  }
  return { text: current, found, isBlocked: false }
}
