import type { ToolCall } from './call.ts'
import type { ToolInfo } from './gate.ts'
import type { AnyDecisions, GateResult } from './result.ts'

/**
 * The last stage: it decides nothing about a call but whether it can be recorded, and leaves one record of every
 * call, whatever stopped it.
 */
export interface AuditGate<Policy> {
  readonly name: 'audit'
  /** The longest that it may take to begin, and again to end, a record. 5,000 by default. */
  readonly timeoutMs?: number | undefined
  /**
   * Turns a tool's audit policy into its checkpoint. The policy is `undefined` for a tool that has none, and for a
   * name that no tool is registered under.
   * @throws PolicyError for a policy that can not be used.
   */
  compile(tool: ToolInfo, policy: Policy | undefined): AuditCheckpoint
}

export type AnyAuditGate = AuditGate<never>

export interface AuditCheckpoint<Opened = unknown> {
  /**
   * Called when all gates have let the call pass, right before the tool runs; what it returns is handed to `end`.
   * A throw or a rejection means that the call can not be recorded: it is blocked by `audit`.
   */
  begin(call: ToolCall, decisions: AnyDecisions): Opened | Promise<Opened>
  /**
   * Called once for every call, when it has ended; `opened` is `undefined` for a call whose record was not begun. A
   * throw or a rejection is flagged in the result as `auditError`.
   */
  end(call: ToolCall, result: GateResult<unknown>, opened: Opened | undefined): void | Promise<void>
}
