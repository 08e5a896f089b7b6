import { answerChat, chatTools, type ToolRunner } from '@toolgate/openai'
import type OpenAI from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'

export interface Task {
  readonly model: string
  readonly instructions: string
  readonly question: string
  readonly principal: string
  /** The model's turns are bounded, whatever it does. */
  readonly mostTurns: number
  /** Told, and waited for, before the calls of a turn are made. */
  onTurn(turn: number): void | Promise<void>
}

/** A plain agent loop: the model asks for tools, the runner answers, until the model has nothing more to ask for. */
export async function runAgent(client: OpenAI, runner: ToolRunner, task: Task): Promise<string> {
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: task.instructions },
    { role: 'user', content: task.question },
  ]
  for (let turn = 1; turn <= task.mostTurns; turn++) {
    const answer = await client.chat.completions.create({ model: task.model, messages, tools: chatTools(runner) })
    const message = answer.choices[0]?.message
    if (message === undefined) return '(the model gave no answer)'
    if (!message.tool_calls?.length) return message.content ?? ''
    await task.onTurn(turn)
    messages.push(message, ...(await answerChat(runner, answer, { principal: task.principal, maxParallel: 1 })))
  }
  return '(the agent was stopped: too many turns)'
}
