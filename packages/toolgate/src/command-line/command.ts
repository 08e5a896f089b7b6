import type { Given } from './given.ts'
import type { Declaration } from './option.ts'
import type { Output } from './output.ts'

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

export interface Command extends Declaration {
  readonly name: string
  /** What it does, in a few words, for the list of commands. */
  readonly summary: string
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
