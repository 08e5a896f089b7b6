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
 * A registration or an option that can not be used. It is thrown while an application starts, never by a call;
 * its message names the tool, the field, the value and the mend.
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
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value)
  return text.length <= longestDisplay ? text : `${text.slice(0, longestDisplay)}…`
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value === 'bigint') return `${value}n`
  try {
    const isPlain = typeof value === 'object' && value !== null && !(value instanceof Error)
    return (isPlain ? JSON.stringify(value) : undefined) ?? String(value)
  } catch {
    return `a ${typeof value}`
  }
}

/** The message of a failure, from whatever was thrown. It never throws. */
export function messageOf(error: unknown): string {
  return error instanceof Error && typeof error.message === 'string' ? error.message : display(error)
}
