import type { AuditEntry, AuditSink } from './entry.ts'

/** What is used of a pino logger. */
export interface PinoLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/**
 * Hands each entry to a pino logger, under the key `toolgate`: executed and pending calls as `info`, blocked ones as
 * `warn`, failed and aborted ones as `error`.
 *
 * It is a copy for people and log pipelines. A logger does not say whether a line was written, so this sink can never
 * be what keeps an unrecorded tool from running: stand it beside one that can.
 */
export function pinoSink(logger: PinoLogger): AuditSink {
  return {
    end: (entry) => logger[levelOf(entry)]({ toolgate: entry }, `tool ${entry.tool} ${entry.outcome}`),
  }
}

function levelOf({ outcome }: AuditEntry): keyof PinoLogger {
  switch (outcome) {
    case 'executed':
    case 'pending':
      return 'info'
    case 'blocked':
      return 'warn'
    case 'failed':
    case 'aborted':
      return 'error'
    default:
      return outcome satisfies never
  }
}
