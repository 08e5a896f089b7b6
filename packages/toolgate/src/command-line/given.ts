import { parseArgs } from 'node:util'
import { didYouMean, oneOf } from '@toolgate/core'
import { UsageError } from './failure.ts'
import type { Declaration, Option, Options } from './option.ts'
import { safeText } from './safe-text.ts'

/** Every command has it; it is answered before anything else is looked at. */
export const helpOption: Option = { short: 'h', summary: 'show this' }

/** What was given to a command, checked against what it declares. */
export class Given {
  readonly #values = new Map<string, string[]>()
  readonly #operands = new Map<string, readonly string[]>()
  readonly #options: Options

  /** @throws UsageError for what the command does not take. */
  constructor({ usage, options }: Declaration, words: readonly string[]) {
    this.#options = { ...options, help: helpOption }
    const operands: string[] = []
    for (const token of tokensOf(this.#options, words)) {
      if (token.kind === 'positional') operands.push(token.value)
      else if (token.kind === 'option') this.#takeOption(token)
    }
    if (!this.has('help')) this.#takeOperands(usage, operands)
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  wholeNumber(name: string, least: number): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseWholeNumber(`--${name}`, text, least)
  }

  /** What stands at the place that the usage calls so. */
  operand(name: string): string {
    return this.operands(name)[0] ?? ''
  }

  /** All that stand at a place that takes several. */
  operands(name: string): readonly string[] {
    return this.#operands.get(name) ?? []
  }

  hasOperand(name: string): boolean {
    return this.#operands.has(name)
  }

  #takeOption({ name, rawName, value, inlineValue }: OptionToken): void {
    const option = Object.hasOwn(this.#options, name) ? this.#options[name] : undefined
    if (option === undefined) throw new UsageError(this.#unknown(rawName))
    this.#values.set(name, [...this.list(name), this.#valueOf(option, rawName, value, inlineValue)])
    if (option.multiple !== true && this.list(name).length > 1) throw new UsageError(`\`${rawName}\` is given twice`)
  }

  #valueOf(option: Option, rawName: string, value: string | undefined, isInline: boolean | undefined): string {
    if (option.value === undefined) {
      if (value !== undefined)
        throw new UsageError(`\`${rawName}\` takes no value, and is given \`${safeText(value)}\``)
      return ''
    }
    const needed = option.choices === undefined ? option.value : oneOf(option.choices)
    if (value === undefined || value === '') throw new UsageError(`\`${rawName}\` needs a value: ${needed}`)
    if (value.startsWith('-') && isInline !== true) {
      throw new UsageError(
        `\`${rawName}\` needs a value: ${needed}; write \`${rawName}=${safeText(value)}\` if this is it`,
      )
    }
    if (option.choices !== undefined && !option.choices.includes(value)) {
      throw new UsageError(
        `\`${rawName}\` is \`${safeText(value)}\`; expected ${needed}${didYouMean(value, option.choices)}`,
      )
    }
    return value
  }

  #unknown(rawName: string): string {
    const names = Object.entries(this.#options).flatMap(([name, { short }]) => [
      `--${name}`,
      ...(short ? [`-${short}`] : []),
    ])
    const candidates = rawName.startsWith('--') ? names.filter((name) => name.startsWith('--')) : names
    return `there is no option \`${safeText(rawName)}\`${didYouMean(rawName, candidates)}`
  }

  #takeOperands(usage: readonly string[], operands: readonly string[]): void {
    const left = [...operands]
    for (const place of usage) {
      const name = place.replace(/[[\]…]/g, '')
      const isMany = place.includes('…')
      const taken = left.splice(0, isMany ? left.length : 1)
      // An empty word is a variable of a shell that is not set. Among several it must not mean less than was written.
      if (taken.length > 0 && !taken.includes('')) this.#operands.set(name, taken)
      else if (!place.startsWith('[') || (isMany && taken.length > 0)) throw new UsageError(`${name} is missing`)
    }
    const [superfluous] = left
    if (superfluous !== undefined) throw new UsageError(`there is no place for \`${safeText(superfluous)}\``)
  }
}

export function parseWholeNumber(what: string, text: string, least: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least) return number
  throw new UsageError(
    `\`${what}\` is \`${safeText(text)}\`; expected a whole number of ${least} or more, such as ${least + 10}`,
  )
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]
type OptionToken = Extract<Token, { kind: 'option' }>

/** Not strict, since what Node.js says of a mistake does not say what was meant. */
function tokensOf(options: Options, words: readonly string[]): Token[] {
  const described = Object.entries(options).map(([name, { value, short }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const)
    return [name, { type, multiple: true, ...(short !== undefined && { short }) }] as const
  })
  const parsed = parseArgs({
    args: [...words],
    options: Object.fromEntries(described),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  return parsed.tokens as Token[]
}
