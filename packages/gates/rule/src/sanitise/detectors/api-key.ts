import { type Detector, report, type Search } from '../detection.ts'
import { prefixedKeys, shapedKeys } from './api-key-forms.ts'
import { beginsWord } from './characters.ts'
import { eachMatch, endOfMatch } from './each-match.ts'

const forms = new Map(prefixedKeys.map((form) => [form.prefix, form]))

/** All prefixes, longer ones first: `sk-` also begins `sk-ant-`. */
export const keyPrefix: RegExp = new RegExp(
  [...forms.keys()]
    .toSorted((one, other) => other.length - one.length)
    .map(escaped)
    .join('|'),
  'g',
)

function escaped(text: string): string {
  return text.replace(/[.+*?^$()[\]{}|\\/]/g, '\\$&')
}

/** What stands for a key in documentation has few characters over and over: `ghp_xxxxxxxx…`. */
const fewestCharacters = 6

export const findApiKeys: Detector = (search) => {
  const { text } = search
  eachMatch(keyPrefix, text, (prefix, index) => {
    if (!beginsWord(text, index)) return
    const form = forms.get(prefix)
    const bodyStart = index + prefix.length
    const end = form && endOfMatch(form.body, text, bodyStart)
    if (end === undefined || new Set(text.slice(bodyStart, end)).size < fewestCharacters) return
    report(search, 'api_key', index, end)
    reportCompanion(search, form?.companion, end)
  })
  for (const { mark, form } of shapedKeys) {
    if (!text.includes(mark)) continue
    eachMatch(form, text, (written, index) => report(search, 'api_key', index, index + written.length))
  }
}

function reportCompanion(search: Search, companion: RegExp | undefined, start: number): void {
  if (companion === undefined) return
  companion.lastIndex = start
  const secret = companion.exec(search.text)?.[1]
  if (secret !== undefined) report(search, 'api_key', companion.lastIndex - secret.length, companion.lastIndex)
}
