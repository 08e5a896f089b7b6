import type { Option } from '../command-line/option.ts'

/** What several commands take, and the exit codes that they share. */

/** Files, or folders with `.yaml`, `.yml` and `.json` files. */
export const pathOperand = 'PATH'

export const jsonOption: Option = { summary: 'print everything as one JSON object' }

export const toolsOption: Option = {
  value: 'FILE',
  summary: 'what tools declare, as `tools: { process_refund: { action: write:refund, tags: [support] } }`',
}

export const timeZoneOption: Option = {
  value: 'ZONE',
  summary: 'the time zone of documents that name none, such as Europe/Berlin; UTC by default',
}

/** For what a command is to find: problems, findings, failures, differences. */
export const exitFound = 1
