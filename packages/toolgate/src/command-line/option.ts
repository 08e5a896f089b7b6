/** An option of a command. Its name stands where it is declared: `tool: { value: 'TOOL', … }` is `--tool TOOL`. */
export interface Option {
  /** What is to be given, as the help calls it; an option without one is a flag. */
  readonly value?: string
  /** One letter: `f` is `-f`. */
  readonly short?: string
  /** May be given more than once. */
  readonly multiple?: true
  /** The only values that are taken. */
  readonly choices?: readonly string[]
  readonly summary: string
}

export type Options = Readonly<Record<string, Option>>

/** What a command takes, as it declares it. */
export interface Declaration {
  /**
   * What is given without a name, in order: `DIRECTORY`; in brackets where it may be left out: `[SEQ]`. The last may be
   * one or several: `PATH…`, or none as well: `[PATH…]`.
   */
  readonly usage: readonly string[]
  readonly options: Options
}
