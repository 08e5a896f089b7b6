import { didYouMean, oneOf } from '@toolgate/core'
import type { Command, CommandContext, CommandGroup } from './command.ts'
import { exitInterrupted, exitOk, exitUnable, UnableError, UsageError } from './failure.ts'
import { Given } from './given.ts'
import { helpOfAll, helpOfCommand, helpOfGroup } from './help.ts'
import { safeText } from './safe-text.ts'

export interface CommandLine extends Omit<CommandContext, 'given'> {
  readonly groups: readonly CommandGroup[]
  /** What `--version` prints. */
  readonly version: string
}

/**
 * Runs the command that the words name, and returns its exit code. It never throws: what a command throws is written
 * to stderr, and the code then is one that no verdict has.
 */
export async function runCommandLine(words: readonly string[], line: CommandLine): Promise<number> {
  const signal = AbortSignal.any([line.signal, line.stdout.readerGone])
  const code = await attempt(words, { ...line, signal }, () => dispatch(words, { ...line, signal }))
  // What is still pending can fail too: a full disk, for one.
  const ended = await attempt(words, line, async () => {
    await line.stdout.end()
    await line.stderr.flush()
    return exitOk
  })
  return ended === exitOk ? code : ended
}

async function dispatch(words: readonly string[], line: CommandLine): Promise<number> {
  const [groupName = '', commandName = '', ...rest] = words
  if (isHelp(groupName)) return tell(line, helpOfAll(line.groups, line.stdout))
  if (groupName === '--version') return tell(line, line.version)
  const group = find(line.groups, groupName, 'command')
  if (isHelp(commandName)) return tell(line, helpOfGroup(group, line.stdout))
  const command: Command = find(group.commands, commandName, `command of \`toolgate ${group.name}\``)
  const given = new Given(command, rest)
  if (given.has('help')) return tell(line, helpOfCommand(group.name, command, line.stdout))
  return command.run({ ...line, given })
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help'
}

async function tell({ stdout }: CommandLine, text: string): Promise<number> {
  await stdout.line(text)
  return exitOk
}

function find<Item extends { readonly name: string }>(items: readonly Item[], name: string, what: string): Item {
  const item = items.find((each) => each.name === name)
  if (item !== undefined) return item
  const names = items.map((each) => each.name)
  if (name === '') throw new UsageError(`the ${what} is missing; expected ${oneOf(names)}`)
  const near = didYouMean(name, names)
  throw new UsageError(`there is no ${what} \`${safeText(name)}\`${near === '' ? `; expected ${oneOf(names)}` : near}`)
}

async function attempt(words: readonly string[], line: CommandLine, act: () => Promise<number>): Promise<number> {
  try {
    return await act()
  } catch (error) {
    if (line.stdout.readerGone.aborted && isAbort(error)) return exitOk
    if (line.signal.aborted && isAbort(error)) return exitInterrupted
    await line.stderr.line(describe(words, line.groups, error))
    await line.stderr.flush()
    return exitUnable
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function describe(words: readonly string[], groups: readonly CommandGroup[], error: unknown): string {
  const name = ['toolgate', ...namesOf(words, groups)].join(' ')
  if (error instanceof UsageError) return `${name}: ${error.message}\nSee \`${name} --help\`.`
  if (error instanceof UnableError) return `${name}: ${error.message}`
  if (isSystemError(error)) return `${name}: ${safeText(error.message)}`
  // A mistake of this program: where it happened is what helps.
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${name}: unexpected failure\n${stack.split('\n').map(safeText).join('\n')}`
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error
}

/** The words that name a command, as far as they do. */
function namesOf([groupName, commandName]: readonly string[], groups: readonly CommandGroup[]): string[] {
  const group = groups.find(({ name }) => name === groupName)
  const command = group?.commands.find(({ name }) => name === commandName)
  return [group, command].flatMap((each) => each?.name ?? [])
}
