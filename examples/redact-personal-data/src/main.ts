import { join } from 'node:path'
import { auditGate, GatedToolRunner, loadPolicy, memorySink, ruleGate } from 'toolgate'

const policy = loadPolicy(join(import.meta.dirname, '..', 'policies'), { hashKey: 'a key of the example' })
const sink = memorySink()
const runner = new GatedToolRunner({ gates: [ruleGate({ policy })], audit: auditGate({ sinks: [sink] }) })

runner.register('open_ticket', {
  execute: (args) => console.dir(args, { depth: null }),
  rule: { action: 'ticket:open' },
})
runner.register('lookup_invoice', {
  execute: () => 'invoice of order 1001',
  rule: { action: 'lookup:invoice' },
})

console.log('\n  Toolgate: personal data in arguments')

const ticket = {
  assignee: 'lee@example.com',
  text: 'Charged twice on card 4111 1111 1111 1111, wants it on GB82 WEST 1234 5698 7654 32.',
  customer: { name: 'Kim', email: 'kim@example.com', phone: '+1 415 555 0132', birthday: '1990-02-03' },
  notes: ['SSN 536-22-8145 was given on the phone.', { by: 'sam', text: 'Call back: +49 30 901820' }],
}
console.log('\n  what the tool gets')
const opened = await runner.call('open_ticket', ticket)

console.log('\n  what was found, and where: never what it was')
const decision = opened.decisions.rule
const found = decision !== undefined && 'policy' in decision ? (decision.policy?.found ?? []) : []
for (const { kind, path, action } of found) console.log(`  ${kind.padEnd(13)} ${action.padEnd(5)} ${path}`)

console.log('\n  a key is not redacted: the call is refused')
const key = ['sk', 'live', '9sT4kQ8vLmZ2xWc7RbN5yHdE'].join('_')
const refused = await runner.call('lookup_invoice', { order: '1001', note: `use ${key}` })
console.log(`  ${refused.message}`)

console.log('\n  the record')
const secrets = ['4111 1111', 'WEST 1234', 'kim@example.com', '555 0132', '536-22', '901820', '1990', key]
const record = JSON.stringify(sink.entries)
for (const secret of secrets) {
  if (record.includes(secret)) throw new Error(`the record holds ${secret}`)
}
console.log(`  ${sink.entries.length} entries, and none of the ${secrets.length} values in them`)
console.log(`  the caller’s own object still has all of them: ${ticket.customer.email}`)
console.log()
