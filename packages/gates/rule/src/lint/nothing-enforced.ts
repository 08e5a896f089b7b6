import type { PolicyDocument } from '../document/document.ts'
import type { LintFinding } from './finding.ts'

/**
 * Documents that are all in shadow mode. They decide nothing, their default effects neither, and what no document
 * decides on is denied: a policy on trial needs one in force beside it. Reported once, at the first.
 */
export function nothingEnforced(documents: readonly PolicyDocument[]): LintFinding[] {
  const [first] = documents
  if (first === undefined || documents.some(({ mode }) => mode === 'enforce')) return []
  const who = documents.length === 1 ? 'the only document is' : `all ${documents.length} documents are`
  const message = `${who} in shadow mode, so nothing is enforced and every call is denied, whatever the default effect; put a document beside it that is in force and allows what is to pass`
  return [{ ...first.defaultPlace, code: 'nothing-enforced', message }]
}
