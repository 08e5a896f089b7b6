import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'

/** A server on loopback that speaks OpenAI's protocol: it answers each request with the next of its answers. */
export class ScriptedServer {
  /** The bodies of the requests that came. */
  readonly requests: Record<string, unknown>[] = []
  readonly #answers: unknown[]
  readonly #server: Server

  private constructor(answers: unknown[]) {
    this.#answers = answers
    this.#server = createServer(async (request, response) => {
      this.requests.push(JSON.parse(await bodyOf(request)) as Record<string, unknown>)
      const answer = this.#answers.shift()
      response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? { error: { message: 'the script is over' } }))
    })
  }

  static async start(answers: readonly unknown[]): Promise<ScriptedServer> {
    const scripted = new ScriptedServer([...answers])
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve))
    return scripted
  }

  client(): OpenAI {
    const { port } = this.#server.address() as AddressInfo
    return new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** A chat completion with a message of the model. */
export function completion(message: object, finishReason = 'stop') {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'scripted',
    choices: [
      {
        index: 0,
        logprobs: null,
        finish_reason: finishReason,
        message: { role: 'assistant', refusal: null, ...message },
      },
    ],
  }
}

/** A response with output items. */
export function response(...output: object[]) {
  return { id: 'resp_1', object: 'response', created_at: 1, model: 'scripted', status: 'completed', output }
}
