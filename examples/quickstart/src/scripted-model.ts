import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type AskedCall = readonly [tool: string, args: object]

/** What the model asks for, turn by turn. It asks for too much, as models do. */
const turns: readonly (readonly AskedCall[])[] = [
  [
    ['search_web', { query: 'heat pump running costs' }],
    ['search_web', { query: 'electricity price per kWh' }],
  ],
  [
    ['search_web', { query: 'heat pump efficiency in winter' }],
    ['search_web', { query: 'heat pump reviews' }],
  ],
  [
    ['ask_expert', { question: 'What does a heat pump cost to run in a year?' }],
    ['ask_expert', { question: 'And in a cold winter?' }],
    ['ask_expert', { question: 'Are you sure?' }],
  ],
  [
    ['send_mail', { to: 'team@example.com', text: 'Order it with card 4111 1111 1111 1111.' }],
    ['drop_database', { name: 'customers' }],
  ],
  [['send_mail', { to: 'team@example.com', text: 'A heat pump costs about 900 a year to run.' }]],
]

const lastWords = 'About 900 a year, as it seems. I have mailed that to the team.'

interface ChatRequest {
  readonly messages: readonly { readonly role: string; readonly tool_call_id?: string }[]
}

export interface ScriptedModel {
  readonly baseURL: string
  stop(): void
}

/** Starts a server on loopback that speaks as much of OpenAI's Chat Completions as an agent needs. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const server = createServer(async (request, response) => {
    const { messages } = JSON.parse(await textOf(request)) as ChatRequest
    const turn = messages.filter(({ role }) => role === 'assistant').length
    const unanswered = (turns[turn - 1] ?? []).filter((_, index) => {
      return !messages.some((message) => message.tool_call_id === `call_${turn - 1}_${index}`)
    })
    const body = unanswered.length > 0 ? { error: { message: 'a tool call was not answered' } } : completion(turn)
    response.writeHead(unanswered.length > 0 ? 400 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function completion(turn: number): object {
  const calls = turns[turn]?.map(([name, args], index) => {
    return { id: `call_${turn}_${index}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }
  })
  const message = {
    role: 'assistant',
    refusal: null,
    content: calls ? null : lastWords,
    ...(calls && { tool_calls: calls }),
  }
  const choice = { index: 0, message, finish_reason: calls ? 'tool_calls' : 'stop', logprobs: null }
  return { id: `chatcmpl-${turn}`, object: 'chat.completion', created: 0, model: 'scripted', choices: [choice] }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
