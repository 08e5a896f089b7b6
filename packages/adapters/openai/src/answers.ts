import { type CallManyOptions, defaultMaxParallel, inOrder, type ToolDescription } from '@toolgate/core'
import type {
  ChatCompletion,
  ChatCompletionMessage,
  ChatCompletionMessageToolCall,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions'
import type {
  Response,
  ResponseCustomToolCall,
  ResponseFunctionToolCall,
  ResponseInputItem,
} from 'openai/resources/responses/responses'
import type { ToolRunner } from './definitions.ts'
import { resultText } from './result-text.ts'
import { withoutStandInNulls } from './strict-schema.ts'

/** Who the model calls for, and how many of its calls may run at the same time (`maxParallel`, 8 by default). */
export type AnswerOptions = CallManyOptions

/**
 * Makes the tool calls of a chat completion through the runner, and returns the messages to append after the model's
 * own: one for every call, by its id, in order, whether it ran, failed, was blocked or could not be read. There are
 * none when the model called no tool.
 *
 * @param answer a completion, of which the first choice counts, or its message.
 */
export async function answerChat(
  runner: ToolRunner,
  answer: ChatCompletion | ChatCompletionMessage,
  options: AnswerOptions = {},
): Promise<ChatCompletionToolMessageParam[]> {
  const message = 'choices' in answer ? answer.choices[0]?.message : answer
  const calls = message?.tool_calls ?? []
  const asked = calls.map((call) => ({ id: call.id, ...readChatCall(call) }))
  const texts = await makeCalls(runner, asked, options)
  return calls.map((call, index) => ({ role: 'tool', tool_call_id: call.id, content: texts[index] as string }))
}

/**
 * Makes the function and custom tool calls of a response through the runner, and returns the items to append to the
 * input: one for every call, by its `call_id`, in order, as `answerChat` does. Other items of the response are not
 * its business.
 */
export async function answerResponse(
  runner: ToolRunner,
  answer: Pick<Response, 'output'>,
  options: AnswerOptions = {},
): Promise<ResponseInputItem[]> {
  const calls = answer.output.filter((item) => item.type === 'function_call' || item.type === 'custom_tool_call')
  const asked = calls.map((call) => ({ id: call.call_id, ...readResponseCall(call) }))
  const texts = await makeCalls(runner, asked, options)
  return calls.map((call, index) => outputOf(call, texts[index] as string))
}

/** A call as a model asked for it; `text` is JSON for a function, free text for a custom tool. */
interface AskedCall {
  readonly id: string
  readonly tool: string
  readonly kind: 'function' | 'custom'
  readonly text: string
}

function readChatCall(call: ChatCompletionMessageToolCall): Omit<AskedCall, 'id'> {
  return call.type === 'custom'
    ? { tool: call.custom.name, kind: 'custom', text: call.custom.input }
    : { tool: call.function.name, kind: 'function', text: call.function.arguments }
}

function readResponseCall(call: ResponseFunctionToolCall | ResponseCustomToolCall): Omit<AskedCall, 'id'> {
  return call.type === 'custom_tool_call'
    ? { tool: call.name, kind: 'custom', text: call.input }
    : { tool: call.name, kind: 'function', text: call.arguments }
}

function outputOf(call: ResponseFunctionToolCall | ResponseCustomToolCall, output: string): ResponseInputItem {
  const type = call.type === 'custom_tool_call' ? 'custom_tool_call_output' : 'function_call_output'
  const { call_id, caller } = call
  return { type, call_id, output, ...(caller !== undefined && { caller }) }
}

async function makeCalls(runner: ToolRunner, asked: readonly AskedCall[], options: AnswerOptions): Promise<string[]> {
  const { maxParallel = defaultMaxParallel, ...caller } = options
  const tools = new Map(runner.tools().map((tool) => [tool.name, tool]))
  const ids = new Set<string>()
  const calls = asked.map(({ id, tool, kind, text }) => {
    // Some servers send empty ids, or the same one twice. Such a call is one of its own, and no repetition.
    const callId = id === '' || ids.has(id) ? undefined : id
    ids.add(id)
    return { tool, callId, args: kind === 'custom' ? { input: text } : readArguments(text, tools.get(tool)) }
  })
  return inOrder(calls, maxParallel, async ({ tool, callId, args }) => {
    return resultText(await runner.call(tool, args, { ...caller, callId }))
  })
}

/** The arguments as the tool's own schema knows them. Text that can not be parsed is left for the runner to refuse. */
function readArguments(text: string, tool: ToolDescription | undefined): unknown {
  try {
    const schema = tool?.inputJsonSchema()
    return schema === undefined ? text : withoutStandInNulls(JSON.parse(text), schema)
  } catch {
    return text
  }
}
