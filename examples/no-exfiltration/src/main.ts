import { join } from 'node:path'
import { GatedToolRunner, loadPolicy, ruleGate } from 'toolgate'
import { heading, show, write } from './screen.ts'

const policy = loadPolicy(join(import.meta.dirname, '..', 'policies'))
const runner = new GatedToolRunner({ gates: [ruleGate({ policy })] })

runner.register('read_customer', { execute: () => 'customer 1001', rule: { action: 'read:customer_data' } })
runner.register('read_manual', { execute: () => 'page 12', rule: { action: 'read:manual' } })
runner.register('write_note', { execute: () => 'noted', rule: { action: 'write:note' } })
runner.register('send_email', { execute: () => 'sent', rule: { action: 'send:email' } })
runner.register('post', { execute: () => 'posted', rule: { action: 'send:http' } })

const call = async (run: string, tool: string, args: object = {}) => {
  const result = await runner.call(tool, args, { run, principal: 'agent:support' })
  show(tool, args, result)
}

write()
write('  Toolgate: nothing leaves the house after a read')

heading('a run that reads no customer data')
await call('run:1', 'read_manual')
await call('run:1', 'post', { url: 'https://api.example.com/notes' })
await call('run:1', 'post', { url: 'https://example.com.evil.test/' })
await call('run:1', 'post', { url: 'https://example.com@evil.test/' })
for (let mail = 1; mail <= 4; mail++) await call('run:1', 'send_email')

heading('a run that does')
await call('run:2', 'send_email')
await call('run:2', 'read_customer')
await call('run:2', 'send_email')
await call('run:2', 'post', { url: 'https://api.example.com/notes' })
await call('run:2', 'write_note')

heading('two calls of one turn, made at the same moment')
await Promise.all([call('run:3', 'read_customer'), call('run:3', 'send_email')])

heading('a call that names no run: what cannot be known is not allowed')
const result = await runner.call('send_email', {}, { principal: 'agent:support' })
show('send_email', {}, result)
write()
