#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { auditCommands } from './audit-command/index.ts'
import { runCommandLine } from './command-line/dispatch.ts'
import { exitUnable } from './command-line/failure.ts'
import { Output } from './command-line/output.ts'
import { policyCommands } from './policy-command/index.ts'

/** The first interrupt ends the command as it wants to end, and the second one at once. */
const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())

// Node.js would end with 1, which is a verdict: a journal was tampered with, a case of a policy failed.
process.once('uncaughtException', (error) => {
  console.error(error)
  process.exit(exitUnable)
})

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

process.exitCode = await runCommandLine(process.argv.slice(2), {
  groups: [auditCommands, policyCommands],
  version: manifest.version,
  stdout: new Output(process.stdout),
  stderr: new Output(process.stderr),
  now: Date.now,
  signal: interrupt.signal,
})
