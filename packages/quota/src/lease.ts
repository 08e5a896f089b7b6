import type { ToolInfo } from '@toolgate/core'

/** What a tool may take beyond its time-out until its call is settled. */
const graceMs = 10_000
const unboundedToolMs = 300_000

/** How long what a call of a tool holds stays held if its process dies: longer than the tool may run. */
export function leaseMsFor(tool: ToolInfo): number {
  return tool.timeoutMs === undefined ? unboundedToolMs : tool.timeoutMs + graceMs
}
