import type { GateResult } from 'toolgate'

const width = 78

export function write(line = ''): void {
  console.log(line)
}

export function heading(text: string): void {
  write(`\n  ${text} ${'─'.repeat(Math.max(3, width - text.length))}`)
}

/** A call in a line, and what came of it under it. */
export function show(tool: string, args: object, result: GateResult<unknown>): void {
  const given = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  write(`  ${result.allowed ? '✓' : '✗'} ${tool} ${given.join(', ')}`.trimEnd())
  say(result.allowed ? String(result.result) : result.message, 6)
}

/** Text broken into lines. */
function say(text: string, indent: number): void {
  for (const line of wrapped(text)) write(`${' '.repeat(indent)}${line}`)
}

function wrapped(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line !== '' && line.length + word.length >= width - 6) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
