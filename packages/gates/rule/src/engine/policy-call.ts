import { ownValue } from '../condition/own-value.ts'
import type { CallFacts, Subject } from '../condition/subject.ts'
import { runSoFarOf } from './run-history.ts'

/** A call as a policy is asked about it outside of a runner: to explain, to test, or to compare. */
export interface PolicyCall {
  /** By default the action, as if the tool were named so. */
  readonly tool?: string | undefined
  /** By default the name of the tool. One of both must be there. */
  readonly action?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly arguments?: unknown
  /** `global` by default, as for a call. */
  readonly principal?: string | undefined
  readonly tenant?: string | undefined
  readonly session?: string | undefined
  readonly run?: string | undefined
  readonly traceId?: string | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** When the call is made, in milliseconds since the epoch; now by default. */
  readonly atMs?: number | undefined
  /** The calls made before in the same run. Without it nothing is known of them. */
  readonly before?: readonly EarlierCall[] | undefined
}

export interface EarlierCall {
  readonly action: string
  /** What it cost, as a decimal string; nothing by default. */
  readonly cost?: string | undefined
}

/** @throws TypeError for a call that names neither a tool nor an action. */
export function subjectOf(call: PolicyCall): Subject {
  const tool = call.tool ?? call.action
  const action = call.action ?? call.tool
  if (tool === undefined || action === undefined) {
    throw new TypeError('the call names neither a `tool` nor an `action`; expected one of them, or both')
  }
  const facts: CallFacts = {
    tool,
    arguments: call.arguments ?? nothing,
    principal: call.principal ?? 'global',
    tenant: call.tenant,
    session: call.session,
    run: call.run,
    traceId: call.traceId,
    metadata: call.metadata ?? nothing,
    startedAtMs: call.atMs ?? Date.now(),
  }
  const soFar = call.before === undefined ? undefined : runSoFarOf(call.before)
  return { call: facts, action, tags: tagsOf(call.tags ?? noTags, facts), soFar }
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze({})
const noTags: readonly string[] = Object.freeze([])

/** The tags that the tool declares, and those that the caller gave the call as `metadata.tags`. */
export function tagsOf(declared: readonly string[], { metadata }: CallFacts): readonly string[] | undefined {
  const given = ownValue(metadata, 'tags')
  if (given === undefined) return declared
  return Array.isArray(given) && given.every(isText) ? [...declared, ...given] : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
