import type { FindingKind, RedactionAction } from '../document/document.ts'
import type { Asked } from './asked.ts'
import { pathText } from './path-text.ts'

/** Something that was found in the arguments of a call: where, and what became of it. Never what it was. */
export interface Finding {
  /** `path` for a value that was redacted for the place where it stood. */
  readonly kind: FindingKind | 'path'
  /** Such as `arguments.items.0.note`. */
  readonly path: string
  readonly action: RedactionAction
}

/** Only so many findings are listed. The others are redacted all the same. */
const mostFindings = 100

/** What was found in one go over the arguments. */
export class Findings {
  /** In the order of the arguments. */
  readonly listed: Finding[] = []
  /** The index of the redaction for which the call is refused: the first that asks it of the first such finding. */
  blockedBy: number | undefined

  add(kind: Finding['kind'], keys: readonly (string | number)[], { action, by }: Asked): void {
    if (action === 'block') this.blockedBy ??= by
    if (this.listed.length < mostFindings || (action === 'block' && this.#makeRoom())) {
      this.listed.push({ kind, path: pathText(keys), action })
    }
  }

  /** What blocks the call is listed in any case, in place of the last one that does not. */
  #makeRoom(): boolean {
    const last = this.listed.findLastIndex(({ action }) => action !== 'block')
    if (last >= 0) this.listed.splice(last, 1)
    return last >= 0
  }
}
