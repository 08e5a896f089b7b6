import type { AuditOutcome, AuditSink } from './entry.ts'

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
    end: (entry) => logger[levelOf(entry.outcome)]({ toolgate: entry }, `tool ${entry.tool} ${entry.outcome}`),
  }
}

/** The level of a call's record. */
export function levelOf(outcome: AuditOutcome): keyof PinoLogger {
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
      // What is read from a file may have been changed there.
      outcome satisfies never
      return 'info'
  }
}
