import { compileCondition } from '../src/condition/compile.ts'
import type { RunSoFar, Subject } from '../src/condition/subject.ts'
import type { Truth } from '../src/condition/truth.ts'
import type { Condition, Literal, ValueCondition, ValueTest } from '../src/document/condition.ts'
import type { Category } from '../src/document/document.ts'
import { type Path, pathRoots } from '../src/document/path.ts'
import type { Place } from '../src/document/place.ts'

// Conditions and subjects for tests, as a reader and an engine would make them.

export const place: Place = { file: 'policy.yaml', line: 1, column: 1 }

export function path(text: string): Path {
  const [first, ...keys] = text.split('.')
  const root = pathRoots.find((each) => each === first)
  if (root === undefined) throw new Error(`no such root: ${first}`)
  return { text, root, keys }
}

export function value(pathText: string, test: ValueTest): ValueCondition {
  return { kind: 'value', path: path(pathText), test, place }
}

export function literal(of: string | number | boolean | null): Literal {
  if (typeof of === 'string') return { type: 'string', value: of }
  if (typeof of === 'number') return { type: 'number', text: String(of) }
  if (typeof of === 'boolean') return { type: 'boolean', value: of }
  return { type: 'null' }
}

export const literals = (...values: (string | number | boolean | null)[]): Literal[] => values.map(literal)

interface Given extends Partial<Subject['call']> {
  readonly action?: string
  readonly tags?: readonly string[]
  readonly soFar?: RunSoFar | undefined
}

export function subject({ action = 'write:payment', tags = [], soFar, ...call }: Given = {}): Subject {
  return {
    call: {
      tool: 'pay',
      arguments: {},
      principal: 'agent:1',
      tenant: undefined,
      session: undefined,
      run: undefined,
      traceId: undefined,
      metadata: {},
      startedAtMs: Date.UTC(2026, 10, 21, 12),
      ...call,
    },
    action,
    tags,
    soFar,
  }
}

export function truthOf(condition: Condition, of: Subject = subject(), categories: readonly Category[] = []): Truth {
  return compileCondition(condition, categories).evaluate(of)
}

/** What a test says of a value that is an argument of a call. */
export function truthOfTest(test: ValueTest, argument: unknown): Truth {
  return truthOf(value('arguments.value', test), subject({ arguments: { value: argument } }))
}
