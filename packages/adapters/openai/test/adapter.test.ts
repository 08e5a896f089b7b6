import { auditGate, memorySink } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import { answerChat, answerResponse, chatTools, responsesTools } from '@toolgate/openai'
import { rateGate } from '@toolgate/rate'
import { ruleGate } from '@toolgate/rule'
import type { ChatCompletionMessageParam, ChatCompletionMessageToolCall } from 'openai/resources/chat/completions'
import type { ResponseInputItem } from 'openai/resources/responses/responses'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { completion, response, ScriptedServer } from './server.ts'

const servers: ScriptedServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function serverWith(...answers: unknown[]): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(answers)
  servers.push(server)
  return server
}

function gatedRunner() {
  const trail = memorySink()
  const runner = new GatedToolRunner({ gates: [rateGate(), ruleGate()], audit: auditGate({ sinks: [trail] }) })
  runner.register('search', {
    description: 'Search the web.',
    input: z.object({ query: z.string(), limit: z.number().optional() }),
    execute: ({ query, limit }) => ({ query, limit: limit ?? 'none' }),
    rate: { maxCalls: 3, windowMs: 60_000 },
    rule: {
      rules: [
        function noSecrets(call) {
          return !JSON.stringify(call.arguments).includes('secret')
        },
      ],
    },
  })
  runner.register('run_sql', {
    input: z.object({ input: z.string() }),
    execute: ({ input }) => `ran ${input}`,
  })
  runner.register('fails', { execute: () => Promise.reject(new Error('no such table')) })
  return { runner, trail }
}

function chatCall(id: string, name: string, args: string): ChatCompletionMessageToolCall {
  return { id, type: 'function', function: { name, arguments: args } }
}

