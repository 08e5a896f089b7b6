import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** What a terminal shows in one line without being widened. */
const width = 80
const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout })

export function write(line = ''): void {
  process.stdout.write(`${line}\n`)
}

export function heading(text: string): void {
  write()
  write(`  ${paint('bold', text)} ${paint('dim', '─'.repeat(Math.max(0, width - 3 - text.length)))}`)
}

/** Something was done. */
export function did(what: string): void {
  write(`  ${paint('cyan', '→')} ${what}`)
}

/** What came of it. The example fails where it is not what it should be. */
export function check(isSo: boolean, what: string): void {
  write(`  ${isSo ? paint('green', '✓') : paint('red', '✗')} ${what}`)
  if (!isSo) process.exitCode = 1
}
