import type { Command, CommandGroup } from './command.ts'
import { helpOption } from './given.ts'
import type { Option } from './option.ts'
import type { Output } from './output.ts'
import { wrap } from './safe-text.ts'

const widestHelp = 100

export function helpOfAll(groups: readonly CommandGroup[], output: Output): string {
  const list = groups.map(({ name, summary }) => [`toolgate ${name}`, summary] as const)
  return `${section(output, 'commands', list)}\n\nSee \`toolgate COMMAND --help\`.`
}

export function helpOfGroup({ name, summary, commands }: CommandGroup, output: Output): string {
  const list = commands.map((command) => [`toolgate ${name} ${command.name}`, command.summary] as const)
  const more = `See \`toolgate ${name} COMMAND --help\`.`
  return `${output.style('bold', `toolgate ${name}`)}: ${summary}\n\n${section(output, 'commands', list)}\n\n${more}`
}

export function helpOfCommand(group: string, command: Command, output: Output): string {
  const name = `toolgate ${group} ${command.name}`
  const options = Object.entries({ ...command.options, help: helpOption })
  const list = options.map(([optionName, option]) => [flagsOf(optionName, option), option.summary] as const)
  const parts = [
    `${output.style('bold', name)}: ${command.summary}`,
    `${heading(output, 'usage')}\n  ${[name, ...command.usage, '[options]'].join(' ')}`,
    section(output, 'options', list),
    command.notes === undefined ? [] : paragraphs(output, command.notes),
    `${heading(output, command.examples.length === 1 ? 'example' : 'examples')}\n${command.examples.map((line) => `  ${line}`).join('\n')}`,
  ]
  return parts.flat().join('\n\n')
}

function flagsOf(name: string, { short, value, multiple }: Option): string {
  const flag = `${short === undefined ? '    ' : `-${short}, `}--${name}`
  return `${flag}${value === undefined ? '' : ` ${value}`}${multiple === true ? '…' : ''}`
}

/** Two columns, the second broken into lines. */
function section(output: Output, title: string, list: readonly (readonly [string, string])[]): string {
  const left = Math.max(...list.map(([first]) => first.length)) + 4
  const room = Math.max(30, Math.min(output.columns ?? widestHelp, widestHelp) - left)
  const lines = list.flatMap(([first, second]) =>
    wrap(second, room).map((line, index) => `${(index === 0 ? `  ${first}` : '').padEnd(left)}${line}`),
  )
  return [heading(output, title), ...lines].join('\n')
}

function paragraphs(output: Output, text: string): string {
  const width = Math.min(output.columns ?? widestHelp, widestHelp)
  return text
    .split('\n')
    .flatMap((paragraph) => wrap(paragraph, width))
    .join('\n')
}

function heading(output: Output, title: string): string {
  return output.style('bold', title)
}
