import type { FindingKind } from '../document/document.ts'
import type { Detection, Detector, Search } from './detection.ts'
import { findApiKeys, keyPrefix } from './detectors/api-key.ts'
import { findAssignments } from './detectors/assignment.ts'
import { findAuthorization } from './detectors/authorization.ts'
import { cardForms } from './detectors/card-forms.ts'
import { findEmails } from './detectors/email.ts'
import { findIbans } from './detectors/iban.ts'
import { findInternationalPhones } from './detectors/international-phone.ts'
import { findJsonWebTokens } from './detectors/jwt.ts'
import { findLetteredIds } from './detectors/lettered-ids.ts'
import { nationalNumberForms } from './detectors/national-number-forms.ts'
import { numberDetector } from './detectors/numbers.ts'
import { findAgeKeys, findPuttyKeys } from './detectors/other-private-keys.ts'
import { findPemKeys } from './detectors/pem.ts'
import { phoneForms } from './detectors/phone-forms.ts'
import { findUrlCredentials } from './detectors/url-credentials.ts'
import { besideOthers } from './joined.ts'
import { withoutOverlaps } from './overlap.ts'

interface Registered {
  /** What it can find. */
  readonly kinds: readonly FindingKind[]
  readonly detector: Detector
}

/** What finds nothing where there is no digit. */
const ofDigits: readonly Registered[] = [
  {
    kinds: ['payment_card', 'phone', 'national_id'],
    detector: numberDetector([...cardForms, ...phoneForms, ...nationalNumberForms]),
  },
  { kinds: ['phone'], detector: findInternationalPhones },
  { kinds: ['national_id'], detector: findLetteredIds },
  { kinds: ['iban'], detector: findIbans },
  { kinds: ['api_key', 'token', 'private_key'], detector: findAssignments },
]

const ofAnyText: readonly Registered[] = [
  { kinds: ['email'], detector: findEmails },
  { kinds: ['api_key'], detector: findApiKeys },
  { kinds: ['token'], detector: findJsonWebTokens },
  { kinds: ['token'], detector: findAuthorization },
  { kinds: ['token'], detector: findUrlCredentials },
  { kinds: ['private_key'], detector: findPemKeys },
  { kinds: ['private_key'], detector: findAgeKeys },
  { kinds: ['private_key'], detector: findPuttyKeys },
]

const nothing: readonly Detection[] = []

const everyKind: ReadonlySet<FindingKind> = new Set([...ofDigits, ...ofAnyText].flatMap(({ kinds }) => kinds))

/** A label is looked through for each number that it may tell. */
const longestLabel = 256

/** An address such as `a@b.cc`. Most keys of objects, and many values, are shorter. */
const shortestFinding = 6

/** What has neither a digit nor an at sign has only these left to hold: keys, tokens and headers. */
const withoutDigits = new RegExp(`${keyPrefix.source}|eyJ|[Bb]asic|BASIC|BEGIN|AGE-SECRET`)

/** All that `detectAll` finds, sorted by place and without overlaps: of those that overlap, the longest is kept. */
export function detect(text: string, kinds: ReadonlySet<FindingKind>, label?: string): readonly Detection[] {
  return withoutOverlaps(detectAll(text, kinds, label), text.length)
}

/**
 * What of these kinds is in a text, in any order; the same part may be found as several things. `label` is what the text
 * is called where it stands, such as the key of an object; a number without a form of its own is told by it.
 *
 * The time grows with the length of the text and not faster. It never throws.
 */
export function detectAll(text: string, kinds: ReadonlySet<FindingKind>, label: string = ''): readonly Detection[] {
  if (text.length < shortestFinding) return nothing
  const hasDigit = /[0-9]/.test(text)
  if (!hasDigit && !text.includes('@') && !withoutDigits.test(text)) return nothing
  const search: Search = { text, kinds, label: label.slice(-longestLabel), found: [], joined: [] }
  if (hasDigit) runThose(ofDigits, search)
  runThose(ofAnyText, search)
  if (search.joined.length === 0) return search.found
  // What stands beside a number is no other for what was asked, so it is looked for in any case.
  const around: Search = { ...search, kinds: everyKind, found: [], joined: [] }
  runThose(ofDigits, around)
  runThose(ofAnyText, around)
  return [...search.found, ...besideOthers(search.joined, around)]
}

function runThose(detectors: readonly Registered[], search: Search): void {
  for (const { kinds, detector } of detectors) {
    for (const kind of kinds) {
      if (!search.kinds.has(kind)) continue
      detector(search)
      break
    }
  }
}
