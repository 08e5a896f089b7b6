import type { FindingKind } from '../../document/document.ts'
import { type Detector, report, type Search } from '../detection.ts'
import { eachMatch, endOfMatch } from './each-match.ts'
import { looksRandom } from './randomness.ts'

interface SecretName {
  readonly kind: FindingKind
  readonly name: string
  /** That with which the name of a value ends. */
  readonly pattern: RegExp
}

/** What a value is called that is a secret, by the last words of its name. */
const names: readonly SecretName[] = [
  named('private_key', 'private[ _-]?key'),
  named('token', '(?:access|auth|refresh|id|bearer|oauth|session)[ _-]?token'),
  named('token', '(?<![A-Za-z_-])token'),
  named('api_key', '(?:api|bot|deploy|personal)[ _-]?token'),
  named('api_key', 'api[ _-]?key'),
  named('api_key', '(?:access|auth|account|encryption|signing|master|service)[ _-]?key'),
  named('api_key', 'secret(?:[ _-]?access)?(?:[ _-]?key)?(?:[ _-]?base)?'),
]

function named(kind: FindingKind, name: string): SecretName {
  return { kind, name, pattern: new RegExp(`${name}$`, 'i') }
}

/** The name, perhaps in quotes (also escaped ones), what assigns, and the quotes of the value. */
const assignment = new RegExp(
  `(?:${names.map(({ name }) => name).join('|')})(?:\\\\{0,2}["'\`])?\\s{0,3}(?::=|=>|[:=]|\\sis\\s)\\s{0,3}(?:\\\\{0,2}["'\`])?`,
  'gi',
)

const afterName = /(?:\sis)?[^A-Za-z]*$/i

/** What stands for a key that was hashed, which looks like an assignment: `[api_key:0123456789abcdef]`. */
const mark = /\[[a-z_]{5,12}:[0-9a-f]{16}\]/y

/** What is in every name, and can be looked for quickly. */
const anyName = /key|token|secret/i

const value = /(?:0x)?[A-Za-z0-9][A-Za-z0-9_+/.~-]{14,254}={0,2}(?![A-Za-z0-9_+/.~(-])/y

/** Finds values that look random where their name says that they are secret: `api_key=…`, `"clientSecret": "…"`. */
export const findAssignments: Detector = (search) => {
  if (anyName.test(search.text)) findInText(search)
  if (search.label !== '') findUnderLabel(search)
}

function findInText(search: Search): void {
  const { text } = search
  eachMatch(assignment, text, (written, index) => {
    if (endOfMatch(mark, text, index - 1) !== undefined) return
    const start = index + written.length
    const end = endOfMatch(value, text, start)
    if (end !== undefined) reportIfRandom(search, written.replace(afterName, ''), start, end)
  })
}

/** `nextPageToken` is `next_page_token`, and as little a secret. */
const hump = /([a-z0-9])([A-Z])/g

/** The text as a whole is the value, and the key under which it stands is its name. */
function findUnderLabel(search: Search): void {
  const { text, label } = search
  if (endOfMatch(value, text, 0) === text.length) reportIfRandom(search, label.replace(hump, '$1_$2'), 0, text.length)
}

function reportIfRandom(search: Search, name: string, start: number, end: number): void {
  const kind = names.find(({ pattern }) => pattern.test(name))?.kind
  if (kind !== undefined && looksRandom(search.text.slice(start, end))) report(search, kind, start, end)
}
