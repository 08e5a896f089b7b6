import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { auditGate, journal } from '@toolgate/audit'
import { budgetGate } from '@toolgate/budget'
import { type CallOptions, GatedToolRunner } from '@toolgate/core'
import { memoryQuotaStore } from '@toolgate/quota'
import { type Policy, ruleGate } from '@toolgate/rule'
import { type Run, type RunOptions, run } from './command-streams.ts'

/** Files in a folder of their own. What a command prints of them names them without the folder. */
export class PolicyFolder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async of(files: Readonly<Record<string, string>>): Promise<PolicyFolder> {
    const folder = new PolicyFolder(await mkdtemp(join(tmpdir(), 'toolgate-policy-')))
    for (const [name, text] of Object.entries(files)) await folder.write(name, text)
    return folder
  }

  in(name: string): string {
    return join(this.path, name)
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(this.in(name)), { recursive: true })
    await writeFile(this.in(name), text)
  }

  /** Runs a command. Words that begin with `@` are names in the folder. */
  async run(line: string | readonly string[], options?: RunOptions): Promise<Run> {
    const words = typeof line === 'string' ? line.split(' ') : line
    const { code, stdout, stderr } = await run(
      ['policy', ...words.map((word) => (word.startsWith('@') ? this.in(word.slice(1)) : word))],
      options,
    )
    return { code, stdout: this.#plain(stdout), stderr: this.#plain(stderr) }
  }

  #plain(text: string): string {
    return text.replaceAll(`${this.path}/`, '')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true, force: true })
  }
}

export const supportPolicy = `name: support
version: "1.0"
rules:
  - { id: reads, effect: allow, actions: "read:*" }
  - id: small-refunds
    effect: allow
    actions: write:refund
    conditions: { amount_max: 100 }
  - id: large-refunds
    effect: deny
    actions: write:refund
    conditions: { arguments.amount: { above: 100 } }
    reason: a manager has to make refunds above 100
  - { id: mail, effect: allow, actions: write:email }
defaultEffect: deny
`

/** Refunds only up to 50, no mail once customer data was read, and payment cards out of mails. */
export const stricterPolicy = `name: support
version: "1.1"
rules:
  - { id: reads, effect: allow, actions: "read:*" }
  - id: small-refunds
    effect: allow
    actions: write:refund
    conditions: { amount_max: 50 }
  - id: exfiltration
    effect: deny
    actions: write:email
    conditions: { called: "read:customer_data" }
    reason: no mail once customer data was read
  - { id: mail, effect: allow, actions: write:email }
defaultEffect: deny
`

/** What `toolOf` in the journal declare. */
export const toolsFile = `tools:
  lookup: { action: read:customer_data, tags: [support] }
  refund: { action: write:refund }
  mail: { action: write:email }
  search: {}
`

export const journalStartMs: number = Date.parse('2026-11-21T17:01:02.000Z')

interface SampleCall extends CallOptions {
  readonly tool: string
  readonly arguments: Record<string, unknown>
}

const agent = { principal: 'agent:billing' }

/** A call for each thing that a record may say or leave out. One is made each second. */
export const policyCalls: readonly SampleCall[] = [
  { tool: 'lookup', arguments: { customer: 7 }, run: 'run_1', callId: 'call_1', ...agent },
  { tool: 'mail', arguments: { to: 'kim@example.com', body: 'hello' }, run: 'run_1', callId: 'call_2', ...agent },
  { tool: 'mail', arguments: { to: 'kim@example.com', body: 'hello' }, run: 'run_2', callId: 'call_3', ...agent },
  { tool: 'refund', arguments: { amount: 20 }, run: 'run_2', callId: 'call_4', ...agent },
  { tool: 'refund', arguments: { amount: 80 }, run: 'run_2', callId: 'call_5', ...agent },
  { tool: 'refund', arguments: { amount: '99.99' }, run: 'run_3', callId: 'call_6\x1b[2J', ...agent },
  { tool: 'refund', arguments: { amount: 500 }, run: 'run_3', callId: 'call_7', ...agent },
  { tool: 'login', arguments: { password: 'secret' }, run: 'run_3', callId: 'call_8', ...agent },
  { tool: 'reefund', arguments: { amount: 1 }, run: 'run_3', callId: 'call_9', ...agent },
]

/** Writes the calls into a journal, with a rule gate where there is a policy for it. */
export async function writePolicyJournal(
  directory: string,
  policy?: Policy,
  calls: readonly SampleCall[] = policyCalls,
): Promise<void> {
  let nowMs = journalStartMs
  const clock = () => nowMs
  const sink = journal({ directory, clock })
  const rule = policy === undefined ? ruleGate() : ruleGate({ policy })
  const gates = [budgetGate({ store: memoryQuotaStore({ clock }) }), rule] as const
  const runner = new GatedToolRunner({ gates, audit: auditGate({ sinks: [sink] }), clock })
  const declared = (action: string) => (policy === undefined ? {} : { rule: { action } })
  const execute = () => 'done'
  runner.register('lookup', { execute, ...declared('read:customer_data'), budget: { maxSpend: '9', cost: '0.10' } })
  runner.register('refund', { execute, ...declared('write:refund') })
  runner.register('mail', { execute, ...declared('write:email'), audit: { arguments: { redact: ['body'] } } })
  runner.register('login', { execute, ...declared('read:login'), audit: { arguments: 'digest' } })
  for (const { tool, arguments: args, ...options } of calls) {
    await runner.call(tool, args, options)
    nowMs += 1_000
  }
  await sink.close()
}
