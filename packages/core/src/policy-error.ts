/** What is wrong with one field of a registration, and how to mend it. */
export interface PolicyProblem {
  /** The tool being registered; absent when the problem is in an option of a gate, a store or a runner. */
  readonly tool?: string
  /** The field, as a path from the registration: `budget.maxSpend`. */
  readonly field: string
  readonly value: unknown
  /** What would have been accepted, ending in the mend: `a whole number of 1 or more, such as 10`. */
  readonly expected: string
}

/**
 * A registration or an option that can not be used. It is thrown while an application starts, never by a call; its
 * message names the tool, the field, the value and the mend.
 */
export class PolicyError extends TypeError {
  override readonly name = 'PolicyError'
  readonly tool: string | undefined
  readonly field: string
  readonly value: unknown

  constructor(problem: PolicyProblem) {
    const place = problem.tool === undefined ? '' : `tool \`${problem.tool}\`: `
    super(`${place}${problem.field} is \`${display(problem.value)}\`; expected ${problem.expected}`)
    this.tool = problem.tool
    this.field = problem.field
    this.value = problem.value
  }
}

const longestDisplay = 120

/** A value as it should stand in an error: readable, on one line and bounded. It never throws. */
export function display(value: unknown): string {
  try {
    const text = describe(value)
    return text.length <= longestDisplay ? text : `${text.slice(0, longestDisplay)}…`
  } catch {
    return `a ${typeof value}`
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function' || typeof value === 'bigint') return String(describeField(value))
  const isPlain = typeof value === 'object' && value !== null && !(value instanceof Error)
  return (isPlain ? JSON.stringify(value, (_, field: unknown) => describeField(field)) : undefined) ?? String(value)
}

/** What JSON leaves out, or refuses, is what a wrong value often holds. */
function describeField(value: unknown): unknown {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  return typeof value === 'bigint' ? `${value}n` : value
}
