import type { Allow, Block, Pend, Replace } from '@toolgate/core'

/** A decision as it is recorded: replaced arguments stand in the record's own `arguments`, as the policy wants them. */
export type RecordedDecision = Allow | Block | Pend | Omit<Replace, 'arguments'>

/** How a call ended. `aborted`: its tool was stopped, and whether it took effect is unknown. */
export type AuditOutcome = 'executed' | 'failed' | 'aborted' | 'blocked' | 'pending'

/** What is known of a call right before its tool runs: who wants to do what, and what the gates said. */
export interface AuditIntent {
  /** When the call arrived, in ISO 8601 and UTC. */
  readonly time: string
  readonly callId: string
  readonly runner: string
  readonly tool: string
  readonly principal: string
  readonly tenant?: string
  readonly session?: string
  readonly run?: string
  readonly traceId?: string
  /** The arguments as JSON data, whole or with paths redacted: as the tool got them, or as they came if it did not. */
  readonly arguments?: unknown
  /** The SHA-256 of the arguments in canonical JSON (RFC 8785), or of their text where they are not JSON. */
  readonly argumentsDigest?: string
  /** What each gate said that was asked, by its name. */
  readonly decisions: Readonly<Record<string, RecordedDecision>>
}

/** The one record that every call leaves. It is JSON data: `JSON.stringify` loses nothing of it. */
export interface AuditEntry extends AuditIntent {
  readonly outcome: AuditOutcome
  /** The gate, or the stage of core, that stopped the call. */
  readonly blockedBy?: string
  readonly reason?: string
  readonly message?: string
  readonly retryAfterMs?: number
  /** What the tool threw, or why it was stopped. */
  readonly error?: { readonly name: string; readonly message: string }
  /** What the call was charged, as a decimal string, where a gate charges; see its `settlementError`, if it has one. */
  readonly cost?: string
  /** From the call's arrival to its end; for a stream, to the end of the stream. */
  readonly durationMs: number
}

/**
 * What has to be on disk, and when: `intent`, the intent before the tool runs; `outcome`, the outcome before the result
 * is returned; `relaxed`, both a short and bounded time later.
 */
export type Durability = 'intent' | 'outcome' | 'relaxed'

/** A value that stands in the arguments only as its digest, and is kept where it can be erased. */
export interface ErasableValue {
  /** The base64url of the SHA-256 of the disclosure's characters. */
  readonly digest: string
  /** The base64url of the JSON `[salt, path, value]`, as in RFC 9901. */
  readonly disclosure: string
}

/** What a sink is told beside the record itself. */
export interface RecordContext {
  readonly durability: Durability
  /** The values behind the digests in the arguments. A sink that can not erase a value again does not keep it. */
  readonly erasable: readonly ErasableValue[]
  /** In `end`: what was handed to `begin` for this call, if anything was. */
  readonly intent?: AuditIntent | undefined
  /** In `end`: when the call ended, in milliseconds since 1970. */
  readonly endedAtMs?: number
}

/**
 * Where records go. A sink says that it failed by throwing or rejecting, and never loses what it has accepted without
 * saying so.
 */
export interface AuditSink {
  /** Whether it syncs records to a disk, as the durability of a policy asks. */
  readonly isDurable?: boolean
  /**
   * Called before a tool runs, once all gates have let the call pass. A sink that can not keep the record of this
   * call throws here, and the tool does not run. A durable one writes the intent.
   */
  begin?(intent: AuditIntent, context: RecordContext): void | Promise<void>
  /** Called once for each call, when it has ended. */
  end(entry: AuditEntry, context: RecordContext): void | Promise<void>
  /** Writes what is left, and lets go of files. Records after it are refused. */
  close?(): void | Promise<void>
}
