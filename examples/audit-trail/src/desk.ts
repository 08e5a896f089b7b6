import { auditGate, GatedToolRunner, type JournalOptions, journal, ruleGate, type ToolCall } from 'toolgate'
import { z } from 'zod'

/** What one refund is asked for with. */
export interface Refund {
  readonly order: string
  readonly amount: string
  readonly email: string
  readonly token: string
}

function upTo100({ arguments: args }: ToolCall): boolean | string {
  const { amount } = args as Refund
  return Number(amount) <= 100 || `\`${amount}\` is more than 100.00`
}

/** A tool behind a rule, and a journal of all that is asked of it. */
export function refundDesk(options: Pick<JournalOptions, 'directory' | 'checkpoint'>, pay: (order: string) => unknown) {
  const audit = auditGate({ sinks: [journal(options)] })
  const runner = new GatedToolRunner({ gates: [ruleGate()], audit })
  const refund = runner.register('refund', {
    input: z.object({
      order: z.string(),
      amount: z.string(),
      email: z.string(),
      // The schema says that this is a secret, so nobody has to tell the journal.
      token: z.string().meta({ secret: true }),
    }),
    execute: ({ order }) => pay(order),
    rule: { rules: [upTo100] },
    audit: { arguments: { erasable: ['email'] } },
  })
  return { refund, audit }
}
