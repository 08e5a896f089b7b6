import type { Given } from './given.ts'
import type { Output } from './output.ts'

/** An option of a command. Its name stands where it is declared: `tool: { value: 'TOOL', … }` is `--tool TOOL`. */
export interface Option {
  /** What is to be given, as the help calls it; an option without one is a flag. */
  readonly value?: string
  /** One letter: `f` is `-f`. */
  readonly short?: string
  /** May be given more than once. */
  readonly multiple?: true
  /** The only values that are taken. */
  readonly choices?: readonly string[]
  readonly summary: string
}

export type Options = Readonly<Record<string, Option>>

/** What a command runs with, so that a test can run one without a process. */
export interface CommandContext {
  readonly given: Given
  readonly stdout: Output
  readonly stderr: Output
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number
  /** Aborts when the user interrupts, and when nobody reads the output any more. */
  readonly signal: AbortSignal
}

export interface Command {
  readonly name: string
  /** What it does, in a few words, for the list of commands. */
  readonly summary: string
  /** What is given without a name, in order: `DIRECTORY`; in brackets where it may be left out: `[SEQ]`. */
  readonly usage: readonly string[]
  readonly options: Options
  /** What the help says besides: what to expect, exit codes. */
  readonly notes?: string
  readonly examples: readonly string[]
  /** Returns the exit code. */
  run(context: CommandContext): Promise<number>
}

/** Commands that belong together: `toolgate audit …`. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  readonly commands: readonly Command[]
}

export const exitOk = 0
/** For what was asked wrongly, and for what can not be read or written. */
export const exitUnable = 2
/** As shells have it for a process that was interrupted. */
export const exitInterrupted = 130

/** What the user asked can not be done as it was asked. The message says how it can. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Something can not be read, written or found. The message says what. */
export class UnableError extends Error {
  override readonly name = 'UnableError'
}
