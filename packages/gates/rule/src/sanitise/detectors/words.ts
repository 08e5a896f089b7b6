import type { Search } from '../detection.ts'

/** How far from a number a word may stand to say what the number is, in characters. */
const reachBefore = 48
const reachAfter = 24

/** Words, as fragments of regular expressions over lower-case text, of which one stands whole in a text. */
export function anyOf(...words: readonly string[]): RegExp {
  return new RegExp(`(?<!\\p{L})(?:${words.join('|')})(?!\\p{L})`, 'u')
}

/**
 * Whether one of the words stands beside a number, or in the keys under which it stands. Another number between them
 * ends the reach of a word: in `SSN 123-45-6789, order 123456782` it speaks of the first one only.
 */
export function hasWordBeside(search: Search, start: number, end: number, words: RegExp): boolean {
  const { text, label } = search
  if (label !== '' && words.test(inWords(label))) return true
  const before = text.slice(Math.max(0, start - reachBefore), start)
  if (words.test(inWords(before.slice(lengthUpToLastNumber(before))))) return true
  const after = text.slice(end, end + reachAfter)
  return words.test(inWords(after.split(/[0-9]{2}/, 1)[0] ?? ''))
}

/** Whether the text directly before a number says that it is a number of something else: `order no. 415-555-0132`. */
export function isNumberOfAThing({ text }: Search, start: number): boolean {
  return things.test(inWords(text.slice(Math.max(0, start - reachBefore), start)))
}

/** What things are numbered by people who write numbers in groups. */
const things =
  /(?<!\p{L})(?:order|bestell\p{L}{0,12}|invoice|rechnung\p{L}{0,8}|facture|sku|parts?|ref|reference|ticket|case|isbn|serial|tracking|model|batch|lot|version|build|item|article|artikel\p{L}{0,8}|pages?|issue|commande|pedido)(?: (?:no|nr|num|number|id|code))?[.:#\s"'=]{0,6}$/u

/** Keys such as `customerPhone`, `SSN_last` and `api-key` in separate words, in lower case. */
function inWords(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase()
}

/** A single digit does not end the reach: `phone 2: …`. */
function lengthUpToLastNumber(text: string): number {
  for (let index = text.length - 1; index > 0; index--) {
    if (/^[0-9]{2}/.test(text.slice(index - 1, index + 1))) return index + 1
  }
  return 0
}
