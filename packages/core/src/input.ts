import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { PipelineCall } from './call.ts'
import { defaultGateTimeoutMs } from './stage.ts'
import { messageOf, nameOf } from './thrown.ts'
import { isPromise, within } from './within.ts'

/** The arguments of a call, read; or what is wrong with them. */
export type ReadInput =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string; readonly error?: unknown }

/** How many problems a message lists: enough to mend a call, and bounded. */
const mostProblems = 8

/** How the arguments of a call come: for a tool by its name also as JSON text, for its own function as they are. */
export interface InputForm {
  readonly schema: StandardSchemaV1 | undefined
  /** Whether text is JSON, and how long it may be. */
  readonly mostTextChars: number | undefined
}

/**
 * Reads the arguments of a call: JSON text is parsed, and what it holds is validated by the tool's schema. An absent
 * or empty text means no arguments, as models send it for tools that take none.
 */
export function readInput({ schema, mostTextChars }: InputForm, call: PipelineCall): ReadInput | Promise<ReadInput> {
  const raw = call.arguments
  const isText = mostTextChars !== undefined && typeof raw === 'string'
  const parsed = isText ? parse(raw, mostTextChars) : { value: mostTextChars === undefined ? raw : (raw ?? {}) }
  if (parsed.problem !== undefined) return parsed
  if (schema !== undefined) return validate(schema, parsed.value, call.callerSignal)
  if (isText && !isObject(parsed.value)) return { problem: 'they are not a JSON object' }
  return parsed
}

function parse(text: string, mostChars: number): ReadInput {
  if (text.length > mostChars)
    return { problem: `they are ${text.length} characters long, over the ${mostChars} allowed` }
  if (text.trim() === '') return { value: {} }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    // The parser's own message quotes the text, which may hold what must not be shown or recorded.
    return { problem: 'they are not valid JSON' }
  }
}

function validate(
  schema: StandardSchemaV1,
  value: unknown,
  signal: AbortSignal | undefined,
): ReadInput | Promise<ReadInput> {
  try {
    const validated = schema['~standard'].validate(value)
    if (!isPromise(validated)) return judge(validated)
    const bounds = { what: 'validating', timeoutMs: defaultGateTimeoutMs, signal }
    return within(validated, bounds).then(judge).catch(schemaFailed)
  } catch (error) {
    return schemaFailed(error)
  }
}

function judge(validated: StandardSchemaV1.Result<unknown>): ReadInput {
  if (validated.issues === undefined) return { value: validated.value }
  const problems = validated.issues.slice(0, mostProblems).map(describeIssue)
  const more = validated.issues.length - problems.length
  return { problem: `${problems.join('; ')}${more > 0 ? `; and ${more} more` : ''}` }
}

function describeIssue({ path, message }: StandardSchemaV1.Issue): string {
  if (path === undefined || path.length === 0) return message
  return `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')}: ${message}`
}

function schemaFailed(error: unknown): ReadInput {
  // Nor is its message told: it may quote what it was given.
  const what = nameOf(error) === 'TimeoutError' ? messageOf(error) : 'the input schema itself failed'
  return { problem: what, error }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
