/** A document that can not be read, and all of what its author is told. */
export interface BrokenDocument {
  readonly title: string
  readonly text: string
  readonly message: string
  /** The JSON Schema can not see what is wrong with it. */
  readonly isBeyondSchema?: boolean
}

export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}

/** Stands on line 2, from column 1. */
export function beforeRules(...fields: readonly string[]): string {
  return lines('name: support', ...fields, 'rules: [{ effect: allow, actions: read:* }]')
}

/** Stands on line 3, from column 5. */
export function inRule(first: string, ...rest: readonly string[]): string {
  return lines('name: support', 'rules:', `  - ${first}`, ...rest.map((line) => `    ${line}`))
}

/** Stands on line 6, from column 7. */
export function inConditions(...conditions: readonly string[]): string {
  return inRule('effect: allow', 'actions: read:*', 'conditions:', ...conditions.map((line) => `  ${line}`))
}
