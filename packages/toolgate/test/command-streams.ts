import { Writable } from 'node:stream'
import { auditCommands } from '../src/audit-command/index.ts'
import { runCommandLine } from '../src/command-line/dispatch.ts'
import { Output, type OutputStream } from '../src/command-line/output.ts'
import { policyCommands } from '../src/policy-command/index.ts'

/** A stream that keeps what is written to it as text: a pipe, or a terminal of so many columns. */
export class TextStream extends Writable implements OutputStream {
  readonly isTTY: boolean
  readonly columns: number
  text = ''

  constructor(columns?: number) {
    super({ decodeStrings: false })
    this.isTTY = columns !== undefined
    this.columns = columns ?? 80
  }

  hasColors(): boolean {
    return false
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error | null) => void): void {
    this.text += chunk
    done()
  }
}

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The width of the terminal; a pipe without it. */
  readonly columns?: number
  readonly nowMs?: number
  readonly signal?: AbortSignal
  readonly stdout?: TextStream
}

/** Runs a command in this process. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { columns, nowMs = Date.now(), signal = new AbortController().signal } = options
  const stdout = options.stdout ?? new TextStream(columns)
  const stderr = new TextStream()
  const code = await runCommandLine(words, {
    groups: [auditCommands, policyCommands],
    version: '1.2.3',
    stdout: new Output(stdout),
    stderr: new Output(stderr),
    now: () => nowMs,
    signal,
  })
  return { code, stdout: stdout.text, stderr: stderr.text }
}
