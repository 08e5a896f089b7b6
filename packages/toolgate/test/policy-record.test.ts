import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditGate, budgetGate, GatedToolRunner, journal, parsePolicy, readJournal, ruleGate } from 'toolgate'
import { afterEach, beforeEach, expect, test } from 'vitest'

const policy = parsePolicy(`
name: support
version: "1.2"
rules:
  - { id: mail, effect: allow, actions: 'write:email' }
  - { id: asks, effect: allow, actions: 'ask', conditions: { spent: { below: 0.5 } } }
  - { id: refunds, effect: deny, actions: 'write:refund', reason: not by an agent }
  - { id: cards, effect: redact, actions: '*', redact: { payment_card: mask, api_key: block } }
`)

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'toolgate-policy-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** All that stands on the disk. */
function written(): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}

test('[U2] the journal has the document, its version and digest, the rule and its line with each decision', async () => {
  const audit = auditGate({ sinks: [journal({ directory })] })
  const runner = new GatedToolRunner({ gates: [ruleGate({ policy })], audit })
  runner.register('send_email', { execute: () => 'sent', rule: { action: 'write:email', tags: ['support'] } })
  runner.register('refund', { execute: () => 'done', rule: { action: 'write:refund' } })
  await runner.call('send_email', { text: 'hello' })
  await runner.call('refund', { amount: 1 })
  await audit.close()

  const decisions: unknown[] = []
  for await (const call of readJournal({ directory })) decisions.push(call.decisions?.rule)
  const digest = policy.documents[0]?.digest
  const by = { document: 'support', version: '1.2', digest, file: 'policy.yaml' }
  expect(decisions).toMatchObject([
    {
      kind: 'allow',
      policy: { action: 'write:email', tags: ['support'], decidedBy: { ...by, rule: 'mail', line: 5 } },
    },
    { kind: 'block', policy: { action: 'write:refund', decidedBy: { ...by, rule: 'refunds', line: 7 } } },
  ])
})

test('[U4] nothing that is redacted is on the disk, of calls that ran and of calls that were refused', async () => {
  const audit = auditGate({ sinks: [journal({ directory })] })
  const runner = new GatedToolRunner({ gates: [ruleGate({ policy })], audit })
  const got: unknown[] = []
  runner.register('send_email', { execute: (args) => got.push(args), rule: { action: 'write:email' } })
  runner.register('refund', { execute: () => 'done', rule: { action: 'write:refund' } })
  const card = '4111 1111 1111 1111'
  const key = ['sk', 'live', '9sT4kQ8vLmZ2xWc7RbN5yHdE'].join('_')
  expect((await runner.call('send_email', { text: `card ${card}` })).allowed).toBe(true)
  expect((await runner.call('send_email', { text: `key ${key}` })).allowed).toBe(false)
  expect((await runner.call('refund', { note: [card, { key }] })).allowed).toBe(false)
  await audit.close()

  expect(got).toEqual([{ text: 'card ****1111' }])
  expect(written()).toContain('****1111')
  expect(written()).not.toContain('4111 1111')
  expect(written()).not.toContain(key)
})

test('what a run has spent is what the budget gate has charged', async () => {
  const runner = new GatedToolRunner({ gates: [budgetGate(), ruleGate({ policy })] })
  const budget = { maxSpend: '10', estimate: '0.4', actual: () => '0.2' }
  runner.register('ask', { execute: async () => 'answer', budget })
  const run = { run: 'run:1' }
  const both = await Promise.all([runner.call('ask', {}, run), runner.call('ask', {}, run)])
  expect(both.map(({ allowed }) => allowed)).toEqual([true, true])
  // 0.4 is spent: another is allowed, and then none.
  expect((await runner.call('ask', {}, run)).allowed).toBe(true)
  expect((await runner.call('ask', {}, run)).allowed).toBe(false)
})
