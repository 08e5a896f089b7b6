import type { DecidedBy, Policy, PolicyDocument } from '@toolgate/rule'
import { formatCountOf } from '../command-line/quantities.ts'
import { clip, safeJson, safeText } from '../command-line/safe-text.ts'
import type { Spot } from './excerpt.ts'

/** A place as editors and terminals make a link of it: `policies/support.yaml:33:7`. */
export function placeText({ file, line, column }: Spot): string {
  return safeText(`${file}:${line}:${column}`)
}

/** `2 documents, 11 rules` */
export function sizeOf({ documents }: Policy): string {
  const rules = documents.reduce((sum, document) => sum + document.rules.length, 0)
  return `${formatCountOf(documents.length, 'document')}, ${formatCountOf(rules, 'rule')}`
}

/** The widest name that is shown whole. Nothing but the size of its document bounds one. */
const mostName = 80
const mostSentence = 2_000

/** A name of any length, as it is shown. */
export function nameText(name: string): string {
  return clip(safeText(name), mostName)
}

/** The same for what is a sentence, or several. */
export function sentenceText(sentence: string): string {
  return clip(safeText(sentence), mostSentence)
}

/** `support 1.0` */
export function documentText({ name, version }: Pick<PolicyDocument, 'name' | 'version'>): string {
  return version === undefined ? nameText(name) : `${nameText(name)} ${nameText(version)}`
}

/** `by large-refunds of support 1.0, policies/support.yaml:33` */
export function decisiveText(decidedBy: DecidedBy | undefined): string {
  if (decidedBy === undefined) return 'by nothing: no document is about the call'
  const { rule, document: name, version, file, line } = decidedBy
  return `by ${nameText(rule)} of ${documentText({ name, version })}, ${safeText(file)}:${line}`
}

/** What is shown of one value. */
const mostValueChars = 300

/** A value of a call as JSON on one line, so that text and numbers are told apart; escaped and bounded. */
export function valueText(value: unknown, width: number = mostValueChars): string {
  return value === undefined ? 'nothing' : clip(safeJson(value), Math.min(width, mostValueChars))
}
