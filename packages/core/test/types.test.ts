import {
  type Allow,
  type Gate,
  GatedToolRunner,
  type GateResult,
  guard,
  type ToolCall,
  type Unavailable,
} from '@toolgate/core'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { named } from './gates.ts'

// What is stated here is checked by the compiler: an `@ts-expect-error` without an error fails `pnpm types`.

const input = z.object({ query: z.string(), limit: z.string().transform(Number).optional() })
const execute = () => 'done'

test('a registered tool has the types of its schema and of what it returns', () => {
  const runner = new GatedToolRunner({ gates: [named('one')] })
  const search = runner.register('search', {
    input,
    execute: (args, call) => {
      expectTypeOf(args).toEqualTypeOf<{ query: string; limit?: number | undefined }>()
      expectTypeOf(call.principal).toBeString()
      return Promise.resolve(args.query.length)
    },
    one: {},
  })
  expectTypeOf(search).parameter(0).toEqualTypeOf<{ query: string; limit?: string | undefined }>()
  type Result = Awaited<ReturnType<typeof search>>
  expectTypeOf<Extract<Result, { allowed: true }>['result']>().toEqualTypeOf<number>()
  expectTypeOf<Extract<Result, { allowed: false }>['result']>().toEqualTypeOf<undefined>()
  expectTypeOf<Extract<Result, { allowed: false }>['message']>().toEqualTypeOf<string>()
})

test('a stream is handed on as an iterator of its items', () => {
  const runner = new GatedToolRunner()
  const count = runner.register('count', {
    execute: async function* () {
      yield 1
    },
  })
  type Result = Awaited<ReturnType<typeof count>>
  expectTypeOf<Extract<Result, { allowed: true }>['result']>().toEqualTypeOf<AsyncIterableIterator<number>>()
})

test('only the policies of installed gates are accepted', () => {
  const runner = new GatedToolRunner({ gates: [named('one')] })
  runner.register('good', { execute, one: {} })
  const bad = [
    // @ts-expect-error the runner has no gate of that name
    () => runner.register('missing', { execute, two: {} }),
    // @ts-expect-error a misspelt key
    () => runner.register('misspelt', { execute, onee: {} }),
    // @ts-expect-error the runner has no audit gate
    () => runner.register('unaudited', { execute, audit: {} }),
    // @ts-expect-error a field that the policy does not have
    () => runner.register('field', { execute, one: { maxCals: 1 } }),
    // @ts-expect-error nothing is known of the arguments of a tool without a schema
    () => runner.register('unknown', { execute: ({ query }: { query: string }) => query }),
    // @ts-expect-error a tool has an execute
    () => runner.register('nothing', { one: {} }),
    // @ts-expect-error the schema wants a query
    () => runner.register('search', { input, execute })({}),
  ]
  expectTypeOf(bad).toBeArray()
  expectTypeOf(new GatedToolRunner()).toHaveProperty('register')
})

test('decisions are known by the names of the gates', () => {
  const runner = new GatedToolRunner({ gates: [named('one'), named('two')] })
  const tool = runner.register('tool', { execute })
  type Decisions = Awaited<ReturnType<typeof tool>>['decisions']
  expectTypeOf<keyof Decisions>().toEqualTypeOf<'one' | 'two'>()
})

test('a decision is its gate’s own, or says that the gate could not decide', () => {
  interface Scored extends Allow {
    readonly score: number
  }
  const scores: Gate<'scores', object, Scored> = {
    name: 'scores',
    compile: () => ({ check: () => ({ kind: 'allow', score: 1 }) }),
  }
  const runner = new GatedToolRunner({ gates: [scores] })
  const tool = runner.register('tool', { execute, scores: {} })
  type Decision = NonNullable<Awaited<ReturnType<typeof tool>>['decisions']['scores']>
  expectTypeOf<Decision>().toEqualTypeOf<Scored | Unavailable>()
  const read = (decision: Decision) => ('score' in decision ? decision.score : decision.message)
  expectTypeOf(read).returns.toEqualTypeOf<number | string | undefined>()
})

test('a function of a policy that takes what the tool returned gets its type', () => {
  interface Charged {
    readonly fixed?: number
    readonly actual?: (result: never, call: ToolCall) => number
  }
  const charges: Gate<'charges', Charged, Allow> = {
    name: 'charges',
    compile: () => ({ check: () => ({ kind: 'allow' }) }),
  }
  const runner = new GatedToolRunner({ gates: [charges] })
  const query = async ({ query }: { query: string }) => ({ query, tokens: 5 })
  runner.register('inferred', { input, execute: query, charges: { actual: ({ tokens }) => tokens } })
  runner.register('annotated', {
    input,
    execute: ({ query }) => ({ query, tokens: 5 }),
    charges: { actual: ({ tokens }: { tokens: number }, call) => tokens + call.startedAtMs },
  })
  const shared: Charged = { actual: ({ tokens }: { tokens: number }) => tokens }
  runner.register('shared', { input, execute: query, charges: shared })
  runner.register('stream', {
    execute: async function* () {
      yield { tokens: 1 }
    },
    charges: { actual: (last) => last?.tokens ?? 0 },
  })
  runner.register('generator', {
    execute: async function* () {
      yield 'text'
      return { tokens: 1 }
    },
    charges: { actual: ({ tokens }) => tokens },
  })
  const guarded = guard((text: string) => text.length, runner, {
    name: 'guarded',
    charges: { actual: (length) => length },
  })
  expectTypeOf(guarded).returns.resolves.toBeNumber()
  const bad = [
    // @ts-expect-error the tool returns no such field
    () => runner.register('misspelt', { execute: () => ({ tokens: 5 }), charges: { actual: ({ token }) => token } }),
    // @ts-expect-error the tool returns something else
    () => runner.register('other', { execute: () => 'text', charges: { actual: (cents: number) => cents } }),
  ]
  expectTypeOf(bad).toBeArray()
})

test('the status of a result tells the rest', () => {
  const read = (result: GateResult<string>) => {
    switch (result.status) {
      case 'executed':
        return result.result.length
      case 'failed':
        return result.reason === 'timeout' ? 1 : 2
      case 'blocked':
        return result.retryAfterMs ?? 0
      case 'pending':
        return result.pendingId.length
      default:
        return result satisfies never
    }
  }
  expectTypeOf(read).returns.toBeNumber()
})
