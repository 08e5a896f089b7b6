import { mostLineBytes } from '../format/lines.ts'
import { JournalError } from '../journal-error.ts'

/** What stands in a line before the fields. */
const mostHeadBytes = 160

/** A line that no reader would take is not written. @throws JournalError for fields that are too long for one. */
export function checkLength(fields: string): void {
  // A character takes up to three bytes in UTF-8.
  if (fields.length * 3 < mostLineBytes - mostHeadBytes) return
  const bytes = Buffer.byteLength(fields)
  if (bytes < mostLineBytes - mostHeadBytes) return
  const mend = "have the tool's arguments recorded as their digest"
  throw new JournalError(`a record of ${bytes} bytes is too long for a line of ${mostLineBytes}: ${mend}`)
}