describe('a loop over chat completions, with the real client', () => {
  test('answers every call by its id, in order: run, blocked, unknown, broken, custom and failed', async () => {
    const toolCalls = [
      chatCall('call_1', 'search', '{"query":"news","limit":null}'),
      chatCall('call_2', 'search', '{"query":"the secret","limit":2}'),
      chatCall('call_3', 'serch', '{}'),
      chatCall('call_4', 'search', '{"query":'),
      { id: 'call_5', type: 'custom', custom: { name: 'run_sql', input: 'SELECT 1' } },
      chatCall('call_6', 'fails', ''),
    ]
    const server = await serverWith(
      completion({ content: null, tool_calls: toolCalls }, 'tool_calls'),
      completion({ content: 'Done.' }),
    )
    const client = server.client()
    const { runner, trail } = gatedRunner()
    const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Find the news.' }]
    const tools = chatTools(runner, { custom: { run_sql: { type: 'text' } } })
    let text: string | null = null
    for (let turn = 0; turn < 5 && text === null; turn++) {
      const answer = await client.chat.completions.create({ model: 'scripted', messages, tools })
      const [choice] = answer.choices
      if (choice === undefined) break
      messages.push(choice.message, ...(await answerChat(runner, answer, { principal: 'agent:1' })))
      text = choice.message.content
    }

    expect(text).toBe('Done.')
    const sent = server.requests[1]?.messages as { role: string; tool_call_id?: string; content: string }[]
    expect(sent.slice(2).map(({ tool_call_id }) => tool_call_id)).toEqual(toolCalls.map(({ id }) => id))
    expect(sent.slice(2).map(({ content }) => content)).toEqual([
      '{"query":"news","limit":"none"}',
      'not allowed by rule `noSecrets`; the same call will be refused again, so change it or do without it',
      'there is no tool "serch"; call one of these, by its exact name: search, run_sql, fails',
      expect.stringContaining('the arguments of tool `search` can not be used: they are not valid JSON'),
      'ran SELECT 1',
      'tool `fails` failed: no such table',
    ])
    expect(server.requests[0]?.tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'search',
          description: 'Search the web.',
          strict: true,
          parameters: {
            type: 'object',
            properties: { query: { type: 'string' }, limit: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
            required: ['query', 'limit'],
            additionalProperties: false,
          },
        },
      },
      { type: 'custom', custom: { name: 'run_sql', format: { type: 'text' } } },
      {
        type: 'function',
        function: {
          name: 'fails',
          strict: true,
          parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
        },
      },
    ])
    expect(trail.entries.map(({ callId, principal }) => [callId, principal]).toSorted()).toEqual(
      toolCalls.map(({ id }) => [`chatcmpl-1/${id}`, 'agent:1']),
    )
  })

  test('has nothing to answer where the model called no tool', async () => {
    const { runner } = gatedRunner()
    expect(await answerChat(runner, completion({ content: 'Hello.' }) as never)).toEqual([])
    expect(await answerChat(runner, { ...completion({}), choices: [] } as never)).toEqual([])
  })

  test('takes a message alone, and a call id that the server left empty or sent twice', async () => {
    const { runner, trail } = gatedRunner()
    const tool_calls = ['', '', 'same', 'same'].map((id) => chatCall(id, 'run_sql', '{"input":"1"}'))
    const answers = await answerChat(runner, { role: 'assistant', content: null, refusal: null, tool_calls })
    expect(answers.map(({ content }) => content)).toEqual(Array(4).fill('ran 1'))
    expect(new Set(trail.entries.map(({ callId }) => callId)).size).toBe(4)
  })

  test('answers also what no types allow: calls without ids, names, arguments or a known type', async () => {
    const { runner } = gatedRunner()
    const message = {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        { id: null, type: 'function', function: { name: 'search', arguments: '{"query":"a","limit":1}' } },
        { id: 'call_2', type: 'function', function: {} },
        { id: 'call_3', type: 'function' },
        { id: 'call_4', type: 'computer' },
        { id: 5, type: 'custom', custom: null },
        null,
      ],
    }
    const answers = await answerChat(runner, message as never)
    expect(answers.map(({ tool_call_id }) => tool_call_id)).toEqual(['', 'call_2', 'call_3', 'call_4', '', ''])
    expect(answers[0]?.content).toBe('{"query":"a","limit":1}')
    for (const { content } of answers.slice(1)) expect(content).toContain('there is no tool ')
  })

  test('[P5] calls of one id in two answers are two calls, also at the same time', async () => {
    const runner = new GatedToolRunner()
    let running = 0
    runner.register('both', {
      execute: async () => {
        running++
        while (running < 2) await new Promise(setImmediate)
        return 'done'
      },
    })
    const completion = (id: string) => ({
      id,
      choices: [
        { message: { tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'both', arguments: '' } }] } },
      ],
    })
    const answers = await Promise.all(['a', 'b'].map((id) => answerChat(runner, completion(id) as never)))
    expect(answers.map(([answer]) => answer?.content)).toEqual(['done', 'done'])
  })

  test('is told so when it is given a stream, or what is no answer', async () => {
    const { runner } = gatedRunner()
    await expect(answerChat(runner, { controller: {} } as never)).rejects.toThrow('take its finalChatCompletion()')
    await expect(answerResponse(runner, { choices: [] } as never)).rejects.toThrow('take its finalResponse()')
  })

  test('[P5] leaves the bound on arguments to the runner', async () => {
    const runner = new GatedToolRunner({ maxArgumentsChars: 50 })
    const input = z.object({ text: z.string(), other: z.string().optional() })
    runner.register('tool', { input, execute: () => 'ran' })
    const ask = async (text: string) => {
      const call = {
        id: 'a',
        type: 'function',
        function: { name: 'tool', arguments: JSON.stringify({ text, other: null }) },
      }
      const [answer] = await answerChat(runner, { role: 'assistant', tool_calls: [call] } as never)
      return answer?.content
    }
    expect(await ask('short')).toBe('ran')
    expect(await ask('x'.repeat(50))).toContain('over the 50 allowed')
  })

  test.each([
    ['where the tool’s own schema takes it', z.object({ note: z.string().nullish() }), { note: null }, { note: null }],
    ['where it does not', z.object({ note: z.string().optional() }), { note: null }, {}],
    [
      'in the branch of a union that takes it',
      z.object({
        of: z.union([
          z.object({ k: z.enum(['a', 'b']), x: z.string().optional() }),
          z.object({ k: z.enum(['c']), x: z.string().nullable() }),
        ]),
      }),
      { of: { k: 'c', x: null } },
      { of: { k: 'c', x: null } },
    ],
  ])('keeps a null that the model wrote %s', async (_, input, written, given) => {
    const runner = new GatedToolRunner()
    let got: unknown
    runner.register('tool', {
      input: input as z.ZodType,
      execute: (args) => {
        got = args
        return 'ran'
      },
    })
    const call = { id: 'a', type: 'function', function: { name: 'tool', arguments: JSON.stringify(written) } }
    await answerChat(runner, { role: 'assistant', tool_calls: [call] } as never)
    expect(got).toEqual(given)
  })

  test('runs no more calls at a time than it may', async () => {
    const runner = new GatedToolRunner()
    let running = 0
    let most = 0
    runner.register('slow', {
      execute: async function* () {
        most = Math.max(most, ++running)
        yield 'a'
        await new Promise(setImmediate)
        running--
        yield 'b'
      },
    })
    const tool_calls = Array.from({ length: 6 }, (_, index) => chatCall(`call_${index}`, 'slow', '{}'))
    const message = { role: 'assistant', content: null, refusal: null, tool_calls } as const
    const answers = await answerChat(runner, message, { maxParallel: 2 })
    expect(most).toBe(2)
    expect(answers.map(({ content }) => content)).toEqual(Array(6).fill('ab'))
  })
})

