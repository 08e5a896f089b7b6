import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { AnyAuditGate, AuditCheckpoint } from './audit.ts'
import type { ToolCall } from './call.ts'
import type { Execute } from './execution.ts'
import type { AnyGate, RunnerInfo, ToolInfo } from './gate.ts'
import { PolicyError } from './policy-error.ts'
import { longestTimerMs, PolicyFields } from './policy-fields.ts'
import { compileGates, type Stage, stagesOf } from './stage.ts'
import { messageOf } from './thrown.ts'

/** The input schema of a tool, or none. */
export type InputSchema = StandardSchemaV1 | undefined

/** What `execute` is given: what the schema returned. Without a schema nothing is known of the arguments. */
export type Arguments<Input extends InputSchema> = Input extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Input>
  : unknown

/** What a caller passes in: what the schema accepts. */
export type ArgumentsInput<Input extends InputSchema> = Input extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<Input>
  : unknown

/** A tool, without the policies of the gates. */
export interface ToolDefinition<Input extends InputSchema, Output> {
  /** Tells a model what the tool does. */
  readonly description?: string
  /** Any Standard Schema. Arguments are validated by it before any gate is asked. */
  readonly input?: Input
  /** The JSON Schema of the input, for a schema that can not describe itself (`~standard.jsonSchema`). */
  readonly inputJsonSchema?: Readonly<Record<string, unknown>>
  /** The longest that the tool may run, in milliseconds. Its signal aborts then, and the call ends as `timeout`. */
  readonly timeoutMs?: number
  /**
   * A private tool can be called only by the function that `register` returns: it is not among `tools()`, and no name
   * that a model makes up leads to it.
   */
  readonly isPrivate?: boolean
  readonly execute: (args: Arguments<Input>, call: ToolCall) => Output
}

/** A tool as an adapter sees it. */
export interface ToolDescription {
  readonly name: string
  readonly description: string | undefined
  readonly input: StandardSchemaV1 | undefined
  /**
   * The JSON Schema (draft 2020-12) of what the tool accepts; `undefined` for a tool without an input schema.
   * @throws TypeError when the schema can not describe itself and no `inputJsonSchema` was given.
   */
  inputJsonSchema(): Readonly<Record<string, unknown>> | undefined
}

/** A registered tool, compiled. */
export interface RegisteredTool {
  readonly description: ToolDescription
  readonly input: StandardSchemaV1 | undefined
  readonly execute: Execute
  readonly timeoutMs: number | undefined
  readonly isPrivate: boolean
  readonly stages: readonly Stage[]
  readonly audit: AuditCheckpoint | undefined
  readonly auditTimeoutMs: number | undefined
}

/**
 * Compiles a registration: every policy is checked and turned into its checkpoint here, and never again.
 * @throws PolicyError that names the tool, the field, the value and the mend.
 */
export function compileTool(
  name: string,
  definition: ToolDefinition<InputSchema, unknown> & Readonly<Record<string, unknown>>,
  gates: readonly AnyGate[],
  audit: AnyAuditGate | undefined,
  runner: RunnerInfo,
): RegisteredTool {
  const installed = [...gates.map((gate) => gate.name), ...(audit === undefined ? [] : ['audit'])]
  refuseMissingGates(name, definition, installed)
  const fields = new PolicyFields(definition, { tool: name, path: '', names: [...definitionNames, ...installed] })
  const description = fields.raw('description')
  if (description !== undefined && typeof description !== 'string') throw fields.error('description', 'a string')
  const input = fields.raw('input')
  if (input !== undefined && !isStandardSchema(input)) {
    throw fields.error('input', 'a Standard Schema, such as z.object({ … }) of zod')
  }
  const inputJsonSchema = fields.raw('inputJsonSchema')
  if (inputJsonSchema !== undefined && (typeof inputJsonSchema !== 'object' || inputJsonSchema === null)) {
    throw fields.error('inputJsonSchema', 'a JSON Schema object')
  }
  const timeoutMs = fields.durationMs('timeoutMs', longestTimerMs)
  const isPrivate = fields.raw('isPrivate') ?? false
  if (typeof isPrivate !== 'boolean') throw fields.error('isPrivate', 'true or false')
  if (fields.callback('execute') === undefined) throw fields.error('execute', 'a function')
  const policies = Object.fromEntries(gates.map((gate) => [gate.name, fields.raw(gate.name)]))
  const auditPolicy = audit === undefined ? undefined : fields.raw('audit')

  const givenSchema = inputJsonSchema as JsonSchema | undefined
  const tool: ToolInfo = { name, description, input, inputJsonSchema: givenSchema, timeoutMs, runner }
  return {
    description: {
      name,
      description,
      input,
      inputJsonSchema: once(() => givenSchema ?? jsonSchemaOf(name, input)),
    },
    input,
    execute: (definition.execute as Execute).bind(definition),
    timeoutMs,
    isPrivate,
    stages: stagesOf(compileGates(gates, tool, policies)),
    audit: audit?.compile(tool, auditPolicy as never),
    auditTimeoutMs: audit?.timeoutMs,
  }
}

/** The fields of a registration that are no policies. */
export const definitionNames: readonly string[] = [
  'description',
  'input',
  'inputJsonSchema',
  'timeoutMs',
  'isPrivate',
  'execute',
]

const standardGates: Readonly<Record<string, string>> = {
  rate: 'rateGate()',
  budget: 'budgetGate()',
  rule: 'ruleGate()',
  audit: 'auditGate()',
}

/** A policy for a standard gate that is not installed deserves a better error than an unknown field. */
function refuseMissingGates(
  tool: string,
  definition: Readonly<Record<string, unknown>> | null,
  installed: readonly string[],
): void {
  for (const [gate, factory] of Object.entries(standardGates)) {
    const value = definition?.[gate]
    if (value === undefined || installed.includes(gate)) continue
    const has = installed.length === 0 ? 'it has none' : `it has ${installed.join(', ')}`
    const expected = `no such policy, for the runner has no ${gate} gate (${has}); install ${factory} on it`
    throw new PolicyError({ tool, field: gate, value, expected })
  }
}

function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  // A schema may be a function that carries the standard's property, as ArkType's are.
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as Partial<StandardSchemaV1>)['~standard']
  return typeof standard?.validate === 'function'
}

type JsonSchema = Readonly<Record<string, unknown>>

/** Describing a schema is slow, and adapters ask for it at every call. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function jsonSchemaOf(name: string, input: StandardSchemaV1 | undefined): JsonSchema | undefined {
  if (input === undefined) return undefined
  const { jsonSchema } = input['~standard'] as Partial<StandardJSONSchemaV1.Props>
  if (jsonSchema === undefined) {
    throw new TypeError(
      `tool \`${name}\`: its input schema (${input['~standard'].vendor}) can not describe itself as JSON Schema; register the tool with inputJsonSchema`,
    )
  }
  try {
    return jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    throw new TypeError(
      `tool \`${name}\`: its input schema can not describe itself as JSON Schema (${messageOf(error)}); register the tool with inputJsonSchema`,
      { cause: error },
    )
  }
}
