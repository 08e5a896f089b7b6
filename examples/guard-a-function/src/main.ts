import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  auditGate,
  budgetGate,
  GateBlockedError,
  GatedToolRunner,
  guard,
  journal,
  rateGate,
  readJournal,
  ruleGate,
  type ToolCall,
} from 'toolgate'

/** A plain function of an application, which knows nothing of gates. */
async function refund(customer: string, amount: string): Promise<string> {
  return `refunded ${amount} to ${customer}`
}

const folder = mkdtempSync(join(tmpdir(), 'toolgate-example-'))
const directory = join(folder, 'audit')
const audit = auditGate({ sinks: [journal({ directory })] })
const runner = new GatedToolRunner({ gates: [rateGate(), budgetGate(), ruleGate()], audit })

function notToStrangers({ arguments: args }: ToolCall): boolean | string {
  const { customer } = args as { customer: string }
  return customer.startsWith('cus_') || `\`${customer}\` is no customer of ours`
}

/** The same function, with the same name and parameters, behind the gates. */
const guardedRefund = guard(refund, runner, {
  parameters: ['customer', 'amount'],
  caller: { principal: 'desk:1' },
  rate: { maxCalls: 2, windowMs: 60_000 },
  budget: {
    maxSpend: '100.00',
    windowMs: 86_400_000,
    estimate: (call) => (call.arguments as { amount: string }).amount,
  },
  rule: { rules: [notToStrangers] },
})

for (const [customer, amount] of [
  ['cus_1', '40.00'],
  ['cus_2', '70.00'],
  ['stranger', '5.00'],
  ['cus_3', '60.00'],
  ['cus_4', '0.01'],
] as const) {
  try {
    console.log(`✓ ${await guardedRefund(customer, amount)}`)
  } catch (error) {
    if (!(error instanceof GateBlockedError)) throw error
    console.log(`✗ refund of ${amount} to ${customer} was stopped by ${error.result.blockedBy}:`)
    console.log(`  ${error.message}`)
  }
}

await audit.close()
const outcomes: string[] = []
for await (const { outcome } of readJournal({ directory })) outcomes.push(outcome)
console.log(`${outcomes.length} records: ${outcomes.join(', ')}`)
rmSync(folder, { recursive: true })