describe('a loop over responses, with the real client', () => {
  test('answers every call by its id, in order, and leaves other items alone', async () => {
    const caller = { type: 'program', caller_id: 'prog_1' } as const
    const server = await serverWith(
      response(
        { type: 'reasoning', id: 'rs_1', summary: [] },
        {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'call_1',
          name: 'search',
          arguments: '{"query":"news","limit":null}',
        },
        { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_2', name: 'run_sql', input: 'SELECT 1' },
        {
          type: 'function_call',
          id: 'fc_2',
          call_id: 'call_3',
          name: 'search',
          arguments: '{"query":"secret"}',
          caller,
        },
        { type: 'custom_tool_call', id: 'ct_2', call_id: 'call_4', name: 'nothing', input: 'x' },
      ),
      response({
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Done.', annotations: [] }],
      }),
    )
    const client = server.client()
    const { runner } = gatedRunner()
    const tools = responsesTools(runner, {
      custom: { run_sql: { type: 'grammar', syntax: 'regex', definition: 'SELECT .*' } },
    })
    const input: ResponseInputItem[] = [{ role: 'user', content: 'Find the news.' }]
    const first = await client.responses.create({ model: 'scripted', input, tools })
    const outputs = await answerResponse(runner, first, { principal: 'agent:1' })
    const last = await client.responses.create({
      model: 'scripted',
      input: outputs,
      previous_response_id: first.id,
      tools,
    })

    expect(last.output_text).toBe('Done.')
    expect(server.requests[1]?.input).toEqual([
      { type: 'function_call_output', call_id: 'call_1', output: '{"query":"news","limit":"none"}' },
      { type: 'custom_tool_call_output', call_id: 'call_2', output: 'ran SELECT 1' },
      {
        type: 'function_call_output',
        call_id: 'call_3',
        caller,
        output: expect.stringContaining('not allowed by rule `noSecrets`'),
      },
      {
        type: 'custom_tool_call_output',
        call_id: 'call_4',
        output: expect.stringContaining('there is no tool "nothing"'),
      },
    ])
    expect(server.requests[0]?.tools).toMatchObject([
      { type: 'function', name: 'search', strict: true },
      { type: 'custom', name: 'run_sql', format: { type: 'grammar', syntax: 'regex', definition: 'SELECT .*' } },
      { type: 'function', name: 'fails', strict: true },
    ])
  })

  test('[P1] a limit stops the calls of one answer that come after it, and only those', async () => {
    const { runner } = gatedRunner()
    const output = Array.from({ length: 5 }, (_, index) => ({
      type: 'function_call' as const,
      call_id: `call_${index}`,
      name: 'search',
      arguments: '{"query":"news","limit":1}',
    }))
    const answers = await answerResponse(runner, { output })
    const texts = answers.map((answer) => ('output' in answer ? String(answer.output) : ''))
    expect(texts.map((text) => text.startsWith('rate limit of 3 calls per minute'))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
  })
})

describe('what a model is told of a result', () => {
  const circular: Record<string, unknown> = {}
  circular.self = circular
  test.each([
    ['text as it is', () => 'plain', 'plain'],
    ['data as JSON', () => ({ a: [1, null] }), '{"a":[1,null]}'],
    ['nothing as null', () => undefined, 'null'],
    [
      'a bigint',
      () => 5n,
      'the tool ran, but its result can not be written as JSON (Do not know how to serialize a BigInt)',
    ],
    [
      'a cycle',
      () => circular,
      expect.stringContaining('the tool ran, but its result can not be written as JSON (Converting circular'),
    ],
    [
      'a stream of text, joined',
      async function* () {
        yield 'one '
        yield 'two'
      },
      'one two',
    ],
    [
      'a stream of data, as a list',
      async function* () {
        yield { a: 1 }
        yield 'b'
      },
      '[{"a":1},"b"]',
    ],
    ['an empty stream', async function* () {}, ''],
    [
      'a stream that fails, as far as it came',
      async function* () {
        yield 'one '
        throw new Error('cut')
      },
      'one \n[the tool failed here: cut]',
    ],
    [
      'a huge text, bounded',
      () => 'x'.repeat(2_000_000),
      expect.stringMatching(/^x{1048576}\n\[the rest was left out\]$/),
    ],
    [
      'what throws when it is written',
      () => ({
        toJSON: () => {
          throw null
        },
      }),
      'the tool ran, but its result can not be written as JSON (null)',
    ],
    [
      'a stream that throws what can not be shown',
      async function* () {
        yield 'one'
        throw Object.create(null)
      },
      'one\n[the tool failed here: {}]',
    ],
    [
      'an endless stream, bounded',
      async function* () {
        for (;;) yield 'x'.repeat(100_000)
      },
      expect.stringMatching(/^x{1048576}\n\[the rest was left out\]$/),
    ],
  ])('%s', async (_, execute: () => unknown, expected) => {
    const runner = new GatedToolRunner()
    runner.register('tool', { execute })
    const message = {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [chatCall('c', 'tool', '{}')],
    } as const
    const [answer] = await answerChat(runner, message as never)
    expect(answer?.content).toEqual(expected)
  })
})

describe('a tool that OpenAI would not take is an error that names it', () => {
  test.each([
    [
      'search the web',
      z.object({}),
      {},
      'tool `search the web`: OpenAI takes names of up to 64 letters, digits, `_` and `-`',
    ],
    ['x'.repeat(65), z.object({}), {}, 'OpenAI takes names of up to 64'],
    ['text', z.string(), {}, 'tool `text`: OpenAI takes arguments that are an object; its input is none'],
    ['search', z.object({}), { sql: { type: 'text' } }, 'custom: there is no tool `sql` on the runner'],
  ] as const)('%s', (name, input, custom, message) => {
    const runner = new GatedToolRunner()
    runner.register(name, { input, execute: () => 1 })
    expect(() => chatTools(runner, { custom })).toThrow(message)
    expect(() => responsesTools(runner, { custom })).toThrow(message)
  })
})
