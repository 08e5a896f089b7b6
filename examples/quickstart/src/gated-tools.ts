import type { ToolRunner } from '@toolgate/openai'
import {
  auditGate,
  type BudgetGate,
  budgetGate,
  GatedToolRunner,
  journal,
  rateGate,
  ruleGate,
  type ToolAuditGate,
  type ToolCall,
} from 'toolgate'
import { z } from 'zod'

/** What all tools together may spend in an hour, for each agent. */
const purse = { maxSpend: '0.50', windowMs: 3_600_000, per: 'principal' } as const

/** A rule: no payment card number leaves the house. */
function noCardNumbers(call: ToolCall): boolean | string {
  const digits = JSON.stringify(call.arguments).replaceAll(/[ -]/g, '')
  return !/\d{13,19}/.test(digits) || 'the text holds what looks like a payment card number'
}

export interface Desk {
  readonly runner: ToolRunner
  readonly budget: BudgetGate
  readonly audit: ToolAuditGate
}

/** A research desk: three tools behind four gates. `keep` is told the checkpoints of its journal. */
export function researchDesk(directory: string, keep: (checkpoint: string) => void): Desk {
  const budget = budgetGate()
  const audit = auditGate({ sinks: [journal({ directory, checkpoint: keep })] })
  const runner = new GatedToolRunner({ gates: [rateGate(), budget, ruleGate()], audit })

  runner.register('search_web', {
    description: 'Search the web.',
    input: z.object({ query: z.string() }),
    execute: ({ query }) => ({ query, hits: 3 }),
    rate: { maxCalls: 3, windowMs: 60_000 },
    budget: { ...purse, cost: '0.01' },
  })

  runner.register('ask_expert', {
    description: 'Ask a larger model. Costs up to 0.20.',
    input: z.object({ question: z.string() }),
    execute: async ({ question }) => ({ answer: `It depends on the electricity price. (${question})`, cost: '0.17' }),
    budget: { ...purse, estimate: '0.20', actual: ({ cost }) => cost },
  })

  runner.register('send_mail', {
    description: 'Send a mail to the team.',
    input: z.object({ to: z.string(), text: z.string() }),
    execute: ({ to }) => `sent to ${to}`,
    rate: { maxCalls: 5, windowMs: 60_000 },
    rule: { rules: [noCardNumbers] },
  })

  return { runner, budget, audit }
}
