import { join } from 'node:path'
import { type CallOptions, GatedToolRunner, loadPolicy, ruleGate } from 'toolgate'

const policy = loadPolicy(join(import.meta.dirname, '..', 'policies'))
const runner = new GatedToolRunner({ gates: [ruleGate({ policy })] })

runner.register('read_customer', { execute: () => 'customer 1001', rule: { action: 'read:customer_data' } })
runner.register('read_manual', { execute: () => 'page 12', rule: { action: 'read:manual' } })
runner.register('write_note', { execute: () => 'noted', rule: { action: 'write:note' } })
runner.register('send_email', { execute: () => 'sent', rule: { action: 'send:email' } })
runner.register('post', { execute: () => 'posted', rule: { action: 'send:http' } })

/** Makes a call, and prints what came of it: of a refusal why, without what to do next. */
async function call(tool: string, options: CallOptions, args: object = {}): Promise<void> {
  const result = await runner.call(tool, args, { principal: 'agent:support', ...options })
  const [given = ''] = Object.values(args)
  console.log(`  ${result.allowed ? '✓' : '✗'} ${tool} ${given}`.trimEnd())
  if (!result.allowed) console.log(`      ${result.message.split('; ')[0]}`)
}

console.log('\n  Toolgate: nothing leaves the house after a read')

console.log('\n  a run that reads no customer data')
const careful = { run: 'run:1' }
await call('read_manual', careful)
await call('post', careful, { url: 'https://api.example.com/notes' })
await call('post', careful, { url: 'https://example.com.evil.test/' })
await call('post', careful, { url: 'https://example.com@evil.test/' })
for (let mail = 1; mail <= 4; mail++) await call('send_email', careful)

console.log('\n  a run that does')
const reading = { run: 'run:2' }
await call('send_email', reading)
await call('read_customer', reading)
await call('send_email', reading)
await call('post', reading, { url: 'https://api.example.com/notes' })
await call('write_note', reading)

console.log('\n  two calls of one turn, made at the same moment')
const parallel = { run: 'run:3' }
await Promise.all([call('read_customer', parallel), call('send_email', parallel)])

console.log('\n  a call that names no run: what can not be known is not allowed')
await call('send_email', {})
console.log()
