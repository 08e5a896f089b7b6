import {
  type CallManyOptions,
  defaultGateTimeoutMs,
  defaultMaxParallel,
  display,
  inOrder,
  type ToolDescription,
  within,
} from '@toolgate/core'
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
  const { id, message } = readChat(answer)
  const calls: unknown = message?.tool_calls
  const asked = Array.isArray(calls) ? calls.map(readChatCall) : []
  const texts = await makeCalls(runner, asked, id, options)
  return asked.map((call, index) => ({ role: 'tool', tool_call_id: call.id, content: texts[index] as string }))
}

/** @throws TypeError for what is no answer of a model, such as a stream of one. */
function readChat(answer: ChatCompletion | ChatCompletionMessage): {
  id?: string
  message: ChatCompletionMessage | undefined
} {
  const given = (answer ?? {}) as Partial<ChatCompletion & ChatCompletionMessage>
  if (Array.isArray(given.choices)) return { ...(given.id && { id: given.id }), message: given.choices[0]?.message }
  if (given.role !== undefined) return { message: answer as ChatCompletionMessage }
  throw new TypeError(
    `answerChat takes a chat completion or its message, and was given \`${display(answer)}\`; of a stream, take its finalChatCompletion()`,
  )
}

/**
 * Makes the function and custom tool calls of a response through the runner, and returns the items to append to the
 * input: one for every call, by its `call_id`, in order, as `answerChat` does. Other items of the response are not
 * its business.
 */
export async function answerResponse(
  runner: ToolRunner,
  answer: Pick<Response, 'output'> & Partial<Pick<Response, 'id'>>,
  options: AnswerOptions = {},
): Promise<ResponseInputItem[]> {
  if (!Array.isArray(answer?.output)) {
    throw new TypeError(
      `answerResponse takes a response, and was given \`${display(answer)}\`; of a stream, take its finalResponse()`,
    )
  }
  const calls = answer.output.filter((item) => item?.type === 'function_call' || item?.type === 'custom_tool_call')
  const texts = await makeCalls(runner, calls.map(readResponseCall), answer.id, options)
  return calls.map((call, index) => outputOf(call, texts[index] as string))
}

/** A call as a model asked for it; `text` is JSON for a function, free text for a custom tool. */
interface AskedCall {
  readonly id: string
  readonly tool: string
  readonly kind: 'function' | 'custom'
  readonly text: string
}

// Not every server keeps to the types: what is missing is read as empty, and answered as an unknown tool.

function readChatCall(call: ChatCompletionMessageToolCall): AskedCall {
  const { id, type, custom, function: named } = (call ?? {}) as Loose<ChatCompletionMessageToolCall>
  return type === 'custom'
    ? { id: textOf(id), tool: textOf(custom?.name), kind: 'custom', text: textOf(custom?.input) }
    : {
        id: textOf(id),
        tool: textOf(named === undefined ? type : named?.name),
        kind: 'function',
        text: textOf(named?.arguments),
      }
}

function readResponseCall(call: ResponseFunctionToolCall | ResponseCustomToolCall): AskedCall {
  const read = { id: textOf(call.call_id), tool: textOf(call.name) }
  return call.type === 'custom_tool_call'
    ? { ...read, kind: 'custom', text: textOf(call.input) }
    : { ...read, kind: 'function', text: textOf(call.arguments) }
}

/** Any of the fields of some types, each of which may be missing or something else. */
type Loose<Type> = {
  readonly [Field in Type extends unknown ? keyof Type : never]?: Type extends { [_ in Field]?: infer Value }
    ? Value extends object
      ? Loose<Value>
      : unknown
    : never
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function outputOf(call: ResponseFunctionToolCall | ResponseCustomToolCall, output: string): ResponseInputItem {
  const type = call.type === 'custom_tool_call' ? 'custom_tool_call_output' : 'function_call_output'
  const { call_id, caller } = call
  return { type, call_id, output, ...(caller !== undefined && { caller }) }
}

/**
 * Servers number the calls of an answer as they like, and some begin anew with each: only together with the answer's
 * own id, where there is one, does a call's id name it. A call without such a name is one of its own, and no repetition.
 */
async function makeCalls(
  runner: ToolRunner,
  asked: readonly AskedCall[],
  answerId: string | undefined,
  options: AnswerOptions,
): Promise<string[]> {
  const { maxParallel = defaultMaxParallel, ...caller } = options
  const tools = new Map(runner.tools().map((tool) => [tool.name, tool]))
  const ids = new Set<string>()
  const calls = asked.map((call) => {
    const isNamed = Boolean(answerId) && call.id !== '' && !ids.has(call.id)
    ids.add(call.id)
    return { call, callId: isNamed ? `${answerId}/${call.id}` : undefined }
  })
  return inOrder(calls, maxParallel, async ({ call, callId }) => {
    const { tool, kind, text } = call
    const args =
      kind === 'custom'
        ? { input: text }
        : await readArguments(text, tools.get(tool), runner.maxArgumentsChars, caller.signal)
    return resultText(await runner.call(tool, args, { ...caller, callId }))
  })
}

/**
 * The arguments as the tool's own schema knows them. In strict mode a model writes `null` for what it leaves out; where
 * the tool's schema does not take those nulls, they are taken out. All else is left for the runner to read or refuse.
 */
async function readArguments(
  text: string,
  tool: ToolDescription | undefined,
  mostChars: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (tool?.input === undefined || !text.includes('null') || text.length > mostChars) return text
  try {
    const value: unknown = JSON.parse(text)
    const schema = tool.inputJsonSchema()
    if (typeof value !== 'object' || schema === undefined) return text
    const validating = Promise.resolve(tool.input['~standard'].validate(value))
    const validated = await within(validating, { what: 'validating', timeoutMs: defaultGateTimeoutMs, signal })
    return validated.issues === undefined ? text : withoutStandInNulls(value, schema)
  } catch {
    return text
  }
}
