import { createHmac, createSecretKey } from 'node:crypto'
import type { Redaction } from '../document/document.ts'
import type { Finding } from './finding.ts'
import { isIdle, scopeOf } from './scope.ts'
import { dropped, Walk } from './walk.ts'

/** What became of the arguments of a call. Findings are in the order of the arguments, at most 100 of them. */
export type Sanitised =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly arguments: unknown; readonly findings: readonly Finding[] }
  /** Something was found that blocks the call, or the arguments can not be looked through: `problem` says why not. */
  | {
      readonly kind: 'refused'
      /** What blocks the call is among them before all else. */
      readonly findings: readonly Finding[]
      /** The index of the redaction that blocks the first of those; `undefined` where nothing was found that blocks. */
      readonly blockedBy: number | undefined
      readonly problem: string | undefined
    }

export interface Sanitiser {
  /**
   * Never throws and never changes the given value. To sanitise what was sanitised changes nothing: in a list, `null`
   * stands for what was dropped, so that everything after it stays in its place.
   */
  sanitise(args: unknown): Sanitised
}

export interface SanitiserOptions {
  /** The key of the hashes that stand for values: with the same key the same value has the same hash. */
  readonly hashKey: Uint8Array
}

/**
 * A sanitiser for all of these redactions at once. Their order does not matter: where several ask for different actions
 * in the same place, the strictest wins: block, drop, hash, mask.
 */
export function compileSanitiser(redactions: readonly Redaction[], { hashKey }: SanitiserOptions): Sanitiser {
  const scope = scopeOf(redactions)
  const key = createSecretKey(hashKey)
  const hash = (text: string): string => createHmac('sha256', key).update(text).digest('hex').slice(0, 16)
  return { sanitise: (args) => (isIdle(scope) ? unchanged : settled(args, new Walk(hash))) }

  function settled(args: unknown, walk: Walk): Sanitised {
    const kept = walk.redact(args, scope)
    const { problem } = walk
    const { listed: findings, blockedBy } = walk.findings
    if (problem !== undefined || blockedBy !== undefined) return { kind: 'refused', findings, blockedBy, problem }
    if (Object.is(kept, args)) return unchanged
    return { kind: 'changed', arguments: kept === dropped ? undefined : kept, findings }
  }
}

const unchanged: Sanitised = { kind: 'unchanged' }
