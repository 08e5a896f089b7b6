import type { FindingKind } from '../src/document/document.ts'
import { apiKeys } from './sensitive-strings.api-key.ts'
import { callStrings } from './sensitive-strings.calls.ts'
import { emails } from './sensitive-strings.email.ts'
import type { StringsOfKind } from './sensitive-strings.form.ts'
import { ibans } from './sensitive-strings.iban.ts'
import { messageStrings } from './sensitive-strings.messages.ts'
import { mixedStrings } from './sensitive-strings.mixed.ts'
import { nationalIds } from './sensitive-strings.national-id.ts'
import { paymentCards } from './sensitive-strings.payment-card.ts'
import { phones } from './sensitive-strings.phone.ts'
import { privateKeys } from './sensitive-strings.private-key.ts'
import { tokens } from './sensitive-strings.token.ts'

/** A text, and where in it each finding stands. */
interface LabelledText {
  readonly text: string
  readonly found: readonly { readonly kind: FindingKind; readonly start: number; readonly end: number }[]
}

/**
 * Texts labelled by hand: by what a careful reader would say is in them, not by what the detectors find. What they
 * miss, and what they take wrongly, stays in the set.
 *
 * A finding is the secret and nothing around it: of a phone number neither `tel:` nor the extension, of a header only
 * what follows the scheme, of a URL the user and the password.
 */
export const stringsOfKinds: readonly StringsOfKind[] = [
  paymentCards,
  ibans,
  emails,
  phones,
  nationalIds,
  apiKeys,
  tokens,
  privateKeys,
]

export const labelledTexts: readonly LabelledText[] = [
  ...stringsOfKinds.flatMap(({ kind, holding, tempting }) => [
    ...holding.map(([text, ...parts]) =>
      labelled(
        text,
        parts.map((part) => [kind, part] as const),
      ),
    ),
    ...tempting.map((text) => labelled(text, [])),
  ]),
  ...[...mixedStrings, ...messageStrings, ...callStrings].map(([text, ...found]) => labelled(text, found)),
]

function labelled(text: string, parts: readonly (readonly [FindingKind, string])[]): LabelledText {
  let from = 0
  const found = parts.map(([kind, part]) => {
    const start = text.indexOf(part, from)
    if (start < 0 || part === '') throw new Error(`a label that does not stand in its text: ${part}`)
    from = start + part.length
    return { kind, start, end: from }
  })
  return { text, found }
}
