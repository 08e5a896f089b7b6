import { fieldsOf } from '../document/fields.ts'
import { findingKinds, ruleEffects } from '../document/names.ts'
import { choice, label, listOf, literalOf, prose, type Reader } from '../document/readers.ts'
import type { ExpectedVerdict, FoundKind } from './policy-cases.ts'
import { jsonValue } from './read-value.ts'

const effect = choice(ruleEffects)

/** `allow`, or `{ effect: deny, rule: large-refunds }`. */
export const expectation: Reader<ExpectedVerdict> = (value, problems) => {
  if (literalOf(value) !== undefined) {
    const read = effect(value, problems)
    return read && { effect: read }
  }
  const fields = fieldsOf(value, ['effect', 'rule', 'document', 'reason', 'arguments', 'found'], problems)
  return (
    fields && {
      effect: fields.read('effect', effect),
      rule: fields.read('rule', label('the id of a rule, or `defaultEffect`')),
      document: fields.read('document', label('the name of a document')),
      reason: fields.read('reason', prose('the reason of a rule')),
      arguments: fields.read('arguments', jsonValue),
      found: fields.read('found', foundKinds),
    }
  )
}

const foundExpectation = 'a list of kinds, such as [payment_card]'
const kinds = listOf(choice<FoundKind>([...findingKinds, 'path']), foundExpectation)

/** An empty list says that nothing is found. */
const foundKinds: Reader<readonly FoundKind[]> = (value, problems) => {
  return value.kind === 'list' && value.items.length === 0 ? [] : kinds(value, problems)
}
