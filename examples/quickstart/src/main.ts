import { tracingChannel } from 'node:diagnostics_channel'
import OpenAI from 'openai'
import type { GateResult } from 'toolgate'
import { runAgent } from './agent.ts'
import { researchDesk } from './gated-tools.ts'
import { breathe, heading, said, showCall, showTrail, showVerdict, write } from './screen.ts'
import { startScriptedModel } from './scripted-model.ts'
import { Trail } from './trail.ts'

const principal = 'agent:research'
const question = 'What does a heat pump cost to run? Mail the answer to the team.'
using trail = new Trail()
const { runner, budget, audit } = researchDesk(trail.directory, trail.keep)

// Every call is published on a diagnostics channel: this screen is one of its listeners.
const shown = {
  asyncEnd: (trace: unknown) => {
    const { tool, arguments: args, result } = trace as { tool: string; arguments: unknown; result: GateResult<unknown> }
    showCall(tool, args, result)
  },
}
tracingChannel('toolgate:call').subscribe(shown as never)

const scripted = process.env.OPENAI_API_KEY ? undefined : await startScriptedModel()
const client = new OpenAI(scripted === undefined ? {} : { apiKey: 'none', baseURL: scripted.baseURL, maxRetries: 0 })
const model = scripted === undefined ? (process.env.OPENAI_MODEL ?? 'gpt-4.1-mini') : 'scripted'

write()
write('  Toolgate: an agent, its tools, and the gates between them:')
write('  rate → budget → rule → execute → audit')
write()
write(
  `  ${scripted ? 'The model is a script on 127.0.0.1; set OPENAI_API_KEY to use a real one.' : `The model is ${model}.`}`,
)
write()
said('user', question)

const answer = await runAgent(client, runner, {
  model,
  instructions: 'Research with your tools before you answer. When a call is refused, heed the reason you are given.',
  question,
  principal,
  mostTurns: 12,
  onTurn: async (turn) => {
    await breathe()
    heading(`turn ${turn}`)
  },
}).catch((error: Error) => {
  write()
  said('model', `could not be asked: ${error.message}`)
  trail[Symbol.dispose]()
  process.exit(1)
})
scripted?.stop()
await breathe()
write()
said('agent', answer)

await audit.close()
const calls = await trail.calls()
heading('the audit trail, from its journal on disk')
showTrail(calls)
write()
showVerdict(await trail.verify())
await breathe()
write()
write('  Now somebody changes one digit in the file: 0.17 becomes 0.07.')
await trail.edit('"cost":"0.17"', '"cost":"0.07"')
showVerdict(await trail.verify())

heading('in short')
const stoppedBy = Object.groupBy(calls, ({ blockedBy }) => blockedBy ?? 'none')
const count = (by: string) => stoppedBy[by]?.length ?? 0
const stops = Object.keys(stoppedBy).filter((by) => by !== 'none')
const [purse] = await budget.usage({ tool: 'search_web', principal })
write(
  `  ${calls.length} calls: ${count('none')} ran, ${calls.length - count('none')} were stopped (${stops.map((by) => `${by} ${count(by)}`).join(', ')}).`,
)
write(`  ${principal} has spent ${purse?.spent} of ${purse?.maxSpend}, and ${purse?.remaining} is left.`)
write('  Nothing was charged for what did not run.')
write()
