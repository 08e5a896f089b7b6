import type { ToolCall } from '@toolgate/core'
import type { Decimal } from 'decimal.js'

/** What of a call conditions can look at. */
export type CallFacts = Pick<
  ToolCall,
  'tool' | 'arguments' | 'principal' | 'tenant' | 'session' | 'run' | 'traceId' | 'metadata' | 'startedAtMs'
>

/** What was called so far in one run, by action. */
export type RunSoFar = ReadonlyMap<string, ActionSoFar>

export interface ActionSoFar {
  readonly calls: number
  readonly spent: Decimal
}

/** What conditions are asked about: a call, what its tool declares, and its run so far. */
export interface Subject {
  readonly call: CallFacts
  readonly action: string
  /** Those of the tool, and those that the caller gave the call; `undefined` where what it gave is no list of text. */
  readonly tags: readonly string[] | undefined
  /** `undefined` where it is not known, as for a call that names no run. */
  readonly soFar: RunSoFar | undefined
}
