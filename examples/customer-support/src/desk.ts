import { GatedToolRunner, type PolicySource, ruleGate } from 'toolgate'
import { z } from 'zod'

/** The tools of a support agent. What each may do stands in the policy; here is only what each does. */
export function supportDesk(policy: PolicySource, clock: () => number) {
  const runner = new GatedToolRunner({ gates: [ruleGate({ policy })], clock })
  const tags = ['support']

  runner.register('lookup_customer', {
    input: z.object({ email: z.string() }),
    execute: () => 'customer 1001, gold tier',
    rule: { action: 'read:customer_data', tags },
  })
  runner.register('process_refund', {
    input: z.object({ order: z.string(), amount: z.union([z.number(), z.string()]).optional() }),
    execute: ({ order, amount }) => `refunded ${amount} for order ${order}`,
    rule: { action: 'write:refund', tags },
  })
  runner.register('send_email', {
    input: z.object({ to: z.string(), text: z.string() }),
    execute: ({ to }) => `sent to ${to}`,
    rule: { action: 'write:email', tags },
  })
  runner.register('use_computer', {
    execute: () => 'clicked',
    rule: { action: 'execute:computer_use', tags },
  })
  runner.register('hand_off_to_billing', {
    execute: () => 'over to billing',
    rule: { action: 'handoff:Billing Specialist', tags },
  })
  // Nobody has thought of this one: it declares nothing, and no rule names it.
  runner.register('export_all_customers', { execute: () => 'a large file' })
  return runner
}
