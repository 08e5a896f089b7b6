import { styleText } from 'node:util'
import type { Finding } from './findings.ts'

type Style = Parameters<typeof styleText>[0]

/** What a terminal shows in one line without being widened. */
const width = 80
export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout })

export function write(line = ''): void {
  process.stdout.write(`${line}\n`)
}

export function heading(text: string): void {
  write(`  ${paint('bold', text)} ${paint('dim', '─'.repeat(Math.max(0, width - 3 - text.length)))}`)
}

export function showFindings(findings: readonly Finding[]): void {
  const columns = (what: string, limit: string, found: string) => {
    return `${what.padEnd(46)}${limit.padStart(10)}${found.padStart(12)}`
  }
  write(paint('dim', `    ${columns('', 'limit', 'came to')}`))
  for (const { what, limit, found, isSo } of findings) {
    write(`  ${isSo ? paint('green', '✓') : paint('red', '✗')} ${columns(what, limit, found)}`)
  }
}
