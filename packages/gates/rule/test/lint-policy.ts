import type { DeclaredTool } from '@toolgate/rule'
import { readDocument } from '../src/document/read-document.ts'
import type { LintFinding } from '../src/lint/finding.ts'
import { lintDocuments } from '../src/lint/lint.ts'

/** A document whose first rule stands on line 3, the next on line 4 and so on, each from column 3. */
export function policy(rules: readonly string[], ...more: readonly string[]): string {
  return ['name: policy', 'rules:', ...rules.map((rule) => `- ${rule}`), ...more].join('\n')
}

/** What is found in texts, which are the files `0.yaml`, `1.yaml` and so on. */
export function findings(texts: readonly string[], tools?: readonly DeclaredTool[]): LintFinding[] {
  const read = (text: string, index: number) => readDocument(text, { file: `${index}.yaml`, timeZone: 'UTC' })
  return lintDocuments(texts.map(read), tools)
}

/** The same of one text, as lines such as `3:5 wide-allow: rule 1 …`. */
export function lint(text: string, tools?: readonly DeclaredTool[]): string[] {
  return findings([text], tools).map(({ line, column, code, message }) => `${line}:${column} ${code}: ${message}`)
}

export function codes(text: string, tools?: readonly DeclaredTool[]): string[] {
  return findings([text], tools).map(({ code }) => code)
}
