import { join } from 'node:path'
import { loadPolicy, loadPolicyCases, runPolicyCases } from 'toolgate'
import { supportDesk } from './desk.ts'
import { heading, say, show, write } from './screen.ts'

const folder = join(import.meta.dirname, '..', 'policies')
const policy = loadPolicy(folder, { timeZone: 'Europe/Berlin' })

let time = '2026-03-30T10:00:00+02:00'
const runner = supportDesk(policy, () => Date.parse(time))
const call = async (tool: string, args: object = {}) => show(tool, args, await runner.call(tool, args))

write()
write('  Toolgate: a support agent under a policy document')

heading('refunds: up to 100, exactly')
await call('process_refund', { order: '1001', amount: 79.99 })
await call('process_refund', { order: '1002', amount: 100 })
await call('process_refund', { order: '1003', amount: 100.01 })
await call('process_refund', { order: '1004', amount: '4000' })
await call('process_refund', { order: '1005', amount: 100.005 })
await call('process_refund', { order: '1006' })

heading('mail: in business hours, by the clocks of Berlin')
const mail = { to: 'kim@example.com', text: 'It is on its way.' }
for (const at of ['08:59', '09:00', '17:59', '18:00']) {
  time = `2026-03-30T${at}:00+02:00`
  write(`  ${at}`)
  await call('send_email', mail)
}

heading('everything else')
await call('lookup_customer', { email: 'kim@example.com' })
await call('hand_off_to_billing')
await call('use_computer')
await call('export_all_customers')

heading('the policy’s own tests, as `toolgate policy test` runs them')
const tested = loadPolicyCases(join(folder, 'openai-support.test.yaml'))
const { passed, failed, coverage } = runPolicyCases(tested.policy, tested.cases)
const decided = coverage.filter(({ cases }) => cases > 0)
write(`  ${passed} pass, ${failed} fail; ${decided.length} of ${coverage.length} rules have a case`)

heading('what lint says of this policy')
for (const { line, message } of policy.lint()) say(`line ${line}: ${message}`)
write()
