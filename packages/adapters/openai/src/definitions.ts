import type { GatedToolRunner, ToolDescription } from '@toolgate/core'
import type { ChatCompletionTool } from 'openai/resources/chat/completions'
import type { Tool } from 'openai/resources/responses/responses'
import type { CustomToolInputFormat } from 'openai/resources/shared'
import { type JsonSchema, strictSchema } from './strict-schema.ts'

/** What the adapter uses of a runner, whatever its gates. */
export type ToolRunner = Pick<GatedToolRunner, 'tools' | 'call' | 'maxArgumentsChars'>

export interface ToolsOptions {
  /**
   * The tools to offer as custom tools, whose input is free text in a format, by name. The text arrives in the
   * argument `input`, so such a tool takes `z.object({ input: z.string() })`.
   */
  readonly custom?: Readonly<Record<string, CustomToolInputFormat>>
}

/**
 * The `tools` of a Chat Completions request: all that are registered, described in strict JSON Schema where their
 * input can be, and as it is elsewhere.
 * @throws TypeError for a tool that OpenAI would not take, by its name or its input.
 */
export function chatTools(runner: ToolRunner, options: ToolsOptions = {}): ChatCompletionTool[] {
  return described(runner, options).map(({ tool, format }): ChatCompletionTool => {
    const named = { name: tool.name, ...(tool.description !== undefined && { description: tool.description }) }
    if (format === undefined) return { type: 'function', function: { ...named, ...parametersOf(tool) } }
    if (format.type === 'text') return { type: 'custom', custom: { ...named, format } }
    const { type, ...grammar } = format
    return { type: 'custom', custom: { ...named, format: { type, grammar } } }
  })
}

/** The `tools` of a Responses request; otherwise as `chatTools`. */
export function responsesTools(runner: ToolRunner, options: ToolsOptions = {}): Tool[] {
  return described(runner, options).map(({ tool, format }): Tool => {
    const named = { name: tool.name, ...(tool.description !== undefined && { description: tool.description }) }
    if (format === undefined) return { type: 'function', ...named, ...parametersOf(tool) }
    return { type: 'custom', ...named, format }
  })
}

interface Described {
  readonly tool: ToolDescription
  readonly format: CustomToolInputFormat | undefined
}

function described(runner: ToolRunner, { custom = {} }: ToolsOptions): Described[] {
  const tools = runner.tools()
  for (const name of Object.keys(custom)) {
    if (!tools.some((tool) => tool.name === name))
      throw new TypeError(`custom: there is no tool \`${name}\` on the runner`)
  }
  return tools.map((tool) => {
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(tool.name)) {
      throw new TypeError(`tool \`${tool.name}\`: OpenAI takes names of up to 64 letters, digits, \`_\` and \`-\``)
    }
    return { tool, format: Object.hasOwn(custom, tool.name) ? custom[tool.name] : undefined }
  })
}

const noInput: JsonSchema = { type: 'object', properties: {} }

function parametersOf(tool: ToolDescription): { parameters: Record<string, unknown>; strict: boolean } {
  const schema = tool.inputJsonSchema() ?? noInput
  if (schema.type !== 'object') {
    throw new TypeError(`tool \`${tool.name}\`: OpenAI takes arguments that are an object; its input is none`)
  }
  const { schema: parameters, isStrict } = strictSchema(schema)
  return { parameters, strict: isStrict }
}
