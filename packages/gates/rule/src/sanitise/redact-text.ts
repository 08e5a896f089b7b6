import type { FindingKind } from '../document/document.ts'
import type { Asked } from './asked.ts'
import { detectAll } from './detect.ts'
import type { Detection } from './detection.ts'
import { type Hash, redactedMark, replacementFor } from './mask.ts'
import { withoutOverlaps } from './overlap.ts'
import type { Scope } from './scope.ts'
import { Strictness } from './strictness.ts'

/** What was found in a text, and what is done with it. */
interface FoundInText {
  readonly kind: FindingKind
  readonly asked: Asked
}

/** What became of a text in which something was found. */
export interface RedactedText {
  readonly text: string
  /** In the order of the text. */
  readonly found: readonly FoundInText[]
  /** The text is as it was, since the call is refused. */
  readonly isBlocked: boolean
}

/** What is asked of a text, where it stands. */
export interface TextPlace {
  readonly scope: Scope
  /** The keys under which it stands. */
  readonly label: string
  readonly hash: Hash
}

/**
 * What is left after a replacement may be something else again, once neighbours have moved together. So it is looked at
 * until nothing is found any more; a text that does not come to rest in so many rounds is redacted as a whole.
 */
const mostRounds = 4

/**
 * Replaces what of these kinds is found in a text, and then what of any kind is found in what is left, so that nothing
 * would be found in it again. `undefined` where nothing is found.
 */
export function redactText(text: string, kinds: ReadonlySet<FindingKind>, place: TextPlace): RedactedText | undefined {
  let detections = detectAll(text, kinds, place.label)
  if (detections.length === 0) return undefined
  const found: FoundInText[] = []
  const askedOf = ({ kind }: Detection): Asked => place.scope.actions.get(kind) ?? unasked
  const blocks = (detection: Detection): boolean => askedOf(detection).action === 'block'
  let current = text
  for (let round = 0; detections.length > 0; round++) {
    if (round === mostRounds) return { text: redactedMark, found, isBlocked: false }
    if (detections.some(blocks)) {
      // What blocks the call is listed also where something milder is found that is longer.
      const listed = withoutOverlaps(detections, current.length, blocks)
      found.push(...listed.map((detection) => ({ kind: detection.kind, asked: askedOf(detection) })))
      return { text, found, isBlocked: true }
    }
    current = replaced(current, detections, { askedOf, hash: place.hash, found })
    detections = detectAll(current, place.scope.kinds, place.label)
  }
  return { text: current, found, isBlocked: false }
}

/** Only kinds of which something is asked are looked for; were it otherwise, the call would be refused. */
const unasked: Asked = { action: 'block', by: 0 }

interface Replacing {
  readonly askedOf: (detection: Detection) => Asked
  readonly hash: Hash
  /** To which is added what is replaced. */
  readonly found: FoundInText[]
}

/** Of findings that overlap one is replaced, with the strictest action of them; what is left of the others goes too. */
function replaced(text: string, detections: readonly Detection[], { askedOf, hash, found }: Replacing): string {
  const kept = withoutOverlaps(detections, text.length)
  const overlaps = kept.length === detections.length ? undefined : new Strictness(text, detections, askedOf)
  const parts: string[] = []
  let end = 0
  for (const detection of kept) {
    const { action, by } = askedOf(detection)
    const taken = overlaps?.strictest(detection) ?? (action === 'block' ? 'drop' : action)
    const value = text.slice(detection.start, detection.end)
    parts.push(overlaps?.outside(end, detection.start) ?? text.slice(end, detection.start))
    parts.push(replacementFor(detection.kind, value, taken, hash))
    found.push({ kind: detection.kind, asked: { action: taken, by } })
    end = detection.end
  }
  parts.push(overlaps?.outside(end, text.length) ?? text.slice(end))
  return parts.join('')
}
